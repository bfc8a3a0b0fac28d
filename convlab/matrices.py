"""The layer as a matrix, and its input as unrolled patches: how a convolution is a matrix multiplication."""

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import Taps, Windowed, check_kind, linear, reading
from convlab.meetings import Meetings, counted_of, indices, inside_of, meetings
from convlab.transposed import check_entries
from convlab.window import Pair

NOTHING, SEVERAL = -1, -2


def matrix(layer: Windowed, input_shape: Sequence[int], weight: Tensor | None = None) -> Tensor:
    """The layer as one matrix: a row for each output number, a column for each input number.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d or AvgPool2d
        The layer; a maximum is no matrix.
    input_shape : sequence of int
        (C, H, W), small: see Raises.
    weight : Tensor, optional
        As the layer is called with it; average pooling takes none.

    Returns
    -------
    Tensor
        (outputs, inputs): ``matrix @ image.flatten()`` is the output, flattened, without its bias.

    Raises
    ------
    ConvLabError
        If it would hold more than 4,000,000 numbers, and for whatever the layer refuses.

    Notes
    -----
    The transposed matrix of a convolution (padding zeros) is the matrix of the transposed convolution with the same
    weight, stride, padding, dilation and groups, and the output_padding that leads back to the input's size.

    Examples
    --------
    >>> from convlab import Conv2d, ConvTranspose2d
    >>> matrix(Conv2d(1, 1, (1, 2)), (1, 1, 4), torch.tensor([[[[-1.0, 1.0]]]]))
    tensor([[-1.,  1.,  0.,  0.],
            [ 0., -1.,  1.,  0.],
            [ 0.,  0., -1.,  1.]])
    >>> matrix(ConvTranspose2d(1, 1, (1, 2)), (1, 1, 3), torch.tensor([[[[-1.0, 1.0]]]]))
    tensor([[-1.,  0.,  0.],
            [ 1., -1.,  0.],
            [ 0.,  1., -1.],
            [ 0.,  0.,  1.]])
    """
    taps, places = _taps(layer, input_shape)
    layer.check_operands(torch.empty(0) if weight is None else weight, weight, None)
    kind, outputs = torch.get_default_dtype() if weight is None else weight.dtype, layer.output_shape(input_shape)[0]
    values = [layer.tap_weights(channel, weight, taps).to(kind) for channel in range(outputs)]
    return _laid_out(layer, input_shape, places, values)


def weight_index(layer: Windowed, input_shape: Sequence[int]) -> Tensor:
    """Which weight stands in each entry of the layer's matrix, to colour it by.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d or AvgPool2d
        The layer; a maximum is no matrix.
    input_shape : sequence of int
        (C, H, W), small.

    Returns
    -------
    Tensor
        (outputs, inputs), int64: a place in ``weight.flatten()`` (for average pooling, the cell of the window);
        -1 where no weight stands, -2 for the sum of several, where padding copies a cell that is read already.

    Raises
    ------
    ConvLabError
        As for `matrix`.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> weight_index(Conv2d(1, 1, (1, 2)), (1, 1, 3))
    tensor([[ 0,  1, -1],
            [-1,  0,  1]])
    """
    taps, places = _taps(layer, input_shape)
    shape = layer.weight_shape or (1, 1, *layer.kernel_size)
    number, outputs = torch.arange(prod(shape)).reshape(shape), layer.output_shape(input_shape)[0]
    if layer.weight_shape is None:
        values = [number] * outputs
    else:
        values = [layer.tap_weights(channel, number, taps) for channel in range(outputs)]
    times = _laid_out(layer, input_shape, places, [torch.ones_like(each) for each in values])
    index = _laid_out(layer, input_shape, places, values)
    return index.masked_fill(times == 0, NOTHING).masked_fill(times > 1, SEVERAL)


def patches(layer: Windowed, image: Tensor) -> Tensor:
    """The input unrolled: what each window reads, as one column; often called im2col.

    Parameters
    ----------
    layer : Conv2d, MaxPool2d or AvgPool2d
        The layer; for a transposed one, unroll ``spread(layer, image)`` with its `plain_convolution`.
    image : Tensor
        (C, H, W), small.

    Returns
    -------
    Tensor
        (C · kernel rows · kernel columns, output rows · output columns). With groups 1,
        ``weight.flatten(1) @ patches`` is the convolution's output, each map flattened, without its bias.

    Raises
    ------
    ConvLabError
        If it would hold more than 4,000,000 numbers, and for whatever the layer refuses.

    References
    ----------
    torch.nn.Unfold, whose layout this is.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> patches(Conv2d(1, 1, (1, 2)), torch.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[1., 2.],
            [2., 3.]])
    """
    check_kind(layer, reading)
    rows, columns = _output_size(layer, image.shape)
    taps = layer.kernel_size[0] * layer.kernel_size[1]
    check_entries((image.shape[0] * taps, rows * columns))
    table = _reads(meetings(layer, _size(image.shape)), _size(image.shape))
    read = image.flatten(1)[:, table.clamp(min=0)].where(table >= 0, layer.fill)
    return read.transpose(1, 2).flatten(0, 1)


def _taps(layer: Windowed, input_shape: Sequence[int]) -> tuple[Taps, Tensor]:
    """Where the taps of every output cell lie, and the input cell that each of them (column) reads; -1 for none."""
    check_kind(layer, linear)
    output_size, input_size = _output_size(layer, input_shape), _size(input_shape)
    check_entries((*input_shape, layer.output_shape(input_shape)[0], *output_size))
    met = meetings(layer, input_size)
    return Taps(inside_of(met, input_size), torch.empty(0), counted_of(layer, met, input_size)), _reads(met, input_size)


def _output_size(layer: Windowed, input_shape: Sequence[int]) -> Pair:
    """Rows and columns of the output, for one image."""
    if len(input_shape) != 3:
        raise ConvLabError("input_shape", tuple(input_shape), "must be (C, H, W)", advice="Use (1, 8, 8), for example.")
    return _size(layer.output_shape(input_shape))


def _reads(met: Meetings, input_size: Pair) -> Tensor:
    """The input cell that each output cell (row) reads at each tap (column), all flattened; -1 for none."""
    rows, columns = indices(met.sources)
    cells = torch.where((rows >= 0) & (columns >= 0), rows * input_size[1] + columns, -1)
    return cells.flatten(2).flatten(0, 1)


def _laid_out(layer: Windowed, input_shape: Sequence[int], places: Tensor, values: Sequence[Tensor]) -> Tensor:
    """What stands at each tap of each output channel, put where it reads and added up: (outputs, inputs)."""
    size = layer.output_size(_size(input_shape))
    each_tap = values[0].new_zeros(*places.shape, len(values), input_shape[0])
    for channel, value in enumerate(values):
        read = layer.reads_channels(channel)
        wide = value.expand(len(read), *size, *layer.kernel_size).flatten(3).flatten(1, 2)
        each_tap[:, :, channel, read.start : read.stop] = wide.movedim(0, -1)
    output, tap = (places >= 0).nonzero(as_tuple=True)
    blank = each_tap.new_zeros(len(places), prod(_size(input_shape)), *each_tap.shape[2:])
    filled = blank.index_put((output, places[output, tap]), each_tap[output, tap], accumulate=True)
    return filled.permute(2, 0, 3, 1).flatten(2, 3).flatten(0, 1)


def _size(shape: Sequence[int]) -> Pair:
    """Rows and columns of a shape (C, H, W)."""
    return shape[1], shape[2]

"""The layer as a matrix, and its input as unrolled patches: how a convolution is a matrix multiplication."""

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.explain import explain_all
from convlab.layers import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d
from convlab.meetings import Windowed, check_kind, indices, meetings
from convlab.transposed import check_entries, dense
from convlab.window import Pair

Linear = Conv2d | ConvTranspose2d | AvgPool2d

NOTHING, SEVERAL = -1, -2


def matrix(layer: Linear, input_shape: Sequence[int], weight: Tensor | None = None) -> Tensor:
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
    table = _table(layer, input_shape)
    kernels = _kernels(layer, input_shape, weight)
    output, tap, _ = _meetings(table)
    values = kernels[tap]
    if isinstance(layer, AvgPool2d):
        values = values / _divisors(layer, input_shape)[output, None, None]
    blank = kernels.new_zeros(len(table), input_shape[1] * input_shape[2], *kernels.shape[1:])
    return _laid_out(table, blank, values, accumulate=True)


def weight_index(layer: Linear, input_shape: Sequence[int]) -> Tensor:
    """Which weight stands in each entry of the layer's matrix, to colour it by.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d or AvgPool2d
        The layer.
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
    >>> weight_index(Conv2d(1, 1, (1, 2)), (1, 1, 3))
    tensor([[ 0,  1, -1],
            [-1,  0,  1]])
    """
    table = _table(layer, input_shape)
    kernels = _kernels(layer, input_shape, None, number=True)
    values = kernels[_meetings(table)[1]]
    blank = kernels.new_full((len(table), input_shape[1] * input_shape[2], *kernels.shape[1:]), NOTHING)
    placed = _laid_out(table, blank, values)
    times = _laid_out(table, torch.zeros_like(blank), (values >= 0).long(), accumulate=True)
    return placed.masked_fill(times > 1, SEVERAL)


def patches(layer: Conv2d | MaxPool2d | AvgPool2d, image: Tensor) -> Tensor:
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
    >>> patches(Conv2d(1, 1, (1, 2)), torch.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[1., 2.],
            [2., 3.]])
    """
    check_kind(layer, Conv2d | MaxPool2d | AvgPool2d)
    rows, columns = _output_size(layer, image.shape)
    taps = layer.kernel_size[0] * layer.kernel_size[1]
    check_entries((image.shape[0] * taps, rows * columns))
    table = _reads(layer, (rows, columns), _size(image.shape))
    empty = -torch.inf if isinstance(layer, MaxPool2d) else 0.0
    read = image.flatten(1)[:, table.clamp(min=0)].where(table >= 0, empty)
    return read.transpose(1, 2).flatten(0, 1)


def _table(layer: Linear, input_shape: Sequence[int]) -> Tensor:
    """The input cell that each output cell (row) reads at each tap (column), all flattened; -1 for none."""
    check_kind(layer, Linear)
    size = _output_size(layer, input_shape)
    channels = layer.output_shape(input_shape)[0]
    check_entries((*input_shape, channels, *size))
    return _reads(layer, size, _size(input_shape))


def _output_size(layer: Windowed, input_shape: Sequence[int]) -> Pair:
    """Rows and columns of the output, for one image."""
    if len(input_shape) != 3:
        raise ConvLabError("input_shape", tuple(input_shape), "must be (C, H, W)", advice="Use (1, 8, 8), for example.")
    return _size(layer.output_shape(input_shape))


def _reads(layer: Windowed, output_size: Pair, input_size: Pair) -> Tensor:
    """The same table, its sizes already checked."""
    rows, columns = indices(meetings(layer, input_size, range(output_size[0]), range(output_size[1])).sources)
    cells = torch.where((rows >= 0) & (columns >= 0), rows * input_size[1] + columns, -1)
    return cells.flatten(2).flatten(0, 1)


def _meetings(table: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Output cell, tap and input cell wherever a weight meets an input cell."""
    output, tap = (table >= 0).nonzero(as_tuple=True)
    return output, tap, table[output, tap]


def _kernels(layer: Linear, input_shape: Sequence[int], weight: Tensor | None, number: bool = False) -> Tensor:
    """The weights, or with `number` their places in the flat weight: (taps, output channels, input channels)."""
    if isinstance(layer, AvgPool2d):
        taps, channels = layer.kernel_size[0] * layer.kernel_size[1], input_shape[0]
        each = torch.eye(channels).expand(taps, channels, channels)
        return torch.where(each > 0, torch.arange(taps)[:, None, None], NOTHING) if number else each
    if number:
        weight = torch.arange(prod(layer.weight_shape)).reshape(layer.weight_shape)
    layer._check_operands(torch.empty(0) if weight is None else weight, weight, None)
    assert weight is not None
    full = dense(layer, weight, fill=NOTHING if number else 0).flatten(2).movedim(-1, 0)
    return full.transpose(1, 2) if isinstance(layer, ConvTranspose2d) else full


def _divisors(layer: AvgPool2d, input_shape: Sequence[int]) -> Tensor:
    """What average pooling divides by at each output cell, flattened."""
    counted = explain_all(layer, torch.zeros(tuple(input_shape))).counted
    assert counted is not None
    return counted.sum((-2, -1)).flatten()


def _laid_out(table: Tensor, blank: Tensor, values: Tensor, accumulate: bool = False) -> Tensor:
    """Values per meeting put into a blank (output cells, input cells, channels, channels), as a matrix."""
    output, _, cell = _meetings(table)
    filled = blank.index_put((output, cell), values, accumulate=accumulate)
    return filled.permute(2, 0, 3, 1).flatten(2, 3).flatten(0, 1)


def _size(shape: Sequence[int]) -> Pair:
    """Rows and columns of a shape (C, H, W)."""
    return shape[1], shape[2]

"""The transposed layer in its views: stamps that are added up, and its input spread out under a flipped kernel."""

from collections.abc import Sequence
from math import prod

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import Conv2d, ConvTranspose2d, Windowed, check_kind, stamping
from convlab.window import Sides, by, pair

MAX_ENTRIES = 4_000_000


def stamps(layer: ConvTranspose2d, image: Tensor, weight: Tensor) -> Tensor:
    """Each input number's stamp on the output of a transposed layer, before they are added up.

    Parameters
    ----------
    layer : ConvTranspose2d
        The layer.
    image : Tensor
        (C, H, W), small: see Raises.
    weight : Tensor
        As the layer is called with it.

    Returns
    -------
    Tensor
        (C, H, W, output channels, output rows, output columns): what each input number adds to each output number;
        the sum over the first three axes is the layer's output without its bias.

    Raises
    ------
    ConvLabError
        If it would hold more than 4,000,000 numbers.

    Examples
    --------
    >>> up = ConvTranspose2d(1, 1, (1, 3), bias=False)
    >>> stamps(up, torch.tensor([[[1.0, 10.0]]]), torch.tensor([[[[1.0, 2.0, 3.0]]]]))[0, 0, :, 0, 0]
    tensor([[ 1.,  2.,  3.,  0.],
            [ 0., 10., 20., 30.]])
    """
    check_kind(layer, stamping)
    check_image(image)
    shape = layer.output_shape(image.shape)
    layer.check_operands(image, weight, None)
    check_entries((*image.shape, *shape))
    _, rows, columns = image.shape
    kernels, stamped = dense(layer, weight), torch.zeros(*image.shape, *shape, dtype=image.dtype)
    for i, j in ((i, j) for i in range(rows) for j in range(columns)):
        for (k, m), (r, c) in layer.window.taps((i, j)):
            if 0 <= r < shape[1] and 0 <= c < shape[2]:
                stamped[:, i, j, :, r, c] = image[:, i, j, None] * kernels[:, :, k, m]
    return stamped


def spread(layer: ConvTranspose2d, image: Tensor) -> Tensor:
    """The input of a transposed layer with zeros put between and around it.

    `plain_convolution`, a convolution of stride 1 without padding, makes the layer's output of it with the
    `flipped` kernel.

    Parameters
    ----------
    layer : ConvTranspose2d
        The layer.
    image : Tensor
        (C, H, W).

    Returns
    -------
    Tensor
        (C, rows, columns).

    Notes
    -----
    ``stride − 1`` zeros between neighbours; ``dilation·(kernel_size − 1) − padding`` before them and as many, and
    output_padding, after them; where that is negative, so many rows or columns are cropped.

    Examples
    --------
    >>> spread(ConvTranspose2d(1, 1, (1, 2), stride=(1, 2)), torch.tensor([[[1.0, 2.0]]]))
    tensor([[[0., 1., 0., 2., 0.]]])
    """
    check_kind(layer, stamping)
    check_image(image)
    layer.output_shape(image.shape)
    rows, columns = (spread_along(layer, image.shape[axis + 1], axis) for axis in (0, 1))
    wide = torch.zeros(image.shape[0], len(rows), len(columns), dtype=image.dtype)
    down, across = ([(at, cell) for at, cell in enumerate(line) if cell is not None] for line in (rows, columns))
    for r, i in down:
        wide[:, r, [c for c, _ in across]] = image[:, i, [j for _, j in across]]
    return wide


def spread_along(layer: ConvTranspose2d, cells: int, axis: int) -> list[int | None]:
    """Which input row (axis 0) or column (axis 1) stands in each one of the spread input; None for zeros.

    Examples
    --------
    >>> spread_along(ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1), cells=2, axis=0)
    [None, 0, None, 1, None, None]
    """
    window, extra = layer.window, layer.output_padding[axis]
    before = window.dilated_size[axis] - 1 - window.padding[axis]
    length = 2 * before + (cells - 1) * window.stride[axis] + 1 + extra
    standing = {before + i * window.stride[axis]: i for i in range(cells)}
    return [standing.get(place) for place in range(length)]


def flipped(layer: ConvTranspose2d, weight: Tensor) -> Tensor:
    """The kernel that slides over the spread input: turned by half a turn, input and output channels exchanged.

    Parameters
    ----------
    layer : ConvTranspose2d
        The layer.
    weight : Tensor
        (in_channels, out_channels / groups, kernel rows, kernel columns).

    Returns
    -------
    Tensor
        (out_channels, in_channels / groups, kernel rows, kernel columns), the weight of `plain_convolution`.

    Examples
    --------
    >>> flipped(ConvTranspose2d(1, 1, (1, 3)), torch.tensor([[[[1.0, 2.0, 3.0]]]]))
    tensor([[[[3., 2., 1.]]]])
    """
    groups = weight.unflatten(0, (layer.groups, -1))
    return groups.transpose(1, 2).flatten(0, 1).flip(-2, -1)


def plain_convolution(layer: ConvTranspose2d) -> Conv2d:
    """The convolution that makes the transposed layer's output of its spread input and its flipped kernel.

    Examples
    --------
    >>> up = ConvTranspose2d(1, 1, (1, 3), stride=(1, 2), padding=(0, 1), bias=False)
    >>> image, weight = torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[[1.0, 2.0, 3.0]]]])
    >>> plain_convolution(up)(spread(up, image), flipped(up, weight)), up(image, weight)
    (tensor([[[2., 5., 4.]]]), tensor([[[2., 5., 4.]]]))
    """
    return Conv2d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel_size,
        dilation=layer.dilation,
        groups=layer.groups,
        bias=layer.bias,
    )


def uncropped(layer: ConvTranspose2d) -> ConvTranspose2d:
    """The same transposed layer without padding: its output has all that padding crops off, as a ring around.

    Examples
    --------
    >>> up = ConvTranspose2d(1, 1, (1, 3), padding=(0, 1), bias=False)
    >>> image, weight = torch.tensor([[[1.0, 2.0]]]), torch.tensor([[[[1.0, 2.0, 3.0]]]])
    >>> uncropped(up)(image, weight), up(image, weight)
    (tensor([[[1., 4., 7., 6.]]]), tensor([[[4., 7.]]]))
    """
    return ConvTranspose2d(
        layer.in_channels,
        layer.out_channels,
        layer.kernel_size,
        layer.stride,
        output_padding=layer.output_padding,
        groups=layer.groups,
        bias=layer.bias,
        dilation=layer.dilation,
    )


def collapsing_sizes(layer: Windowed, output_size: Sides) -> tuple[list[int], list[int]]:
    """The input heights, and widths, that a forward convolution brings to the same output size.

    A transposed layer has to choose one of them: its output_padding is what a size has more than
    ``window.stamped_size(output_size)``.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d or AvgPool2d, MaxPool2d without ceil_mode
        A layer with the kernel_size, stride, padding and dilation in question.
    output_size : int or (int, int)
        Output of the forward layer, which is the input of the transposed one.

    Returns
    -------
    (list of int, list of int)
        Heights and widths, stride of them, fewer where they would be 0 or less.

    Examples
    --------
    >>> collapsing_sizes(ConvTranspose2d(1, 1, 3, stride=2, padding=1), 4)
    ([7, 8], [7, 8])
    """
    size = pair("output_size", output_size, 1)
    least = layer.window.stamped_size(size)
    rows, columns = (
        [least[axis] + extra for extra in range(layer.window.stride[axis]) if least[axis] + extra >= 1]
        for axis in (0, 1)
    )
    return rows, columns


def dense(layer: Conv2d | ConvTranspose2d, weight: Tensor, fill: float = 0) -> Tensor:
    """The weight with every channel pair in it, and `fill` where groups keep a pair apart.

    Returns
    -------
    Tensor
        (out_channels, in_channels, kernel rows, kernel columns); for the transposed layer, in and out exchanged.

    Examples
    --------
    >>> dense(Conv2d(2, 2, 1, groups=2), torch.tensor([5.0, 7.0]).reshape(2, 1, 1, 1)).squeeze()
    tensor([[5., 0.],
            [0., 7.]])
    """
    first, second = weight.shape[0] // layer.groups, weight.shape[1]
    full = weight.new_full((weight.shape[0], second * layer.groups, *weight.shape[2:]), fill)
    for group in range(layer.groups):
        block = slice(group * first, (group + 1) * first)
        full[block, group * second : (group + 1) * second] = weight[block]
    return full


def check_image(image: Tensor) -> None:
    """Refuse what is not one image, such as a batch."""
    if image.dim() != 3:
        rule, advice = "must be one image of shape (C, H, W)", "Take one image of a batch: images[0]."
        raise ConvLabError("image", tuple(image.shape), rule, advice=advice)


def check_entries(shape: Sequence[int]) -> None:
    """Refuse to lay out more than `MAX_ENTRIES` numbers, before any of them is made."""
    if prod(shape) > MAX_ENTRIES:
        rule = f"must be small enough for {MAX_ENTRIES:,} numbers written out"
        numbers = f"{by(shape)} is {prod(shape):,}"
        advice = "Use a smaller input or fewer channels."
        raise ConvLabError("input", tuple(shape), rule, numbers=numbers, advice=advice)

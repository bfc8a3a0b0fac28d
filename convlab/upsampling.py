"""A picture made larger in four ways, how many products make each number, and where that shows as a checkerboard."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.meetings import overlap, uses
from convlab.transposed import check_image
from convlab.window import whole

LARGEST = 4
_ROUND = 3  # rows and columns of a sub-pixel kernel


@dataclass(frozen=True, eq=False)
class Larger:
    """A picture made larger in one way.

    Attributes
    ----------
    title : str
        The way, in words.
    result : Tensor
        (C, factor · H, factor · W).
    overlap : Tensor
        (factor · H, factor · W), int64: how many products with a cell of the layer's input make each number.
    """

    title: str
    result: Tensor
    overlap: Tensor


def enlarged(image: Tensor, factor: int = 2, kernel_size: int = 3) -> tuple[Larger, ...]:
    """A picture made larger by a transposed layer, nearest neighbour, bilinear, and sub-pixel shuffle.

    Parameters
    ----------
    image : Tensor
        (C, H, W).
    factor : int, default 2
        From 2 to 4.
    kernel_size : int, default 3
        Rows and columns of the kernel, all of whose weights are equal, of the transposed layer and of the convolutions
        that follow nearest neighbour and bilinear. The same kernel reads each channel alone.

    Returns
    -------
    tuple of Larger
        Four, each of them true to the picture's brightness. The sub-pixel layer has factor² kernels of 3×3: each one
        weighs the pixels around for its own place among the new ones, as bilinear up-sampling would.

    Raises
    ------
    ConvLabError
        For a factor or a kernel_size out of range.

    References
    ----------
    A. Odena, V. Dumoulin, C. Olah, Deconvolution and checkerboard artifacts, 2016.
    W. Shi et al., Real-time single image and video super-resolution using an efficient sub-pixel CNN, 2016.

    Examples
    --------
    >>> [tuple(way.result.shape) for way in enlarged(torch.rand(3, 8, 6), factor=3)]
    [(3, 24, 18), (3, 24, 18), (3, 24, 18), (3, 24, 18)]
    >>> enlarged(torch.ones(1, 4, 4), factor=2, kernel_size=3)[0].overlap[3]
    tensor([2, 4, 2, 4, 2, 4, 2, 2])
    """
    check_image(image)
    if not 2 <= whole("factor", factor) <= LARGEST:
        rule, fix = f"must be from 2 to {LARGEST}", {"factor": min(max(factor, 2), LARGEST)}
        raise ConvLabError("factor", factor, rule, advice=f"Use factor {fix['factor']}.", fix=fix)
    whole("kernel_size", kernel_size)
    with torch.inference_mode():
        return (
            _transposed(image, factor, kernel_size),
            _resized("Nearest neighbour, then a convolution", image, factor, kernel_size, "nearest"),
            _resized("Bilinear, then a convolution", image, factor, kernel_size, "bilinear"),
            _shuffled(image, factor),
        )


def enlarging(factor: int, kernel_size: int) -> ConvTranspose2d:
    """The transposed layer that makes one channel exactly that many times larger.

    Examples
    --------
    >>> enlarging(2, 3).padding, enlarging(2, 3).output_padding, enlarging(2, 3).output_shape((1, 8, 6))
    ((1, 1), (1, 1), (1, 16, 12))
    """
    more = kernel_size - factor
    padding = max(0, (more + 1) // 2)
    return ConvTranspose2d(1, 1, kernel_size, factor, padding, 2 * padding - more, bias=False)


def _transposed(image: Tensor, factor: int, kernel_size: int) -> Larger:
    """Stamps of equal weights, which on average add up to 1."""
    layer = enlarging(factor, kernel_size)
    weight = image.new_full(layer.weight_shape, factor**2 / kernel_size**2)
    return Larger("Transposed convolution", layer(image[:, None], weight)[:, 0], overlap(layer, (1, *image.shape[1:])))


def _resized(title: str, image: Tensor, factor: int, kernel_size: int, mode: str) -> Larger:
    """The picture resized without weights, then blurred by a layer that keeps the size."""
    large = F.interpolate(image[:, None], scale_factor=factor, mode=mode)
    layer = Conv2d(1, 1, kernel_size, padding="same", padding_mode="replicate", bias=False)
    ones = image.new_ones(layer.weight_shape)
    return Larger(title, layer(large, ones / kernel_size**2)[:, 0], _products(layer, large[0], ones))


def _shuffled(image: Tensor, factor: int) -> Larger:
    """factor² maps, one for each place of the new pixels, dealt out in turn: `torch.nn.PixelShuffle`."""
    layer = Conv2d(1, factor**2, _ROUND, padding=1, padding_mode="replicate", bias=False)
    places = (torch.arange(factor, dtype=image.dtype) + 0.5) / factor - 0.5
    lines = torch.stack([(-places).clamp(min=0), 1 - places.abs(), places.clamp(min=0)], 1)
    weight = torch.einsum("ik,jm->ijkm", lines, lines).reshape(layer.weight_shape)
    result = F.pixel_shuffle(layer(image[:, None], weight), factor)[:, 0]
    counts = _products(layer, image[:1], torch.ones_like(weight))
    return Larger("Sub-pixel shuffle", result, counts)


def _products(layer: Conv2d, image: Tensor, ones: Tensor) -> Tensor:
    """How many products make each output number, copied padding included, all output channels dealt out."""
    counts = layer(torch.ones_like(image), ones)
    factor = round(layer.out_channels**0.5)
    return F.pixel_shuffle(counts, factor)[0].round().long()


@dataclass(frozen=True)
class Evenness:
    """How often a transposed layer's output cells are stamped, away from the border.

    Attributes
    ----------
    counts : tuple of int
        The different counts, smallest first.
    """

    counts: tuple[int, ...]

    @property
    def even(self) -> bool:
        """Whether all cells are stamped equally often: no checkerboard."""
        return len(self.counts) == 1


def evenness(kernel_sizes: Iterable[int], strides: Iterable[int]) -> dict[tuple[int, int], Evenness]:
    """For each (kernel_size, stride), how often the cells inside a transposed layer's output are stamped.

    Parameters
    ----------
    kernel_sizes, strides : iterable of int
        The same for rows and columns.

    Returns
    -------
    dict of (int, int) to Evenness
        Counted with `overlap`.

    Examples
    --------
    >>> evenness([3, 4], [2])
    {(3, 2): Evenness(counts=(1, 2, 4)), (4, 2): Evenness(counts=(4,))}
    """
    wide = tuple(strides)
    return {(size, stride): Evenness(_inner_counts(size, stride)) for size in kernel_sizes for stride in wide}


def _inner_counts(kernel_size: int, stride: int) -> tuple[int, ...]:
    """The different counts where no stamp is missing for want of an input cell."""
    layer = ConvTranspose2d(1, 1, kernel_size, stride, bias=False)
    cells = 2 * kernel_size + 2
    line = torch.tensor(uses(layer, (cells, cells))[0])
    inside = line[kernel_size - 1 : len(line) - kernel_size + 1]
    return tuple(torch.outer(inside, inside).unique().tolist())


def rule_of(table: Mapping[tuple[int, int], Evenness]) -> str:
    """The rule that the counts of a table follow, in a sentence: found by trying, for each pair, whether it holds.

    Examples
    --------
    >>> rule_of(evenness(range(1, 7), range(1, 5)))
    'Even exactly where the kernel size is a multiple of the stride: 12 of 24 pairs.'
    """
    even = {pair for pair, found in table.items() if found.even}
    if even == {(size, stride) for size, stride in table if size % stride == 0}:
        return f"Even exactly where the kernel size is a multiple of the stride: {len(even)} of {len(table)} pairs."
    return f"Even for {len(even)} of {len(table)} pairs."

"""There and back: a convolution, then the transposed convolution with the same kernel, and what was lost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.transposed import check_image
from convlab.window import Pair, by

NEARLY = 1e-4  # an error below it is rounding, of pictures with numbers from 0 to 1


def way_back(layer: Conv2d, input_shape: Sequence[int]) -> ConvTranspose2d:
    """The transposed layer that leads from a convolution's maps back to the size of its input.

    Parameters
    ----------
    layer : Conv2d
        Padding of zeros, as many rows and columns on either side.
    input_shape : sequence of int
        (C, H, W): what the convolution reads.

    Returns
    -------
    ConvTranspose2d
        With its kernel_size, stride, padding, dilation and groups, without a bias; its output_padding makes up for
        what the convolution left over. It takes the convolution's weight as it is, and its matrix is the
        convolution's, transposed.

    Raises
    ------
    ConvLabError
        If the convolution does not fit the input, or its padding copies cells or is uneven.

    Examples
    --------
    >>> way_back(Conv2d(1, 1, 3, stride=2, padding=1), (1, 8, 8)).output_padding
    (1, 1)
    """
    _check_padding(layer)
    window, shape = layer.window, layer.output_shape(input_shape)
    least = window.stamped_size((shape[-2], shape[-1]))
    extra = (input_shape[-2] - least[0], input_shape[-1] - least[1])
    shared = (layer.out_channels, layer.in_channels, layer.kernel_size, layer.stride, window.padding)
    return ConvTranspose2d(*shared, extra, layer.groups, False, layer.dilation)


def _check_padding(layer: Conv2d) -> None:
    """A transposed layer knows zeros alone, the same on both sides."""
    if layer.padding_mode != "zeros":
        rule, zeros = "must be zeros: no transposed convolution has another", {"padding_mode": "zeros"}
        raise ConvLabError("padding_mode", layer.padding_mode, rule, advice='Use "zeros".', fix=zeros)
    before, after = layer.window.padding, layer.window.padding_end
    if before != after:
        rule, numbers = "must be the same on both sides", f"{before} before the input and {after} after it"
        advice, fix = f"Use padding {before}.", {"padding": before}
        raise ConvLabError("padding", layer.padding, rule, numbers=numbers, advice=advice, fix=fix)


@dataclass(frozen=True)
class Error:
    """How far a result is from the picture, in some of its cells.

    Attributes
    ----------
    cells : int
        How many numbers were compared.
    largest, mean : float
        Of the magnitudes; 0 where there is no cell.
    """

    cells: int
    largest: float
    mean: float


@dataclass(frozen=True, eq=False)
class ThereAndBack:
    """A picture, its maps, and what came back.

    Attributes
    ----------
    layer, back : Conv2d, ConvTranspose2d
        The two layers.
    image, maps, result : Tensor
        (C, H, W) each; the result has the picture's shape, unless another output_padding was asked for.
    errors : Tensor
        (C, H, W): result − picture. What the result lacks counts as 0, what it has beyond the picture is left out.
    inner : Tensor
        (H, W), bool: the rows and columns from the first window's middle to the last one's. The others are the border.
    met : Tensor
        (C, H, W), bool: numbers that some weight other than 0 meets. The others come back as 0.
    products : (float, float)
        ⟨A x, y⟩ and ⟨x, Aᵀ y⟩ for the picture x and random maps y: equal but for rounding.
    """

    layer: Conv2d
    back: ConvTranspose2d
    image: Tensor
    maps: Tensor
    result: Tensor
    errors: Tensor
    inner: Tensor
    met: Tensor
    products: tuple[float, float]

    @property
    def inside(self) -> Error:
        """The error from the first window's middle to the last one's."""
        return error_of(self.errors[:, self.inner])

    @property
    def border(self) -> Error:
        """The error before the first window's middle and after the last one's."""
        return error_of(self.errors[:, ~self.inner])

    @property
    def correlation(self) -> float | None:
        """From -1 to 1: whether light comes back light, whatever the scale; None where either is of one number."""
        return correlation(self.image, self.errors + self.image)

    @property
    def lost(self) -> str:
        """What did not come back, in a sentence."""
        return _lost(self)


def there_and_back(
    layer: Conv2d, image: Tensor, weight: Tensor, *, output_padding: Pair | None = None, seed: int = 0
) -> ThereAndBack:
    """A picture through a convolution and back through the transposed convolution with the same kernel.

    Parameters
    ----------
    layer : Conv2d
        The way there; its bias is left out. Padding of zeros, the same on both sides.
    image : Tensor
        (C, H, W).
    weight : Tensor
        (out_channels, in_channels / groups, kernel rows, kernel columns), for both layers.
    output_padding : (int, int), optional
        Of the way back; where it is left out, what makes up for what the way there left over.
    seed : int, default 0
        Of the random maps in the adjoint law.

    Returns
    -------
    ThereAndBack

    Raises
    ------
    ConvLabError
        For whatever either layer refuses.

    Notes
    -----
    With the convolution as a matrix A, the result is Aᵀ A x: the picture itself only where Aᵀ A is the identity.

    Examples
    --------
    >>> spike = torch.tensor([[[[0.0, -1.0, 0.0]]]])
    >>> there_and_back(Conv2d(1, 1, (1, 3)), torch.tensor([[[1.0, 2.0, 3.0, 4.0]]]), spike).result
    tensor([[[0., 2., 3., 0.]]])
    """
    check_image(image)
    layer = layer.with_bias(False)
    back = way_back(layer, image.shape)
    if output_padding is not None:
        back = replace(back, output_padding=output_padding)
    with torch.inference_mode():
        maps = layer(image, weight)
        result = back(maps, weight)
        answer = torch.randn(maps.shape, generator=torch.Generator().manual_seed(seed), dtype=maps.dtype)
        products = _dot(maps, answer), _dot(image, _sized(back(answer, weight), image))
        met = _sized(back(torch.ones_like(maps), weight.abs()), image) > 0
        errors = _sized(result, image) - image
    return ThereAndBack(layer, back, image, maps, result, errors, _inner(layer, image.shape), met, products)


def _sized(result: Tensor, image: Tensor) -> Tensor:
    """A result as large as the picture: zeros where it ends before, cut off where it goes on."""
    rows, columns = (of - have for of, have in zip(image.shape[1:], result.shape[1:], strict=True))
    return F.pad(result, (0, columns, 0, rows)) if rows or columns else result


def _inner(layer: Conv2d, input_shape: Sequence[int]) -> Tensor:
    """(H, W): whether a cell lies between the middles of the first and of the last window."""
    window, size = layer.window, (input_shape[-2], input_shape[-1])
    lines = []
    for axis, places in enumerate(window.output_size(size)):
        middle = (window.dilated_size[axis] - 1) / 2 - window.padding[axis]
        cells = torch.arange(size[axis])
        lines.append((cells > middle - 1) & (cells < middle + (places - 1) * window.stride[axis] + 1))
    return lines[0][:, None] & lines[1]


def _dot(first: Tensor, second: Tensor) -> float:
    """The sum of products, in double precision."""
    return float((first.double() * second.double()).sum())


def error_of(errors: Tensor) -> Error:
    """The largest and the mean magnitude of some differences.

    Examples
    --------
    >>> error_of(torch.tensor([0.5, -1.0, 0.0]))
    Error(cells=3, largest=1.0, mean=0.5)
    """
    if not errors.numel():
        return Error(0, 0.0, 0.0)
    return Error(errors.numel(), float(errors.abs().max()), float(errors.abs().mean()))


def correlation(first: Tensor, second: Tensor) -> float | None:
    """Pearson's correlation of two tensors of one shape; None where either is of one number.

    Examples
    --------
    >>> round(correlation(torch.tensor([1.0, 2.0, 3.0]), torch.tensor([-2.0, -4.0, -6.0])), 6)
    -1.0
    """
    one, two = (each.double() - each.double().mean() for each in (first, second))
    length = float(one.norm() * two.norm())
    return float((one * two).sum()) / length if length > 1e-9 else None


def _lost(way: ThereAndBack) -> str:
    """What did not come back: nothing; or the border, what fell between, the values."""
    if not way.met.any():
        return "Everything was lost: no weight but 0 meets the picture."
    met = way.met.any(0)
    rows, columns = (line.nonzero()[[0, -1], 0].tolist() for line in (met.any(1), met.any(0)))
    told = [_other_size(way), _border(rows, columns, (met.shape[0], met.shape[1]))]
    between = ~way.met[:, rows[0] : rows[1] + 1, columns[0] : columns[1] + 1]
    if between.any():
        share = float(between.double().mean())
        told.append(f"What fell between was lost: {share:.0%} of the cells are met by no weight and come back as 0.")
    changed = error_of(way.errors[way.met])
    if changed.largest >= NEARLY:
        size = "" if told[0] else f" the size, {by(way.image.shape[-2:])}, came back, and"
        told.append(f"The values were lost:{size} the numbers are off by {changed.mean:.2g} on average.")
    elif any(told):
        told.append("All the rest came back.")
    return " ".join(filter(None, told)) or "Nothing was lost: every number came back."


def _other_size(way: ThereAndBack) -> str:
    """Which size came back instead of the picture's; empty where that one did."""
    there, back = way.image.shape[-2:], way.result.shape[-2:]
    if there == back:
        return ""
    needed = by(way_back(way.layer, way.image.shape).output_padding)
    return f"The size came back as {by(back)}: it takes output padding {needed} to make it {by(there)}."


def _border(rows: Sequence[int], columns: Sequence[int], size: Sequence[int]) -> str:
    """What lies before the first row and column that is met, and after the last one; empty where that is nothing."""
    sides = []
    for (first, last), cells, word in zip((rows, columns), size, ("row", "column"), strict=True):
        before, after = first, cells - 1 - last
        if before == after > 0:
            sides.append(f"the first and last {_many(before, word)}")
        else:
            ends = (("first", before), ("last", after))
            sides += [f"the {end} {_many(count, word)}" for end, count in ends if count]
    alone = len(sides) == 1 and not sides[0].startswith("the first and last") and not sides[0].endswith("s")
    return f"The border was lost: {', '.join(sides)} {'comes' if alone else 'come'} back as 0." if sides else ""


def _many(count: int, word: str) -> str:
    """One row, 2 rows."""
    return word if count == 1 else f"{count} {word}s"

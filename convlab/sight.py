"""What a number sees of the picture: which cells it can depend on, and on which it does depend, by its gradient."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import Conv2d, Shape
from convlab.network import Step, plan
from convlab.transposed import check_image
from convlab.ways import needed_by, receptive_field, seen_from, sizes_of
from convlab.window import Pair, by, whole

MAX_FIELD = 255  # rows of a picture that growth looks at
MAX_GROWTH = 32  # layers


@dataclass(frozen=True, eq=False)
class Sight:
    """What one number of a stage sees of the picture.

    Attributes
    ----------
    rows, columns : tuple of int
        Rows and columns of the picture that it can depend on: the theoretical receptive field, without padding.
    weights : Tensor
        (H, W), from 0 to 1: the share of each pixel in what moves the number, the effective receptive field. They sum
        to 1, or are all 0 where nothing moves it: behind a ReLU that gives 0.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    weights: Tensor

    @property
    def distances(self) -> Tensor:
        """How far each pixel lies from the middle of the theoretical field, in pixels: (H, W)."""
        offsets = [
            torch.arange(side) - ((cells[0] + cells[-1]) / 2 if cells else 0.0)
            for side, cells in zip(self.weights.shape, (self.rows, self.columns), strict=True)
        ]
        return torch.hypot(offsets[0][:, None], offsets[1][None])

    def share(self, radius: float) -> float:
        """The share of the weight that lies at most so many pixels from the middle, from 0 to 1."""
        return float(self.weights[self.distances <= radius].sum())

    def radius(self, share: float) -> float | None:
        """The least distance from the middle within which that share of the weight lies; None where there is none."""
        some = self.weights > 0
        distances, order = self.distances[some].sort()
        reached = self.weights[some][order].cumsum(0) >= share * (1 - 1e-9)
        return float(distances[reached][0]) if bool(reached.any()) else None

    def pixels(self, share: float) -> int:
        """The fewest pixels that hold that share of the weight; 0 where there is none."""
        held = self.weights[self.weights > 0].sort(descending=True).values.cumsum(0)
        reached = held >= share * (1 - 1e-9)
        return int((~reached).sum()) + 1 if bool(reached.any()) else 0


def see(steps: Sequence[Step], image: Tensor, index: Sequence[int]) -> Sight:
    """What one number at the end of a row of layers sees of a picture.

    Parameters
    ----------
    steps : sequence of Step
        The layers up to the number's stage, with their numbers.
    image : Tensor
        (C, H, W): which way ReLU and maximum pooling let through depends on it.
    index : sequence of int
        Channel, row and column of the number; after Flatten, its place alone.

    Returns
    -------
    Sight
        The weights are the absolute gradients of the number, added up over the picture's channels, as shares.

    Raises
    ------
    ConvLabError
        If a layer does not fit, or there is no such number.

    References
    ----------
    W. Luo et al., Understanding the effective receptive field in deep convolutional neural networks, 2016.

    Examples
    --------
    >>> step = Step(Conv2d(1, 1, (1, 3), bias=False), torch.tensor([[[[1.0, 2.0, 1.0]]]]))
    >>> seen = see([step, step], torch.zeros(1, 1, 7), (0, 0, 1))
    >>> seen.columns
    (1, 2, 3, 4, 5)
    >>> (seen.weights * 16).tolist()
    [[0.0, 1.0, 4.0, 6.0, 4.0, 1.0, 0.0]]
    >>> seen.share(radius=1)
    0.875
    """
    check_image(image)
    layers = [step.layer for step in steps]
    shapes = [tuple(image.shape), *(shape for shape, _ in plan(layers, image.shape))]
    _check_index(index, shapes[-1])
    size = (image.shape[-2], image.shape[-1])
    rows, columns = seen_from(layers, size, _place(index, sizes_of(layers, size)[-1]))
    with torch.inference_mode(False), torch.enable_grad():
        picture = image.detach().clone().requires_grad_()
        outputs = {0: picture}
        for number in needed_by(layers):
            read = [outputs[source] for source in layers[number - 1].sources(number)]
            outputs[number] = _with_gradients(steps[number - 1])(*read)
        (gradient,) = torch.autograd.grad(outputs[len(layers)][tuple(index)], picture)
    weights = gradient.abs().sum(0).double()
    return Sight(rows, columns, weights / weights.sum().clamp(min=torch.finfo(torch.double).tiny))


def _check_index(index: Sequence[int], shape: Shape) -> None:
    """Refuse the index of a number that is not there."""
    if len(index) != len(shape) or not all(0 <= place < side for place, side in zip(index, shape, strict=False)):
        rule, numbers = "must be the place of a number", f"{tuple(index)} in an output of {by(shape)}"
        raise ConvLabError("index", tuple(index), rule, numbers=numbers, advice=f"Use {(0,) * len(shape)}.")


def _place(index: Sequence[int], size: Pair) -> Pair:
    """Row and column of a number; in a row of numbers those of the map that it comes from."""
    rows, columns = size
    return (index[1], index[2]) if len(index) == 3 else (index[0] // columns % rows, index[0] % columns)


def _with_gradients(step: Step) -> Step:
    """The same step; numbers that inference has made are copied, since gradients do not pass them."""
    copied = {name: it.clone() for name, it in step.numbers().items() if it.is_inference()}
    return replace(step, **copied)  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Growth:
    """What a number sees behind so many equal layers.

    Attributes
    ----------
    depth : int
        How many layers.
    receptive_field : int
        Rows, and columns, that it can depend on.
    radius : float
        Pixels from the middle within which 95 % of the weight lies.
    sight : Sight
        All of it, on a picture as large as the receptive field.
    """

    depth: int
    receptive_field: int
    radius: float
    sight: Sight

    @property
    def farthest(self) -> float:
        """How far from the middle the farthest pixel lies that it can depend on: in a corner."""
        return (self.receptive_field - 1) / sqrt(2)


def growth(depth: int, kernel_size: int = 3, stride: int = 1, dilation: int = 1) -> list[Growth]:
    """How far a number sees behind one, two, … equal convolutions, in theory and in effect.

    Parameters
    ----------
    depth : int
        Layers, at most 32.
    kernel_size, stride, dilation : int, default 3, 1, 1
        Of each of them; all weights are equal.

    Returns
    -------
    list of Growth
        One for each depth.

    Raises
    ------
    ConvLabError
        If a number could depend on more than 255 rows.

    Notes
    -----
    The theoretical field grows by ``dilation · (kernel_size − 1) · stride^(layers before)`` with each layer. With
    stride 1 the weights draw near a bell, and what holds 95 % of them grows with the square root of the depth only.

    Examples
    --------
    >>> [(grown.receptive_field, round(grown.radius, 1)) for grown in growth(9)[::4]]
    [(3, 1.4), (11, 4.2), (19, 6.0)]
    """
    fields = fields_of(depth, kernel_size, stride, dilation)
    layer = Conv2d(1, 1, (1, kernel_size), (1, stride), 0, (1, dilation), bias=False)
    step = Step(layer, torch.full(layer.weight_shape, 1 / kernel_size, dtype=torch.double))
    return [_grown([step] * layers, field) for layers, field in enumerate(fields, 1)]


def fields_of(depth: int, kernel_size: int = 3, stride: int = 1, dilation: int = 1) -> list[int]:
    """How many rows a number can depend on behind one, two, … equal convolutions.

    Parameters
    ----------
    depth, kernel_size, stride, dilation
        As in `growth`.

    Returns
    -------
    list of int
        One for each depth, padding included.

    Raises
    ------
    ConvLabError
        If that is more than 255 for the last.

    Examples
    --------
    >>> fields_of(4, stride=2)
    [3, 7, 15, 31]
    """
    if whole("depth", depth) > MAX_GROWTH:
        rule, fix = f"must be at most {MAX_GROWTH}", {"depth": MAX_GROWTH}
        raise ConvLabError("depth", depth, rule, advice=f"Use depth {MAX_GROWTH}.", fix=fix)
    layer = Conv2d(1, 1, whole("kernel_size", kernel_size), whole("stride", stride), 0, dilation, bias=False)
    fields = [receptive_field([layer] * layers)[0] for layers in range(1, depth + 1)]
    if fields[-1] > MAX_FIELD:
        fits = sum(field <= MAX_FIELD for field in fields)
        rule, numbers = f"must leave a field of at most {MAX_FIELD} rows", f"{depth} layers see {fields[-1]:,}"
        advice = f"Use depth {fits}." if fits else "Use a smaller kernel or dilation."
        raise ConvLabError("depth", depth, rule, numbers=numbers, advice=advice, fix={"depth": fits} if fits else None)
    return fields


def _grown(steps: Sequence[Step], field: int) -> Growth:
    """What the one number sees that layers make of a picture as large as its field: along one row, and so down all."""
    line = see(steps, torch.ones(1, 1, field, dtype=torch.double), (0, 0, 0))
    seen = Sight(line.columns, line.columns, line.weights.T * line.weights)
    return Growth(len(steps), field, seen.radius(0.95) or 0.0, seen)

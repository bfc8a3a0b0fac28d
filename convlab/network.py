"""Layers in a row, and the trace of a picture through them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

import numpy as np
import torch
from torch import Tensor, nn

from convlab import kernels
from convlab.errors import ConvLabError
from convlab.following import followed, unknown
from convlab.layers import KINDS, Conv2d, Layer, MaxPool2d, ReLU, Shape
from convlab.ways import field_at, spacing
from convlab.window import Pair

_NUMBERS = ("weight", "bias", "running_mean", "running_var")


@dataclass(frozen=True, eq=False)
class Step:
    """A layer with its numbers.

    Attributes
    ----------
    layer : Layer
        The spec.
    weight, bias : Tensor, optional
        Laid out as torch lays them out for that layer.
    running_mean, running_var : Tensor, optional
        A batch norm's mean and variance of each channel.
    name : str
        Where in a model it comes from: "layer1.0.conv1".
    """

    layer: Layer
    weight: Tensor | None = None
    bias: Tensor | None = None
    running_mean: Tensor | None = None
    running_var: Tensor | None = None
    name: str = ""

    def numbers(self) -> dict[str, Tensor]:
        """The numbers that it has, by PyTorch's names."""
        named = {name: getattr(self, name) for name in _NUMBERS}
        return {name: numbers for name, numbers in named.items() if numbers is not None}

    def __call__(self, input: Tensor, *earlier: Tensor) -> Tensor:
        """Apply the layer with its numbers to an input of shape (C, H, W) or (N, C, H, W), and to an earlier one."""
        looked = {"earlier": earlier[0]} if earlier else {}
        return self.layer(input, **self.numbers(), **looked)


@dataclass(frozen=True, eq=False)
class Stage:
    """What one layer made of the picture.

    Attributes
    ----------
    step : Step
        The layer with its weight and bias.
    output : Tensor
        What it put out, (C, H, W) or (N, C, H, W).
    input_shape : tuple of int
        Shape of what it read; of two outputs, of the later one.
    number : int
        The layer's place in the row, from 1.
    row : tuple of Layer
        All layers of the row.
    image_size : (int, int)
        Rows and columns of the picture.
    """

    step: Step
    output: Tensor
    input_shape: Shape
    number: int
    row: tuple[Layer, ...]
    image_size: Pair

    @property
    def layer(self) -> Layer:
        """The layer's spec."""
        return self.step.layer

    @property
    def shape(self) -> Shape:
        """Shape of the output."""
        return tuple(self.output.shape)

    @property
    def macs(self) -> int:
        """Its multiply-adds on this input."""
        return self.layer.macs(self.input_shape)

    @property
    def parameters(self) -> int:
        """Numbers that the layer learns."""
        return self.layer.parameters

    @property
    def receptive_field(self) -> tuple[int, int]:
        """Rows and columns of the picture that one output number can depend on, padding included."""
        return field_at(self.row, self.number, self.image_size)

    @property
    def spacing(self) -> tuple[Fraction, Fraction] | None:
        """The step between neighbours: rows and columns of the picture; None where there is no one such number."""
        return spacing(self.row[: self.number], self.image_size)


def zeroed(pre_activation: Tensor) -> list[float]:
    """The share of each map's numbers that ReLU sets to zero, from 0 to 1: those below zero.

    Parameters
    ----------
    pre_activation : Tensor
        (C, H, W): the maps before ReLU.

    Returns
    -------
    list of float
        One share a map.

    Examples
    --------
    >>> zeroed(torch.tensor([[[-1.0, 0.0, 2.0, -3.0]]]))
    [0.5]
    """
    below = np.count_nonzero(pre_activation.numpy() < 0, axis=(-2, -1))
    return (below / prod(pre_activation.shape[-2:])).flatten().tolist()


def trace(model: nn.Module | Iterable[Step], image: Tensor) -> list[Stage]:
    """Run a picture through layers in a row and keep every stage.

    Parameters
    ----------
    model : torch.nn.Module or iterable of Step
        What `row_of` can make a row of, such as an nn.Sequential or a network with branches; as in evaluation.
    image : Tensor
        (C, H, W) or (N, C, H, W), float32.

    Returns
    -------
    list of Stage
        One for each layer: output, shape, parameters, macs, receptive_field, spacing.

    Raises
    ------
    ConvLabError
        If a layer does not fit the size that reaches it, its weight or bias does not fit it, or the model calls
        something of another kind.

    Examples
    --------
    >>> stages = trace(two_layers(), torch.zeros(3, 235, 180))
    >>> [stage.shape for stage in stages[::3]]
    [(4, 231, 176), (4, 111, 84)]
    >>> stages[-1].receptive_field
    (16, 16)
    """
    steps = row_of(model) if isinstance(model, nn.Module) else list(model)
    row, size = tuple(step.layer for step in steps), (image.shape[-2], image.shape[-1])
    stages, outputs, sizes = [], [image], [size]
    with torch.inference_mode():
        for number, step in enumerate(steps, 1):
            sources = step.layer.sources(number)
            read = [outputs[source] for source in sources]
            outputs.append(step(*read))
            sizes.append(step.layer.output_size(*(sizes[source] for source in sources)))
            stages.append(Stage(step, outputs[-1], tuple(read[0].shape), number, row, size))
    return stages


def plan(layers: Iterable[Layer], input_shape: Sequence[int]) -> list[tuple[Shape, int]]:
    """Every layer's output shape and multiply-adds, before anything is computed.

    Parameters
    ----------
    layers : iterable of Layer
        Layers in a row.
    input_shape : sequence of int
        (C, H, W) or (N, C, H, W).

    Returns
    -------
    list of (tuple of int, int)
        One pair a layer.

    Examples
    --------
    >>> plan([Conv2d(64, 16, 3, padding=1)], (64, 28, 28))
    [((16, 28, 28), 7225344)]
    """
    planned, fault = plan_to_fault(layers, input_shape)
    if fault is not None:
        raise fault.error
    return planned


@dataclass(frozen=True, eq=False)
class Fault:
    """Where a row of layers breaks, and why.

    Attributes
    ----------
    index : int
        The layer's place in the row, from 0.
    layer : Layer
        The layer that does not fit what reaches it.
    error : ConvLabError
        The rule, the numbers and the way out.
    """

    index: int
    layer: Layer
    error: ConvLabError

    def __str__(self) -> str:
        """Which layer of the row, counted from 1, and why."""
        return f"Layer {self.index + 1}, {self.layer.short_name}: {self.error}"


def plan_to_fault(layers: Iterable[Layer], input_shape: Sequence[int]) -> tuple[list[tuple[Shape, int]], Fault | None]:
    """What can be planned of a row that may break: the stages before the fault, and the fault.

    Parameters
    ----------
    layers, input_shape
        As in `plan`.

    Returns
    -------
    (list of (tuple of int, int), Fault or None)
        As many pairs as layers fit; so many steps can be traced.

    Examples
    --------
    >>> planned, fault = plan_to_fault([Conv2d(1, 2, 3), Conv2d(1, 2, 3)], (1, 8, 8))
    >>> planned
    [((2, 6, 6), 648)]
    >>> print(fault)
    Layer 2, conv 3×3: `in_channels` must equal the input's channels: the layer takes 1, the input 2×6×6 has 2. \
Use in_channels 2.
    """
    planned: list[tuple[Shape, int]] = []
    shapes, sizes = [tuple(input_shape)], [(input_shape[-2:][0], input_shape[-1])]
    for number, layer in enumerate(layers, 1):
        try:
            sources = layer.sources(number)
            read = [shapes[source] for source in sources]
            macs = layer.macs(read[0])
            shapes.append(layer.output_shape(*read))
            sizes.append(layer.output_size(*(sizes[source] for source in sources)))
        except ConvLabError as error:
            return planned, Fault(number - 1, layer, error)
        planned.append((shapes[-1], macs))
    return planned, None


def check_work(layers: Sequence[Layer], input_shape: Sequence[int], max_macs: int, max_numbers: int) -> None:
    """Refuse work that would take too long, before it is spent.

    Parameters
    ----------
    layers : sequence of Layer
        Layers in a row.
    input_shape : sequence of int
        Shape of the picture.
    max_macs : int
        Multiply-adds allowed over all layers.
    max_numbers : int
        Numbers allowed in the outputs of all layers together.

    Raises
    ------
    ConvLabError
        If a layer does not fit, or the work is too much.
    """
    planned = plan(layers, input_shape)
    macs, numbers = sum(macs for _, macs in planned), sum(prod(shape) for shape, _ in planned)
    for total, most, what in ((macs, max_macs, "multiply-adds"), (numbers, max_numbers, "numbers")):
        if total > most:
            rule, told = f"must be at most {most:,} {what}", f"these layers take {total:,}"
            advice = "Use a smaller picture, a larger stride or a smaller kernel."
            raise ConvLabError("work", total, rule, numbers=told, advice=advice)


def row_of(model: nn.Module) -> list[Step]:
    """A torch module as a row of layers with their numbers, whatever is nested in it.

    Parameters
    ----------
    model : torch.nn.Module
        Made of modules of the kinds that the library has, nested in any way, of additions and concatenations, of
        functions and methods that do what these modules do; as in evaluation.

    Returns
    -------
    list of Step
        With the module's own numbers, not copies, and each step's name in the model. What adds is an `Addition`, what
        puts channels side by side a `Concatenation`, and where the module goes on from an earlier output there is
        a `Branch`. A module that is used twice is two steps.

    Raises
    ------
    ConvLabError
        If it calls something else, takes not one picture, or does not call the same for every picture.

    Examples
    --------
    >>> class Residual(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.conv = nn.Conv2d(4, 4, 3, padding=1)
    ...
    ...     def forward(self, x):
    ...         return x + self.conv(x).relu()
    >>> [(step.name, step.layer.short_name) for step in row_of(nn.Sequential(Residual(), nn.MaxPool2d(2)))]
    [('0.conv', 'conv 3×3'), ('0.relu', 'ReLU'), ('0.add', 'addition of the picture'), ('1', 'max 2×2')]
    """
    return [
        replace(step_of(part), name=name) if isinstance(part, nn.Module) else Step(part, name=name)
        for name, part in followed(model)
    ]


def step_of(module: nn.Module, kinds: Sequence[type[Layer]] = KINDS) -> Step:
    """A torch module as a layer with its numbers.

    Parameters
    ----------
    module : torch.nn.Module
        Of a kind that the library has.
    kinds : sequence of type, optional
        Kinds of layer that it may be, where there are others.

    Returns
    -------
    Step
        With the module's own numbers, not copies.

    Raises
    ------
    ConvLabError
        If it is none of these kinds of layer.

    Examples
    --------
    >>> step_of(nn.MaxPool2d(2)).layer == MaxPool2d(2)
    True
    """
    for kind in kinds:
        if layer := kind.of_module(module):
            weight, bias, mean, variance = (_numbers(module, name) for name in _NUMBERS)
            return Step(layer, weight, bias, mean, variance)
    raise unknown(type(module).__name__, kinds)


def _numbers(module: nn.Module, name: str) -> Tensor | None:
    """A module's weight, bias or running statistics, None where it has none."""
    numbers = getattr(module, name, None)
    return None if numbers is None else numbers.detach()


def two_layers(in_channels: int = 3, stride: int = 1, dilation: int = 1) -> list[Step]:
    """The two-layer demo: (conv 5×5 → ReLU → max pool 2) twice, four gradient kernels, no bias.

    Parameters
    ----------
    in_channels : int, default 3
        Channels of the picture; the four kernels are repeated over them.
    stride, dilation : int, default 1
        Of both convolutions.

    Returns
    -------
    list of Step

    Examples
    --------
    >>> [shape for shape, _ in plan([step.layer for step in two_layers(stride=2)], (3, 235, 180))][::3]
    [(4, 116, 88), (4, 27, 20)]
    """
    steps = []
    for channels in (in_channels, 4):
        layer = Conv2d(channels, 4, kernel_size=5, stride=stride, dilation=dilation, bias=False)
        steps += [Step(layer, kernels.gradients(5, channels)), Step(ReLU()), Step(MaxPool2d(2))]
    return steps

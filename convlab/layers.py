"""All kinds of layer, with PyTorch's names, order and defaults."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch.nn.functional as F
from torch import Tensor

from convlab.base import Layer, Shape, Taps, Windowed
from convlab.convolutions import PADDING_MODES, Conv2d, ConvTranspose2d
from convlab.errors import ConvLabError
from convlab.pooling import AvgPool2d, MaxPool2d
from convlab.window import Pair

__all__ = [
    "KINDS",
    "PADDING_MODES",
    "AvgPool2d",
    "Conv2d",
    "ConvTranspose2d",
    "Layer",
    "MaxPool2d",
    "ReLU",
    "Shape",
    "Taps",
    "Windowed",
    "check_kind",
    "linear",
    "reading",
    "stamping",
    "windowed",
]


@dataclass(frozen=True)
class ReLU(Layer):
    """Keep what is positive, make the rest zero: max(0, x).

    References
    ----------
    torch.nn.ReLU

    Examples
    --------
    >>> import torch
    >>> ReLU()(torch.tensor([[[-0.64, 0.5]]]))
    tensor([[[0.0000, 0.5000]]])
    """

    name: ClassVar[str] = "ReLU"
    arithmetic: ClassVar[Literal["relu"]] = "relu"

    def output_size(self, input_size: Pair) -> Pair:
        return input_size

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return F.relu(input)


KINDS: tuple[type[Layer], ...] = (Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, ReLU)


def check_kind(layer: object, suits: Callable[[type], bool]) -> None:
    """Refuse a layer of a kind that does not suit, with the names of those that do."""
    if not suits(type(layer)):
        names = [kind.__name__ for kind in KINDS if suits(kind)]
        rule, advice = f"must be {' or '.join(names)}", f"Use a {names[0]}."
        raise ConvLabError("layer", type(layer).__name__, rule, advice=advice)


def windowed(kind: type) -> bool:
    """Whether layers of that kind have a window."""
    return issubclass(kind, Windowed)


def linear(kind: type) -> bool:
    """Whether layers of that kind have a window and sum what they read."""
    return issubclass(kind, Windowed) and kind.arithmetic != "max"


def reading(kind: type) -> bool:
    """Whether layers of that kind read their input through a window."""
    return issubclass(kind, Windowed) and not kind.stamps


def stamping(kind: type) -> bool:
    """Whether layers of that kind stamp a weight onto their output."""
    return issubclass(kind, ConvTranspose2d)

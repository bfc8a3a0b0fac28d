"""All kinds of layer, with PyTorch's names, order and defaults."""

from collections.abc import Callable

from convlab.base import Layer, Shape, Taps, Windowed
from convlab.convolutions import PADDING_MODES, Conv2d, ConvTranspose2d
from convlab.errors import ConvLabError
from convlab.joining import Addition, Branch, Concatenation
from convlab.pointwise import BatchNorm2d, Dropout, Dropout2d, Identity, LeakyReLU, ReLU
from convlab.pooling import AvgPool2d, MaxPool2d
from convlab.resizing import AdaptiveAvgPool2d, Upsample
from convlab.vectors import Flatten, Linear

__all__ = [
    "KINDS",
    "PADDING_MODES",
    "AdaptiveAvgPool2d",
    "Addition",
    "AvgPool2d",
    "BatchNorm2d",
    "Branch",
    "Concatenation",
    "Conv2d",
    "ConvTranspose2d",
    "Dropout",
    "Dropout2d",
    "Flatten",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "ReLU",
    "Shape",
    "Taps",
    "Upsample",
    "Windowed",
    "check_kind",
    "linear",
    "reading",
    "stamping",
    "windowed",
]


KINDS: tuple[type[Layer], ...] = (
    Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, ReLU,
    LeakyReLU, BatchNorm2d, Dropout, Dropout2d, Identity, AdaptiveAvgPool2d, Upsample, Flatten, Linear,
)  # fmt: skip


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

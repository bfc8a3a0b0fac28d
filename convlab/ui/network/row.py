"""A row of layers as a visitor builds it: in an address, on a picture of any shape, and with its numbers.

No streamlit here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import prod
from typing import Any

import torch
from torch import Tensor

from convlab import kernels
from convlab.base import defaults
from convlab.errors import ConvLabError
from convlab.joining import Addition, Branch, Concatenation
from convlab.layers import KINDS, Conv2d, ConvTranspose2d, Layer, Linear, Shape
from convlab.network import Fault, Step, plan_to_fault
from convlab.ui.kept import Kept
from convlab.ui.layer_settings import BANKS

MOST = 32  # layers
WRITTEN = "written"  # the weights' own numbers
WEIGHTS = BANKS | {WRITTEN: "Own numbers"}
MOST_NUMBERS = 64
_SOURCES = {"Conv2d": WEIGHTS, "ConvTranspose2d": WEIGHTS, "Linear": ("random", WRITTEN)}  # of weights
_READS = {
    "Conv2d": "in_channels",
    "ConvTranspose2d": "in_channels",
    "BatchNorm2d": "num_features",
    "Linear": "in_features",
}
IN_ROWS: tuple[type[Layer], ...] = (*KINDS, Addition, Concatenation, Branch)
_KINDS = {kind.__name__: kind for kind in IN_ROWS}


@dataclass(frozen=True)
class Entry:
    """A layer of the row.

    Attributes
    ----------
    layer : Layer
        Its settings, with PyTorch's names.
    weight : str
        Where its weight comes from: a bank, "random", or "written".
    seed : int
        Of random weights.
    numbers : tuple of float
        The weights' own numbers, where they are written.
    follows : bool
        Whether it takes as many channels as reach it; else as many as it was pasted with.
    depthwise : bool
        Whether each channel has kernels of its own, however many there are.
    """

    layer: Layer
    weight: str = "random"
    seed: int = 0
    numbers: tuple[float, ...] = ()
    follows: bool = True
    depthwise: bool = False

    @property
    def reads(self) -> str:
        """The setting that says how many channels or numbers it takes; "" where it takes any."""
        return _READS.get(type(self.layer).__name__, "")

    def fitted(self, shape: Shape) -> Layer:
        """The layer as it takes what has that shape.

        Raises
        ------
        ConvLabError
            Where it cannot: its groups do not divide the channels.
        """
        if not self.follows or not self.reads or (isinstance(self.layer, Linear) and len(shape) != 1):
            return self.layer
        given: dict[str, Any] = {self.reads: shape[0]}
        if self.depthwise:
            given |= {"groups": shape[0], "out_channels": shape[0]}
        return replace(self.layer, **given)  # type: ignore[type-var]

    def step(self, layer: Layer) -> Step:
        """The layer, fitted to what reaches it, with its numbers.

        Raises
        ------
        ConvLabError
            For a kernel that the bank does not make, or the wrong number of own numbers.
        """
        shape = layer.weight_shape
        if not isinstance(layer, Conv2d | ConvTranspose2d | Linear) or shape is None:
            return Step(layer)  # a batch norm that has seen nothing yet
        bias = torch.zeros(layer.outputs[0]) if layer.bias else None
        return Step(layer, self._weight(layer, shape), bias)

    def _weight(self, layer: Layer, shape: Shape) -> Tensor:
        """Its weight, laid out as torch lays it out."""
        if self.weight == WRITTEN:
            if len(self.numbers) != prod(shape):
                numbers = f"this layer takes {prod(shape)}, got {len(self.numbers)}"
                rule, advice, fix = "must have all its numbers", "Choose another kernel.", {"bank": "random"}
                raise ConvLabError("weight", len(self.numbers), rule, numbers=numbers, advice=advice, fix=fix)
            return torch.tensor(self.numbers).reshape(shape)
        if isinstance(layer, Linear):
            return kernels.random(1, shape[1], shape[0], self.seed)[:, :, 0, 0]
        assert isinstance(layer, Conv2d | ConvTranspose2d)
        count, reads = layer.out_channels, layer.in_channels // layer.groups
        made = kernels.bank(
            self.weight, layer.kernel_size, reads, count if self.weight == "random" else None, self.seed
        )
        made = made.repeat(-(-count // len(made)), 1, 1, 1)[:count]
        if layer.stamps:  # each group's kernels, input channels first
            made = made.unflatten(0, (layer.groups, -1)).transpose(1, 2).reshape(shape).contiguous()
        return made


@dataclass(frozen=True)
class Row:
    """The kind of setting that a row of layers is: Conv2d,out_channels:4,kernel_size:5,weight:gabor;ReLU"""

    def read(self, text: str) -> tuple[Entry, ...]:
        parts = text.split(";") if text else []
        if len(parts) > MOST:
            raise ValueError
        return tuple(map(_read, parts))

    def write(self, value: tuple[Entry, ...]) -> str:
        return ";".join(map(_written, value))

    def take(self, value: Any) -> tuple[Entry, ...]:
        if not isinstance(value, tuple) or len(value) > MOST:
            raise ValueError
        return value


def _written(entry: Entry) -> str:
    """A layer in an address: what differs from the defaults; its channels where it does not follow."""
    settings = entry.layer.settings()
    if entry.follows:
        settings.pop(entry.reads, None)
    if entry.depthwise:
        settings |= {"groups": "each"}
        settings.pop("out_channels")
    if entry.weight != "random":
        settings["weight"] = entry.weight
    if entry.seed:
        settings["seed"] = entry.seed
    if entry.weight == WRITTEN:
        settings["numbers"] = entry.numbers
    return ",".join([type(entry.layer).__name__, *(f"{name}:{_text(value)}" for name, value in settings.items())])


def _text(value: Any) -> str:
    """A value in an address."""
    if isinstance(value, tuple):
        return "_".join(map(_text, value)) if value and isinstance(value[0], float) else "x".join(map(str, value))
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _read(text: str) -> Entry:
    """A layer from an address; a ValueError where it makes no sense."""
    name, *parts = text.split(",")
    given = dict(part.split(":", 1) for part in parts)
    try:
        kind = _KINDS[name]
        weight, seed, numbers = _read_weight(name, given)
        depthwise, reads = given.get("groups") == "each", _READS.get(name, "")
        if depthwise:
            given |= {"groups": "1", "out_channels": "1"}
        settings = {setting: _value(text, defaults(kind)[setting]) for setting, text in given.items()}
        follows = reads not in settings
        if reads:
            settings.setdefault(reads, 1 if settings.get("groups", 1) == 1 else settings["groups"])
        return Entry(kind(**settings), weight, seed, numbers, follows, depthwise)
    except (KeyError, TypeError):
        raise ValueError from None


def _read_weight(name: str, given: dict[str, str]) -> tuple[str, int, tuple[float, ...]]:
    """Where the weight comes from, its seed and its own numbers; all of them taken out of what is given."""
    weight, seed = given.pop("weight", "random"), int(given.pop("seed", "0"))
    numbers = tuple(map(float, given.pop("numbers").split("_"))) if "numbers" in given else ()
    if weight not in _SOURCES.get(name, ("random",)) or not 0 <= seed <= 999 or len(numbers) > MOST_NUMBERS:
        raise ValueError
    if bool(numbers) != (weight == WRITTEN) or not all(abs(number) <= 1000 for number in numbers):
        raise ValueError
    return weight, seed, numbers


def _value(text: str, default: Any) -> Any:
    """A value from an address: a whole number, a pair, a yes or no, a number with decimals, or a word."""
    if isinstance(default, bool):
        return {"1": True, "0": False}[text]
    if re.fullmatch(r"\d{1,7}", text):
        return int(text)
    if re.fullmatch(r"\d{1,7}x\d{1,7}", text):
        rows, columns = text.split("x")
        return int(rows), int(columns)
    if re.fullmatch(r"[a-z]{1,12}", text):
        return None if text == "none" else text
    number = float(text)
    if not abs(number) <= 1_000_000:
        raise ValueError
    return number


@dataclass(frozen=True, eq=False)
class Laid:
    """A row on a picture: as much of it as fits.

    Attributes
    ----------
    steps : tuple of Step
        The layers with their numbers, up to where it breaks.
    shapes : tuple of tuple of int
        What each puts out.
    macs : tuple of int
        Their multiply-adds.
    fault : Fault or None
        Where it breaks, and why.
    """

    steps: tuple[Step, ...]
    shapes: tuple[Shape, ...]
    macs: tuple[int, ...]
    fault: Fault | None


def laid(entries: Sequence[Entry], shape: Shape, most_weights: int = 4_000_000) -> Laid:
    """Lay a row on a picture of that shape: each layer takes the channels that reach it.

    Parameters
    ----------
    entries : sequence of Entry
        The row.
    shape : tuple of int
        (C, H, W) of the picture.
    most_weights : int
        Numbers that the weights of all layers may have together.
    """
    return _laid_once(tuple(entries), tuple(shape), most_weights)


@lru_cache(maxsize=8)  # a run of the page asks more than once
def _laid_once(entries: tuple[Entry, ...], shape: Shape, most_weights: int) -> Laid:
    """The same, made anew."""
    layers: list[Layer] = []
    steps: list[Step] = []
    planned: list[tuple[Shape, int]] = []
    for index, entry in enumerate(entries):
        reaches, layer = planned[-1][0] if planned else shape, entry.layer
        try:
            layer = entry.fitted(reaches)
            planned, fault = plan_to_fault([*layers, layer], shape)
            if fault is None:
                _check_weights([*layers, layer], most_weights)
                steps.append(_STEPS.get((entry, layer), partial(entry.step, layer)))
        except ConvLabError as error:
            planned, fault = planned[: len(layers)], Fault(index, layer, error)
        if fault:
            return _laid(steps, planned, fault)
        layers.append(layer)
    return _laid(steps, planned, None)


def _bytes_of(step: Step) -> int:
    """What a layer's weight takes."""
    return 500 + (0 if step.weight is None else 4 * step.weight.numel())


_STEPS: Kept[Step] = Kept(32_000_000, _bytes_of)  # layers that stay as they are while another one changes


def _check_weights(layers: Sequence[Layer], most: int) -> None:
    """Refuse more numbers of weights than the page has room for."""
    numbers = sum(prod(layer.weight_shape) for layer in layers if layer.weight_shape)
    if numbers > most:
        rule, told = f"must be at most {most:,} numbers of all layers together", f"with this one there are {numbers:,}"
        raise ConvLabError("weight", numbers, rule, numbers=told, advice="Use fewer channels or a smaller kernel.")


def _laid(steps: list[Step], planned: list[tuple[Shape, int]], fault: Fault | None) -> Laid:
    """The same, put together."""
    return Laid(tuple(steps), tuple(shape for shape, _ in planned), tuple(macs for _, macs in planned), fault)

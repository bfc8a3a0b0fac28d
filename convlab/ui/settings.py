"""Everything a visitor can set, and the address that says it; the main page's own settings. No streamlit here."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import chain
from typing import Any, ClassVar, NamedTuple, Self, TypeVar
from urllib.parse import parse_qsl, urlencode

import torch
from torch import Tensor

from convlab import kernels
from convlab.errors import ConvLabError
from convlab.images import SAMPLES, fitted
from convlab.layers import PADDING_MODES, AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, ReLU, Shape
from convlab.network import Step, check_work
from convlab.window import Pair, plain

MAX_MACS = 1_000_000_000
MAX_NUMBERS = 20_000_000  # in all maps that are shown, those of a pinned A included
MAX_EDITS = 500
OWN_PICTURES = ("upload", "camera")

# The range of every number and the options of every choice: the sliders, the address and the checks read these.
RANGES: dict[str, tuple[int, int]] = {
    "max_side": (16, 512),
    "kernel_size": (1, 11),
    "out_channels": (1, 8),
    "seed": (0, 999),
    "stride": (1, 6),
    "padding": (0, 10),
    "dilation": (1, 6),
    "output_padding": (0, 5),
    "pool_size": (1, 8),
    "pool_stride": (0, 8),
}
CHOICES: dict[str, dict[str, str]] = {
    "picture": {name: sample.title for name, sample in SAMPLES.items()}
    | {"upload": "Upload a picture…", "camera": "Take a photo…"},
    "operation": {"convolution": "Convolution", "transposed": "Transposed"},
    "bank": {name: bank.title for name, bank in kernels.BANKS.items()} | {"random": "Random, untrained"},
    "padding_kind": {"numbers": "Numbers", "same": "Same", "valid": "Valid"},
    "padding_mode": {mode: mode.capitalize() for mode in PADDING_MODES},
    "pool": {"none": "None", "max": "Maximum", "avg": "Average"},
    "layers": {"one": "One", "two": "Two", "two_1x1": "Two, then 1×1"},
}
BIAS_RANGE = (-5.0, 5.0)
_PLACE = r"[0-9]{1,2},[0-9]{1,3},[0-9]{1,4},[0-9]{1,4}"  # stage, map, row, column
POST_1X1 = (1.0, 0.5, 0.25, -1.0)


@dataclass(frozen=True, order=True)
class Edit:
    """One kernel cell set by hand: kernel, input channel (-1: every one), row, column, value."""

    kernel: int
    channel: int
    row: int
    column: int
    value: float


@dataclass(frozen=True)
class LayerSettings:
    """What can be set of a layer on every page. The layer's parameters have PyTorch's names."""

    ranges: ClassVar[dict[str, tuple[int, int]]] = RANGES
    choices: ClassVar[dict[str, dict[str, str]]] = CHOICES

    operation: str = "convolution"
    bank: str = "gradients"
    kernel_size: Pair = (5, 5)
    out_channels: int = 4
    seed: int = 0
    flip: bool = False
    depthwise: bool = False
    bias: float = 0.0
    edits: tuple[Edit, ...] = ()
    stride: Pair = (1, 1)
    padding_kind: str = "numbers"
    padding: Pair = (0, 0)
    padding_mode: str = "zeros"
    dilation: Pair = (1, 1)
    output_padding: Pair = (0, 0)
    ceil_mode: bool = False

    @property
    def transposed(self) -> bool:
        """Whether the layers are transposed convolutions."""
        return self.operation == "transposed"

    @property
    def pooling(self) -> bool:
        """Whether the page's one layer is a pooling layer, which knows padding as numbers alone."""
        return False

    @property
    def apart(self) -> bool:
        """Whether any parameter has different numbers for rows and columns."""
        return any(len(set(getattr(self, name))) > 1 for name in self.pairs())

    @property
    def kernels_of_bank(self) -> int:
        """The most kernels that the chosen bank makes."""
        family = kernels.BANKS.get(self.bank)
        return len(family.labels) if family and family.labels else RANGES["out_channels"][1]

    @classmethod
    def pairs(cls) -> tuple[str, ...]:
        """The names of the settings that are (rows, columns)."""
        return tuple(entry.name for entry in fields(cls) if isinstance(entry.default, tuple) and entry.default)

    def simplifications(self) -> list[dict[str, Any]]:
        """What may be too much, taken away: changes, the smallest first."""
        return []

    def last_simplifications(self) -> list[dict[str, Any]]:
        """Changes for when all of the others together do not help."""
        return []

    def simpler(self) -> Iterable[Self]:
        """Other settings that are likelier to work: each change alone, then one after another."""
        yield from (replace(self, **change) for change in self.simplifications())
        settings = self
        for change in (*self.simplifications(), *self.last_simplifications()):
            settings = replace(settings, **change)
            yield settings


@dataclass(frozen=True)
class Settings(LayerSettings):
    """One state of the main page."""

    picture: str = "panda"
    max_side: int = 256
    grey: bool = False
    pool: str = "max"
    pool_size: Pair = (2, 2)
    pool_stride: int = 0
    layers: str = "one"
    pinned: str = ""
    pixel: str = ""

    @property
    def depth(self) -> int:
        """How many layers with the chosen kernels stand in a row."""
        return 1 if self.layers == "one" else 2

    def simplifications(self) -> list[dict[str, Any]]:
        return [
            {"layers": "one"},
            {"pool": "none"},
            {"dilation": (1, 1)},
            {"stride": (1, 1), "output_padding": (0, 0)},
            {"padding_kind": "numbers", "padding": (0, 0), "padding_mode": "zeros"},
            *({"max_side": side} for side in (256, 128, 64)),
        ]

    def last_simplifications(self) -> list[dict[str, Any]]:
        return [{"kernel_size": (3, 3)}, {"bank": "identity", "kernel_size": (1, 1)}]


S = TypeVar("S", bound=LayerSettings)
PAIRS = Settings.pairs()


def steps_of(settings: Settings, in_channels: int) -> list[Step]:
    """The layers that some settings ask for, with their kernels.

    Parameters
    ----------
    settings : Settings
        What the visitor set.
    in_channels : int
        Channels of the picture: 3, or 1 for grey.

    Returns
    -------
    list of Step
        In the order in which they are applied.

    Raises
    ------
    ConvLabError
        For a layer that torch would refuse.
    """
    steps: list[Step] = []
    channels = in_channels
    for _ in range(settings.depth):
        step = convolution_of(settings, channels)
        channels = step.layer.out_channels  # type: ignore[attr-defined]
        steps += [step, Step(ReLU()), *_pooling(settings)]
    if settings.layers == "two_1x1":
        steps += [_mixing(channels), Step(ReLU())]
    return steps


def convolution_of(settings: LayerSettings, channels: int) -> Step:
    """One convolution or transposed convolution with its kernels.

    Parameters
    ----------
    settings : LayerSettings
        The layer's.
    channels : int
        Of its input.

    Raises
    ------
    ConvLabError
        For a layer that torch would refuse.
    """
    weight = kernel_of(settings, channels)
    groups = channels if settings.depthwise else 1
    bias = settings.bias != 0
    out_channels = len(weight)
    shared = (channels, out_channels, settings.kernel_size, settings.stride)
    layer: Conv2d | ConvTranspose2d
    if settings.transposed:
        if settings.padding_kind == "same":
            advice, fix = "Use padding as numbers.", {"padding_kind": "numbers"}
            rule = "must be numbers for a transposed convolution"
            raise ConvLabError("padding", "same", rule, advice=advice, fix=fix)
        padding = settings.padding if settings.padding_kind == "numbers" else (0, 0)
        extra, dilation = settings.output_padding, settings.dilation
        layer = ConvTranspose2d(*shared, padding, extra, groups, bias, dilation, settings.padding_mode)
        if not settings.depthwise:
            weight = weight.transpose(0, 1).contiguous()
    else:
        numbers = settings.padding_kind == "numbers"
        padding = settings.padding if numbers else settings.padding_kind  # type: ignore[assignment]
        layer = Conv2d(*shared, padding, settings.dilation, groups, bias, settings.padding_mode)
    if settings.flip:
        weight = weight.flip(-2, -1)
    return Step(layer, weight, weight.new_full((out_channels,), settings.bias) if bias else None)


def kernel_of(settings: LayerSettings, channels: int) -> Tensor:
    """The kernels as the visitor defined them, (kernels, channels, rows, columns), before any flip.

    Parameters
    ----------
    settings : LayerSettings
        What the visitor set.
    channels : int
        Channels that the layer reads.

    Returns
    -------
    Tensor
        (kernels, channels of each, rows, columns), float32.
    """
    count = min(settings.out_channels, settings.kernels_of_bank)
    reads = 1 if settings.depthwise else channels
    weight = kernels.bank(settings.bank, settings.kernel_size, reads, count, settings.seed).clone()
    if settings.depthwise:
        weight = weight.repeat(-(-channels // count), 1, 1, 1)[:channels]
    for edit in settings.edits:
        inside = zip((edit.kernel, edit.channel, edit.row, edit.column), weight.shape, strict=True)
        if all(place < side for place, side in inside):
            where = slice(None) if edit.channel < 0 else edit.channel
            weight[edit.kernel, where, edit.row, edit.column] = edit.value
    return weight


def _pooling(settings: Settings) -> list[Step]:
    """The pooling layer, if there is one."""
    if settings.pool == "none":
        return []
    kind = MaxPool2d if settings.pool == "max" else AvgPool2d
    return [Step(kind(settings.pool_size, settings.pool_stride or None, ceil_mode=settings.ceil_mode))]


def _mixing(channels: int) -> Step:
    """The 1×1 convolution that weighs the channels 1, 0.5, 0.25, −1 and adds them up."""
    numbers = [POST_1X1[channel % len(POST_1X1)] for channel in range(channels)]
    return Step(Conv2d(channels, 1, 1, bias=False), torch.tensor(numbers).reshape(1, -1, 1, 1))


def input_shape(settings: Settings, full_size: Pair) -> Shape:
    """Shape of what the first layer reads, of a picture of `full_size` rows and columns.

    Parameters
    ----------
    settings : Settings
        What the visitor set.
    full_size : (int, int)
        Rows and columns of the picture before it is brought down.

    Returns
    -------
    (int, int, int)
        Channels, rows, columns.

    Examples
    --------
    >>> input_shape(Settings(grey=True), (470, 360))
    (1, 256, 196)
    """
    return (1 if settings.grey else 3, *fitted(full_size, settings.max_side))


def check(settings: Settings, full_size: Pair) -> None:
    """Refuse settings that do not fit a picture, or would take too long, before any work.

    Parameters
    ----------
    settings : Settings
        What to check.
    full_size : (int, int)
        Rows and columns of the picture before it is brought down to `max_side`.

    Raises
    ------
    ConvLabError
        The layer's own error, in this page's names.
    """
    shape = input_shape(settings, full_size)
    most = MAX_NUMBERS // 2 if settings.pinned else MAX_NUMBERS
    layers = [step.layer for step in steps_of(settings, shape[0])]
    for count, layer in enumerate(layers, start=1):
        try:
            check_work(layers[:count], shape, MAX_MACS, most)
        except ConvLabError as error:
            if isinstance(layer, (MaxPool2d, AvgPool2d)) and error.parameter == "kernel_size":
                raise _of_pooling(error) from None
            raise


def _of_pooling(error: ConvLabError) -> ConvLabError:
    """A pooling layer's refusal of its kernel_size, in the words of a page that calls it pool_size."""
    size = error.fix["kernel_size"]
    advice, fix = f"Use pool_size {plain(size)}.", {"pool_size": size}
    return ConvLabError("pool_size", error.value, error.rule, numbers=error.numbers, advice=advice, fix=fix)


# --- the address -----------------------------------------------------------------------------------------------------


def to_query(settings: LayerSettings) -> dict[str, str]:
    """Settings as query parameters, defaults left out.

    Examples
    --------
    >>> to_query(Settings(stride=(2, 2), kernel_size=(5, 3)))
    {'kernel_size': '5x3', 'stride': '2'}
    """
    changed = (entry for entry in fields(settings) if getattr(settings, entry.name) != entry.default)
    return {entry.name: _written(getattr(settings, entry.name)) for entry in changed}


def to_address(settings: LayerSettings) -> str:
    """Settings as the part of a link after the question mark."""
    return urlencode(to_query(settings), safe=":;,.")


def pin_of(settings: Settings) -> str:
    """Settings as they are kept as A: never empty, for empty means that nothing is pinned."""
    return to_address(replace(settings, pinned="", pixel="")) or "picture=" + settings.picture


def from_query(query: Mapping[str, str], kind: type[S]) -> tuple[S, list[str]]:
    """Settings from query parameters, and the names of those that made no sense and were left at their defaults.

    Parameters
    ----------
    query : mapping of str to str
        As the address has them.
    kind : type
        Which page's settings.

    Returns
    -------
    (Settings, list of str)
        Always settings; an empty list where all made sense.

    Examples
    --------
    >>> from_query({"stride": "2", "padding": "many"}, Settings)[1]
    ['padding']
    >>> from_query({"stride": "2"}, Settings)[0].stride
    (2, 2)
    """
    good: dict[str, Any] = {}
    bad: list[str] = []
    known = {entry.name: entry.default for entry in fields(kind)}
    for name, text in query.items():
        try:
            good[name] = _read(kind, name, text, known[name])
        except (KeyError, ValueError, OverflowError):
            bad.append(name)
    return kind(**good), bad


def from_address(address: str) -> Settings:
    """Pinned settings from an address within the address; what makes no sense is left at its default."""
    query = dict(parse_qsl(address))
    for name in ("pinned", "pixel"):  # nothing is pinned or taken apart within what is pinned
        query.pop(name, None)
    return from_query(query, Settings)[0]


def _written(value: Any) -> str:
    """One value as it stands in an address."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple) and value and isinstance(value[0], Edit):
        return ";".join(f"{e.kernel},{e.channel},{e.row},{e.column}:{e.value:.9g}" for e in value)
    if isinstance(value, tuple):
        return "x".join(str(side) for side in (value[:1] if value[0] == value[1] else value))
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _read(kind: type[LayerSettings], name: str, text: str, default: Any) -> Any:
    """One value from an address; a ValueError or KeyError where it makes no sense."""
    if name in kind.choices:
        return text if text in kind.choices[name] else _nonsense()
    if name == "pinned":
        return pin_of(from_address(text))
    if name in ("edits", "cells"):
        most, parts = kind.ranges["kernel_size" if name == "edits" else "input_size"][1], text.split(";")
        cells = {(e.kernel, e.channel, e.row, e.column): e for e in (_read_edit(part, most) for part in parts)}
        return tuple(sorted(cells.values())) if len(parts) <= MAX_EDITS else _nonsense()
    if name == "pixel":
        return text if re.fullmatch(rf"{_PLACE}(;{_PLACE}){{0,9}}", text) else _nonsense()
    if name == "at":
        return text if re.fullmatch(r"[0-9]{1,3},[0-9]{1,3},[0-9]{1,3}", text) else _nonsense()
    if name == "bias":
        return _within(float(text), *BIAS_RANGE)
    if isinstance(default, bool):
        return {"1": True, "0": False}[text]
    numbers = [_within(int(part), *kind.ranges[name]) for part in text.split("x")]
    if isinstance(default, int):
        return numbers[0] if len(numbers) == 1 else _nonsense()
    return (numbers[0], numbers[-1]) if len(numbers) <= 2 else _nonsense()


def _read_edit(text: str, most: int) -> Edit:
    """One hand-set cell from an address."""
    place, value = text.split(":")
    kernel, channel, row, column = (int(part) for part in place.split(","))
    return edit(kernel, channel, row, column, value, most)


def edit(
    kernel: int,
    channel: int,
    row: int,
    column: int,
    text: str,
    most: int = RANGES["kernel_size"][1],
    what: str = "weight",
) -> Edit:
    """A cell set to what a visitor wrote.

    Parameters
    ----------
    kernel, channel, row, column : int
        The cell, from 0; channel -1 is every channel.
    text : str
        The number as written; a comma and a real minus sign are understood.
    most : int
        There are fewer rows and columns than this.
    what : str
        What an error calls the cell.

    Returns
    -------
    Edit

    Raises
    ------
    ConvLabError
        If it is no number between -1000 and 1000.
    """
    try:
        written = re.sub(r"[−–]", "-", re.sub(r"\s", "", text)).replace(",", ".")
        value = _within(_nonsense() if "_" in written else float(written), -1000.0, 1000.0)
    except ValueError:
        rule = "must be a number from -1000 to 1000"
        raise ConvLabError(what, text, rule, advice="Write it like -0.5.") from None
    kernel, channel, row, column = (operator.index(place) for place in (kernel, channel, row, column))
    for place, end in ((kernel, 64), (row, most), (column, most)):
        _within(place, 0, end - 1)
    return Edit(kernel, _within(channel, -1, 64), row, column, value)


def with_edit(settings: S, new: Edit) -> S:
    """The settings with one kernel cell set by hand.

    Parameters
    ----------
    settings : LayerSettings
        What they were.
    new : Edit
        The cell; one for every channel replaces those of single channels.

    Returns
    -------
    LayerSettings

    Raises
    ------
    ConvLabError
        If more than `MAX_EDITS` cells would be set by hand: an address has to hold them all.
    """
    cell = (new.kernel, new.row, new.column)
    kept = [
        old
        for old in settings.edits
        if (old.kernel, old.row, old.column) != cell or new.channel not in (-1, old.channel)
    ]
    return replace(settings, edits=edited("edits", kept, new))


def edited(parameter: str, kept: list[Edit], new: Edit) -> tuple[Edit, ...]:
    """Cells set by hand and a new one, in order; an address has to hold them all."""
    if len(kept) >= MAX_EDITS:
        rule, numbers = f"must be at most {MAX_EDITS} cells set by hand", f"there are {len(kept)} already"
        raise ConvLabError(parameter, len(kept) + 1, rule, numbers=numbers, advice="Undo them, or write over one.")
    return tuple(sorted([*kept, new]))


def _within(value: Any, low: Any, high: Any) -> Any:
    """The value, if it is in its range."""
    return value if low <= value <= high else _nonsense()


def _nonsense() -> Any:
    raise ValueError


# --- the way out -----------------------------------------------------------------------------------------------------


class Refusal(NamedTuple):
    """Settings that do not work: the error, and the nearest settings that do, if there are any."""

    error: ConvLabError
    way_out: Any


def refusal_of(settings: S, check: Callable[[S], None]) -> Refusal | None:
    """Why some settings do not work, or None if they do.

    Parameters
    ----------
    settings : LayerSettings
        What the visitor set.
    check : callable
        Raises ConvLabError for settings that do not work.

    Returns
    -------
    Refusal or None
        Its error's advice stays within the sliders' ranges.
    """
    try:
        check(settings)
    except ConvLabError as error:
        way_out = mended(settings, check, error.fix)
        return Refusal(_within_reach(error, settings, way_out), way_out)
    return None


def _within_reach(error: ConvLabError, settings: S, way_out: S | None) -> ConvLabError:
    """The error; where its advice names a number that no slider has, with the nearest way out instead."""
    named = re.findall(r"(\w+) \(?(\d+)(?:, (\d+)\))?", error.advice)
    ranges = settings.ranges
    numbers = [(ranges[name], int(side)) for name, *sides in named if name in ranges for side in sides if side]
    if way_out is None or all(low <= number <= high for (low, high), number in numbers):
        return error
    advice = difference(settings, way_out) + "."
    return ConvLabError(error.parameter, error.value, error.rule, numbers=error.numbers, advice=advice, fix=error.fix)


def mended(settings: S, check: Callable[[S], None], fix: Mapping[str, Any]) -> S | None:
    """The nearest settings that work: the error's own way out first, then simpler and simpler ones.

    Parameters
    ----------
    settings : LayerSettings
        Settings that `check` refuses.
    check : callable
        Raises ConvLabError for settings that do not work.
    fix : mapping
        The error's `fix`.

    Returns
    -------
    LayerSettings or None
        Settings that `check` accepts, or None if nothing here helps.
    """
    ways = chain(_followed(settings, check, fix), settings.simpler())
    return next((way for way in ways if _works(way, check)), None)


def _followed(settings: S, check: Callable[[S], None], fix: Mapping[str, Any]) -> Iterable[S]:
    """The errors' own ways out, one after another, while they lead on."""
    for _ in range(6):
        known: dict[str, Any] = {name: value for name, value in fix.items() if name in settings.__dataclass_fields__}
        if not known:
            return
        if "padding" in known:
            known["padding_kind"] = "numbers"
        for name in settings.pairs():
            if isinstance(known.get(name), int):
                known[name] = (known[name], known[name])
        candidate, beyond = from_query(to_query(replace(settings, **known)), type(settings))
        if beyond or candidate == settings:
            return
        settings = candidate
        yield settings
        try:
            check(settings)
        except ConvLabError as error:
            fix = error.fix


def _works(settings: S, check: Callable[[S], None]) -> bool:
    """Whether nothing refuses the settings."""
    try:
        check(settings)
    except ConvLabError:
        return False
    return True


def difference(old: LayerSettings, new: LayerSettings) -> str:
    """What changes from one state to another, as a button says it.

    Parameters
    ----------
    old, new : Settings
        Before and after.

    Returns
    -------
    str
        A sentence without its full stop.

    Examples
    --------
    >>> difference(Settings(dilation=(6, 6)), Settings(dilation=(2, 2)))
    'Use dilation 2'
    """
    changed = [entry.name for entry in fields(old) if getattr(old, entry.name) != getattr(new, entry.name)]
    return "Use " + ", ".join(f"{name.replace('_', ' ')} {_shown(new, name)}" for name in changed)


def _shown(settings: LayerSettings, name: str) -> str:
    """A setting's value in words."""
    value = getattr(settings, name)
    return settings.choices[name][value].lower() if name in settings.choices else _written(value).replace("x", "×")

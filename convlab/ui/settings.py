"""Everything a visitor can set on the main page, and the address that says it. No streamlit here."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any
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
class Settings:
    """One state of the main page. The layers' parameters have PyTorch's names."""

    picture: str = "panda"
    max_side: int = 256
    grey: bool = False
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
    pool: str = "max"
    pool_size: Pair = (2, 2)
    pool_stride: int = 0
    ceil_mode: bool = False
    layers: str = "one"
    pinned: str = ""

    @property
    def transposed(self) -> bool:
        """Whether the layers are transposed convolutions."""
        return self.operation == "transposed"

    @property
    def depth(self) -> int:
        """How many layers with the chosen kernels stand in a row."""
        return 1 if self.layers == "one" else 2

    @property
    def apart(self) -> bool:
        """Whether any parameter has different numbers for rows and columns."""
        return any(len(set(getattr(self, name))) > 1 for name in PAIRS)

    @property
    def kernels_of_bank(self) -> int:
        """The most kernels that the chosen bank makes."""
        family = kernels.BANKS.get(self.bank)
        return len(family.labels) if family and family.labels else RANGES["out_channels"][1]


PAIRS = tuple(entry.name for entry in fields(Settings) if isinstance(entry.default, tuple) and entry.default)


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
        step = _convolution(settings, channels)
        channels = step.layer.out_channels  # type: ignore[attr-defined]
        steps += [step, Step(ReLU()), *_pooling(settings)]
    if settings.layers == "two_1x1":
        steps += [_mixing(channels), Step(ReLU())]
    return steps


def _convolution(settings: Settings, channels: int) -> Step:
    """One convolution or transposed convolution with its kernels."""
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


def kernel_of(settings: Settings, channels: int) -> Tensor:
    """The kernels as the visitor defined them, (kernels, channels, rows, columns), before any flip.

    Parameters
    ----------
    settings : Settings
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
        The layer's own error, in this page's names; its advice stays within the sliders' ranges.
    """
    try:
        _check(settings, full_size)
    except ConvLabError as error:
        raise _within_reach(error, settings, full_size) from None


def _check(settings: Settings, full_size: Pair) -> None:
    """The same, with the layers' own advice."""
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


def _within_reach(error: ConvLabError, settings: Settings, full_size: Pair) -> ConvLabError:
    """The error; where its advice names a number that no slider has, with the nearest way out instead."""
    named = re.findall(r"(\w+) \(?(\d+)(?:, (\d+)\))?", error.advice)
    numbers = [(RANGES[name], int(side)) for name, *sides in named if name in RANGES for side in sides if side]
    if all(low <= number <= high for (low, high), number in numbers):
        return error
    way_out = mended(settings, full_size, error.fix)
    if way_out is None:
        return error
    advice = difference(settings, way_out) + "."
    return ConvLabError(error.parameter, error.value, error.rule, numbers=error.numbers, advice=advice, fix=error.fix)


# --- the address -----------------------------------------------------------------------------------------------------


def to_query(settings: Settings) -> dict[str, str]:
    """Settings as query parameters, defaults left out.

    Examples
    --------
    >>> to_query(Settings(stride=(2, 2), kernel_size=(5, 3)))
    {'kernel_size': '5x3', 'stride': '2'}
    """
    changed = (entry for entry in fields(settings) if getattr(settings, entry.name) != entry.default)
    return {entry.name: _written(getattr(settings, entry.name)) for entry in changed}


def to_address(settings: Settings) -> str:
    """Settings as the part of a link after the question mark."""
    return urlencode(to_query(settings), safe=":;,.")


def pin_of(settings: Settings) -> str:
    """Settings as they are kept as A: never empty, for empty means that nothing is pinned."""
    return to_address(replace(settings, pinned="")) or "picture=" + settings.picture


def from_query(query: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """Settings from query parameters, and the names of those that made no sense and were left at their defaults.

    Parameters
    ----------
    query : mapping of str to str
        As the address has them.

    Returns
    -------
    (Settings, list of str)
        Always settings; an empty list where all made sense.

    Examples
    --------
    >>> from_query({"stride": "2", "padding": "many"})[1]
    ['padding']
    >>> from_query({"stride": "2"})[0].stride
    (2, 2)
    """
    good: dict[str, Any] = {}
    bad: list[str] = []
    known = {entry.name: entry.default for entry in fields(Settings)}
    for name, text in query.items():
        try:
            good[name] = _read(name, text, known[name])
        except (KeyError, ValueError, OverflowError):
            bad.append(name)
    return Settings(**good), bad


def from_address(address: str) -> Settings:
    """Pinned settings from an address within the address; what makes no sense is left at its default."""
    query = dict(parse_qsl(address))
    query.pop("pinned", None)  # nothing is pinned within what is pinned
    return from_query(query)[0]


def _written(value: Any) -> str:
    """One value as it stands in an address."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, tuple) and value and isinstance(value[0], Edit):
        return ";".join(f"{e.kernel},{e.channel},{e.row},{e.column}:{e.value:.9g}" for e in value)
    if isinstance(value, tuple):
        return "x".join(str(side) for side in (value[:1] if value[0] == value[1] else value))
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def _read(name: str, text: str, default: Any) -> Any:
    """One value from an address; a ValueError or KeyError where it makes no sense."""
    if name in CHOICES:
        return text if text in CHOICES[name] else _nonsense()
    if name == "pinned":
        return pin_of(from_address(text))
    if name == "edits":
        parts = text.split(";")
        return tuple(sorted(map(_read_edit, parts))) if len(parts) <= MAX_EDITS else _nonsense()
    if name == "bias":
        return _within(float(text), *BIAS_RANGE)
    if isinstance(default, bool):
        return {"1": True, "0": False}[text]
    numbers = [_within(int(part), *RANGES[name]) for part in text.split("x")]
    if isinstance(default, int):
        return numbers[0] if len(numbers) == 1 else _nonsense()
    return (numbers[0], numbers[-1]) if len(numbers) <= 2 else _nonsense()


def _read_edit(text: str) -> Edit:
    """One hand-set kernel cell from an address."""
    place, value = text.split(":")
    kernel, channel, row, column = (int(part) for part in place.split(","))
    return edit(kernel, channel, row, column, value)


def edit(kernel: int, channel: int, row: int, column: int, text: str) -> Edit:
    """A kernel cell set to what a visitor wrote.

    Parameters
    ----------
    kernel, channel, row, column : int
        The cell, from 0; channel -1 is every channel.
    text : str
        The number as written; a comma and a real minus sign are understood.

    Returns
    -------
    Edit

    Raises
    ------
    ConvLabError
        If it is no number between -1000 and 1000, or no cell of a kernel.
    """
    try:
        value = _within(float(text.replace("−", "-").replace(",", ".")), -1000.0, 1000.0)
    except ValueError:
        rule = "must be a number from -1000 to 1000"
        raise ConvLabError("weight", text, rule, advice="Write it like -0.5.") from None
    kernel, channel, row, column = (operator.index(place) for place in (kernel, channel, row, column))
    for place, most in ((kernel, 64), (row, RANGES["kernel_size"][1]), (column, RANGES["kernel_size"][1])):
        _within(place, 0, most - 1)
    return Edit(kernel, _within(channel, -1, 64), row, column, value)


def with_edit(settings: Settings, new: Edit) -> Settings:
    """The settings with one kernel cell set by hand.

    Parameters
    ----------
    settings : Settings
        What they were.
    new : Edit
        The cell; one for every channel replaces those of single channels.

    Returns
    -------
    Settings

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
    if len(kept) >= MAX_EDITS:
        rule, numbers = f"must be at most {MAX_EDITS} cells set by hand", f"there are {len(kept)} already"
        raise ConvLabError("edits", len(kept) + 1, rule, numbers=numbers, advice="Undo all edits, or write over one.")
    return replace(settings, edits=tuple(sorted([*kept, new])))


def _within(value: Any, low: Any, high: Any) -> Any:
    """The value, if it is in its range."""
    return value if low <= value <= high else _nonsense()


def _nonsense() -> Any:
    raise ValueError


# --- the way out -----------------------------------------------------------------------------------------------------


def mended(settings: Settings, full_size: Pair, fix: Mapping[str, Any]) -> Settings | None:
    """The nearest settings that work: the error's own way out first, then simpler and simpler ones.

    Parameters
    ----------
    settings : Settings
        Settings that `check` refuses.
    full_size : (int, int)
        Rows and columns of the picture before it is brought down.
    fix : mapping
        The error's `fix`.

    Returns
    -------
    Settings or None
        Settings that `check` accepts, or None if nothing here helps.
    """
    return next((way for way in _ways_out(settings, fix, full_size) if _works(way, full_size)), None)


def _ways_out(settings: Settings, fix: Mapping[str, Any], full_size: Pair) -> Iterable[Settings]:
    """Candidates, the smallest change first."""
    yield from _followed(settings, fix, full_size)
    simpler: list[Callable[[Settings], Settings]] = [
        partial(replace, layers="one"),
        partial(replace, pool="none"),
        partial(replace, dilation=(1, 1)),
        partial(replace, stride=(1, 1), output_padding=(0, 0)),
        partial(replace, padding_kind="numbers", padding=(0, 0), padding_mode="zeros"),
        *(partial(replace, max_side=side) for side in (256, 128, 64)),
    ]
    for change in simpler:
        yield change(settings)
    for change in simpler:
        settings = change(settings)
        yield settings
    for change in (partial(replace, kernel_size=(3, 3)), partial(replace, bank="identity", kernel_size=(1, 1))):
        settings = change(settings)
        yield settings


def _followed(settings: Settings, fix: Mapping[str, Any], full_size: Pair) -> Iterable[Settings]:
    """The errors' own ways out, one after another, while they lead on."""
    for _ in range(6):
        known = {name: value for name, value in fix.items() if name in Settings.__dataclass_fields__}
        if not known:
            return
        if "padding" in known:
            known["padding_kind"] = "numbers"
        candidate, beyond = from_query(to_query(replace(settings, **_as_pairs(known))))
        if beyond or candidate == settings:
            return
        settings = candidate
        yield settings
        try:
            _check(settings, full_size)
        except ConvLabError as error:
            fix = error.fix


def _as_pairs(known: dict[str, Any]) -> dict[str, Any]:
    """Single numbers as pairs where the setting is one."""
    return {
        name: (value, value) if name in PAIRS and isinstance(value, int) else value for name, value in known.items()
    }


def _works(settings: Settings, full_size: Pair) -> bool:
    """Whether nothing refuses the settings."""
    try:
        _check(settings, full_size)
    except ConvLabError:
        return False
    return True


def difference(old: Settings, new: Settings) -> str:
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


def _shown(settings: Settings, name: str) -> str:
    """A setting's value in words."""
    value = getattr(settings, name)
    return CHOICES[name][value].lower() if name in CHOICES else _written(value).replace("x", "×")

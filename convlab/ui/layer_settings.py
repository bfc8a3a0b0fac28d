"""What can be set of a layer on every page, and the layer that it makes, with its kernels. No streamlit here."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, ClassVar, Self

from torch import Tensor

from convlab import kernels
from convlab.errors import ConvLabError
from convlab.layers import PADDING_MODES, Conv2d, ConvTranspose2d
from convlab.network import Step
from convlab.ui.fields import (
    Cells,
    Choice,
    Decimal,
    Edit,
    Flag,
    Line,
    Names,
    Setting,
    Sides,
    Text,
    Whole,
    setting,
    settings_of,
    with_edit,
)
from convlab.window import Pair

OPERATIONS = {"convolution": "Convolution", "transposed": "Transposed"}
BANKS = {name: bank.title for name, bank in kernels.BANKS.items()} | {"random": "Random, untrained"}
MOST_KERNEL = 11
TASK = ("task", "shows", "locks", "start")  # what a teacher's link adds to a page's state
MOST_TASK = 200  # characters
MOST_START = 9_000
_ABOUT_PADDING = (
    "Rows and columns put around the picture: so many, as many as keep its size (Same), or none (Valid). "
    "In a transposed convolution they are cropped off the output."
)


@dataclass(frozen=True)
class LayerSettings:
    """What can be set of a layer on every page. The layer's parameters have PyTorch's names."""

    lasting: ClassVar[tuple[str, ...]] = ()  # what stays as it is asked while the rest is refused

    operation: str = setting("convolution", Choice(OPERATIONS), "Operation")
    bank: str = setting("gradients", Choice(BANKS), "Kernel")
    kernel_size: Pair = setting((5, 5), Sides(1, MOST_KERNEL), "Kernel size", "Rows and columns of each kernel.")
    out_channels: int = setting(4, Whole(1, 8), "Number of kernels")
    seed: int = setting(0, Whole(0, 999), "Seed")
    flip: bool = setting(
        False, Flag(), "Flip: true convolution", "Turn each kernel by 180°; the layer itself does not."
    )
    depthwise: bool = setting(False, Flag(), "Depthwise", "Each channel has a kernel of its own.")
    bias: float = setting(0.0, Decimal(-5.0, 5.0), "Bias")
    edits: tuple[Edit, ...] = setting((), Cells(MOST_KERNEL, "weight"))
    stride: Pair = setting(
        (1, 1),
        Sides(1, 6),
        "Stride",
        "How many pixels the kernel moves at a time. In a transposed convolution: how far apart the stamps lie.",
    )
    padding_kind: str = setting(
        "numbers", Choice({"numbers": "Number", "same": "Same", "valid": "Valid"}), "Padding", _ABOUT_PADDING
    )
    padding: Pair = setting((0, 0), Sides(0, 10), "Padding", _ABOUT_PADDING, under="padding_kind")
    padding_mode: str = setting(
        "zeros",
        Choice({mode: mode.capitalize() for mode in PADDING_MODES}),
        "Padding mode",
        "What the padding cells read.",
    )
    dilation: Pair = setting(
        (1, 1), Sides(1, 6), "Dilation", "How far apart the kernel's cells lie; 1 is side by side."
    )
    output_padding: Pair = setting(
        (0, 0),
        Sides(0, 5),
        "Output padding",
        "More rows and columns at the output's end, computed and not zero; less than stride or dilation.",
    )
    ceil_mode: bool = setting(False, Flag(), "Round the size up", "A last window may hang over the end.")
    task: str = setting("", Line(MOST_TASK))  # what is to be found out
    shows: tuple[str, ...] = setting((), Names())  # the controls that are drawn; () for all
    locks: tuple[str, ...] = setting((), Names())  # what stays as it is
    start: str = setting("", Text(rf"[ -~]{{1,{MOST_START}}}"))  # where the task begins: an address within the address

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
        most: int = self.kind("out_channels").high
        return len(family.labels) if family and family.labels else most

    @property
    def labels(self) -> tuple[str, ...]:
        """What each kernel of the chosen bank looks for; empty where the bank has no words."""
        return tuple(kernels.BANKS[self.bank].labels) if self.bank in kernels.BANKS else ()

    @property
    def about_bank(self) -> str:
        """What the chosen kernels do."""
        return kernels.BANKS[self.bank].about if self.bank in kernels.BANKS else "As a new layer, before any training."

    @property
    def by_hand(self) -> bool:
        """Whether any number was written by hand."""
        return bool(self.edits)

    @property
    def idle(self) -> set[str]:
        """The settings that have nothing to say now: their controls are left out."""
        said = {
            "padding": self.padding_kind == "numbers" or self.pooling,
            "output_padding": self.transposed,
            "seed": self.bank == "random",
        }
        return {name for name, says in said.items() if not says}

    @property
    def left_out(self) -> set[str]:
        """The settings whose controls are not drawn: they have nothing to say now, or the task does without them."""
        return self.idle | (set(settings_of(type(self))) - {*self.shows} if self.shows else set())

    @property
    def tasked(self) -> bool:
        """Whether the page was opened by a teacher's link."""
        return any(getattr(self, name) for name in TASK)

    def untasked(self) -> Self:
        """The settings alone, without the task."""
        return replace(self, task="", shows=(), locks=(), start="") if self.tasked else self

    def unanswered(self) -> Self:
        """The settings without what was answered on the page."""
        return self

    def keeping(self, new: Self) -> Self:
        """Other settings, with the task as it is here, and all that it locks."""
        return replace(new, **{name: getattr(self, name) for name in (*TASK, *self.locks) if hasattr(self, name)})

    @classmethod
    def parts(cls) -> dict[str, Setting]:
        """What a task can show or lock, by name: settings with a control, and cells that are written by hand."""
        known = settings_of(cls).items()
        return {name: each for name, each in known if each.label or isinstance(each.kind, Cells)}

    @classmethod
    def lockable(cls) -> tuple[str, ...]:
        """The names of what a task can lock."""
        return tuple(cls.parts())

    def options(self, name: str) -> dict[str, str]:
        """The options that a setting can have now: a transposed convolution knows no Same."""
        options = dict(self.kind(name).options)
        if name == "padding_kind" and self.transposed and self.padding_kind != "same":
            del options["same"]
        return options

    def highest(self, name: str) -> int:
        """The largest number that a setting can have now."""
        high: int = self.kind(name).high
        return min(high, self.kernels_of_bank) if name == "out_channels" else high

    def maps_from(self, channels: int) -> int:
        """How many maps the layer makes of so many channels."""
        return channels if self.depthwise else min(self.out_channels, self.kernels_of_bank)

    @classmethod
    def kind(cls, name: str) -> Any:
        """The kind of one setting: its range or its options."""
        return settings_of(cls)[name].kind

    @classmethod
    def pairs(cls) -> tuple[str, ...]:
        """The names of the settings that are (rows, columns)."""
        return tuple(entry.name for entry in fields(cls) if isinstance(cls.kind(entry.name), Sides))

    def at_start(self) -> Self:
        """The settings with which the page, as far as it is shown, first opens."""
        return type(self)()

    def with_cell(self, new: Edit) -> Self:
        """The settings with one kernel cell set by hand; one for every channel replaces those of single channels.

        Parameters
        ----------
        new : Edit
            The cell.

        Raises
        ------
        ConvLabError
            If it is one cell too many.
        """
        cell = (new.kernel, new.row, new.column)
        kept = [e for e in self.edits if (e.kernel, e.row, e.column) != cell or new.channel not in (-1, e.channel)]
        return replace(self, edits=with_edit("edits", kept, new))

    def without_cells(self) -> Self:
        """The settings without any number written by hand."""
        return replace(self, edits=())

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
    groups, mode = channels if settings.depthwise else 1, settings.padding_mode
    bias, dilation = settings.bias != 0, settings.dilation
    out_channels = len(weight)
    shared = (channels, out_channels, settings.kernel_size, settings.stride)
    layer: Conv2d | ConvTranspose2d
    if settings.transposed:
        cropping, extra = _cropping_of(settings), settings.output_padding
        layer = ConvTranspose2d(*shared, cropping, extra, groups, bias, dilation, mode)
        if not settings.depthwise:
            weight = weight.transpose(0, 1).contiguous()
    else:
        padding: Pair | str = settings.padding if settings.padding_kind == "numbers" else settings.padding_kind
        layer = Conv2d(*shared, padding, dilation, groups, bias, mode)
    if settings.flip:
        weight = weight.flip(-2, -1)
    return Step(layer, weight, weight.new_full((out_channels,), settings.bias) if bias else None)


def _cropping_of(settings: LayerSettings) -> Pair:
    """A transposed layer's padding: numbers alone."""
    if settings.padding_kind == "same":
        advice, fix = "Set Padding to Number.", {"padding_kind": "numbers"}
        rule = "must be a number for a transposed convolution"
        raise ConvLabError("padding", "same", rule, advice=advice, fix=fix)
    return settings.padding if settings.padding_kind == "numbers" else (0, 0)


_bank = lru_cache(maxsize=64)(kernels.bank)  # whoever takes one writes into a copy


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
    weight = _bank(settings.bank, settings.kernel_size, reads, count, settings.seed).clone()
    if settings.depthwise:
        weight = weight.repeat(-(-channels // count), 1, 1, 1)[:channels]
    for edit in settings.edits:
        if edit.fits(weight.shape):
            where = slice(None) if edit.channel < 0 else edit.channel
            weight[edit.kernel, where, edit.row, edit.column] = edit.value
    return weight

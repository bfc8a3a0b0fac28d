"""What can be set of the network page, and what is refused. No streamlit here."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Self

from convlab.network import check_work
from convlab.real_networks import REAL_NETWORKS
from convlab.sight import fields_of
from convlab.ui.fields import Choice, Flag, Sides, Text, Whole, setting, settings_of
from convlab.ui.layer_settings import BANKS, LayerSettings
from convlab.ui.network.presets import PRESETS
from convlab.ui.network.row import Entry, Row, laid
from convlab.ui.network.ways import check_pair, check_shrunk
from convlab.ui.pictures import PICTURES, input_shape
from convlab.window import Pair

MAX_MACS = 2_000_000_000
MAX_NUMBERS = 12_000_000
PARTS = {
    "row": "Layers",
    "cost": "Cost",
    "sight": "What it sees",
    "relu": "Why ReLU?",
    "shrink": "Pooling or stride?",
    "real": "Real networks",
}
SEES = {"number": "One number", "growth": "Growth"}
NETWORKS = {name: real.title for name, real in REAL_NETWORKS.items()}
_ROW = {"picture", "max_side", "grey", "layers", "at", "channel"}
_OF_PART = {  # the settings that a part reads
    "row": _ROW,
    "sight": _ROW | {"sees", "place"},
    "growth": {"sees", "depth", "grow_kernel", "grow_stride", "grow_dilation"},
    "cost": {"cost_in", "cost_out", "cost_size", "cost_kernel", "through", "cost_stride", "cost_dilation"},
    "relu": {"picture", "bank", "kernel_size", "seed", "between"},
    "shrink": {"picture", "bank", "kernel_size", "seed", "factor", "channel"},
    "real": {"picture", "network", "at", "channel", "place"},
}


@dataclass(frozen=True)
class NetworkSettings(LayerSettings):
    """One state of the page."""

    lasting: ClassVar[tuple[str, ...]] = ("part", "picture", "at", "channel", "place", "sees")

    part: str = setting("row", Choice(PARTS, always_beside=True), "Part")
    picture: str = setting("panda", Choice(PICTURES), "Picture")
    max_side: int = setting(
        256, Whole(16, 512), "Picture size", "In pixels. The larger side: a larger picture is brought down to it."
    )
    grey: bool = setting(False, Flag(), "Grey: one channel")
    layers: tuple[Entry, ...] = setting(PRESETS["post"].layers, Row(), "Layers")
    at: str = setting("", Text(r"\d{1,2}"))  # the chosen layer, from 1; 0 for the picture; "" for the last
    channel: str = setting("", Text(r"\d{1,4}"))  # the chosen map of it
    place: str = setting("", Text(r"\d{1,3},\d{1,3}"))  # row and column of the number that is looked through
    sees: str = setting(
        "number", Choice(SEES), "Look at", "What one number of your layers sees; or equal layers in a row."
    )
    bank: str = setting("sobel", Choice(BANKS), "Kernel")
    kernel_size: Pair = setting((3, 3), Sides(1, 11), "Kernel size", "Rows and columns of each kernel.")
    depth: int = setting(8, Whole(1, 16), "Layers in a row")
    grow_kernel: int = setting(3, Whole(1, 11), "Kernel size", "Rows and columns of each layer's kernel.")
    grow_stride: int = setting(1, Whole(1, 6), "Stride", "How many numbers each layer's kernel moves at a time.")
    grow_dilation: int = setting(
        1, Whole(1, 6), "Dilation", "How far apart each kernel's cells lie; 1 is side by side."
    )
    between: str = setting("nothing", Choice({"nothing": "Nothing", "relu": "ReLU"}), "Between the two layers")
    factor: int = setting(2, Whole(2, 6), "Times smaller")
    cost_in: int = setting(64, Whole(1, 512), "Input channels")
    cost_out: int = setting(16, Whole(1, 512), "Output channels")
    cost_size: int = setting(28, Whole(1, 224), "Rows and columns")
    cost_kernel: int = setting(3, Whole(1, 11), "Kernel size")
    through: int = setting(4, Whole(1, 512), "Bottleneck", "Channels between its two layers.")
    cost_stride: int = setting(2, Whole(2, 6), "Stride", "Of the strided and of the transposed convolution.")
    cost_dilation: int = setting(2, Whole(1, 6), "Dilation", "Of the dilated convolution.")
    network: str = setting("resnet18", Choice(NETWORKS), "Network")

    @property
    def growing(self) -> bool:
        """Whether what is shown is how the field of equal layers grows."""
        return self.part == "sight" and self.sees == "growth"

    @property
    def idle(self) -> set[str]:
        says = {"seed": self.bank == "random"}
        shown = "growth" if self.growing else self.part
        unread = set(settings_of(type(self))) - _OF_PART[shown] - {"part"}
        return unread | {name for name, has in says.items() if not has}

    def looking_at(self, layer: str, **more: Any) -> Self:
        """The settings with another layer chosen; its maps and numbers are not those that were chosen of the last."""
        return replace(self, at=layer, channel="", place="", **more)

    def at_start(self) -> Self:
        return type(self)(part=self.part)

    def simplifications(self) -> list[dict[str, Any]]:
        sides = [{"max_side": side} for side in (256, 128, 64)]
        return [*sides, {"layers": PRESETS["post"].layers}, {"kernel_size": (3, 3)}, {"factor": 2}]

    def last_simplifications(self) -> list[dict[str, Any]]:
        return [{"picture": "panda"}]


@lru_cache(maxsize=64)  # a run of the page asks more than once
def check(settings: NetworkSettings, full_size: Pair) -> None:
    """Refuse settings of the shown part that would take too long, before any work; a row that breaks is none.

    Parameters
    ----------
    settings : NetworkSettings
        What to check.
    full_size : (int, int)
        Rows and columns of the picture before it is brought down to `max_side`.

    Raises
    ------
    ConvLabError
        The layer's own error, in this page's names.
    """
    if settings.growing:
        fields_of(settings.depth, settings.grow_kernel, settings.grow_stride, settings.grow_dilation)
    elif settings.part in ("row", "sight"):
        shape = input_shape(full_size, settings.max_side, settings.grey)
        row = laid(settings.layers, shape)
        check_work([step.layer for step in row.steps], shape, MAX_MACS, MAX_NUMBERS)
    elif settings.part == "relu":
        check_pair(settings, full_size)
    elif settings.part == "shrink":
        check_shrunk(settings, settings.factor, full_size)

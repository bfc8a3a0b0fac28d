"""What can be set of the way there and back, the layers that it makes, and what is refused. No streamlit here."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Self

from torch import Tensor

from convlab.back import way_back
from convlab.layers import Conv2d
from convlab.network import check_work
from convlab.ui.fields import Choice, Decimal, Flag, Sides, Text, Whole, setting
from convlab.ui.layer_settings import BANKS, MOST_KERNEL, LayerSettings, kernel_of
from convlab.ui.pictures import PICTURES, fitted_enough, input_shape
from convlab.upsampling import LARGEST
from convlab.window import Pair

MAX_MACS = 500_000_000
MAX_NUMBERS = 6_000_000
PARTS = {
    "there": "There and back",
    "larger": "Up-sampling",
    "learn_back": "Learn the way back",
    "learn_kernel": "Learn a kernel",
}
MOST_UP = 8
SIDES = {"larger": 40, "learn_back": 200, "learn_kernel": 160}  # pixels of the picture, where they are not to be chosen
_NEVER = {"operation", "flip", "depthwise", "bias", "padding_mode", "ceil_mode"}
_ABOUT_EXTRA = (
    "Rows and columns at the end of the way back: as many as the stride left over (Fit), or so many. "
    "They are computed like all others, not zeros put there."
)
_OF_PART = {  # the settings that a part reads; all read the picture
    "there": {
        "max_side",
        "grey",
        "bank",
        "kernel_size",
        "out_channels",
        "stride",
        "padding_kind",
        "padding",
        "dilation",
        "output_padding_kind",
        "output_padding",
        "seed",
    },
    "larger": {"grey", "scale_factor", "up_kernel_size"},
    "learn_back": {"case", "learning_rate", "seed"},
    "learn_kernel": {"hidden", "learning_rate", "seed"},
}


@dataclass(frozen=True)
class BackSettings(LayerSettings):
    """One state of the page."""

    lasting: ClassVar[tuple[str, ...]] = ("part", "picture", "chosen")

    bank: str = setting("negative", Choice(BANKS), "Kernel")
    kernel_size: Pair = setting((5, 3), Sides(1, MOST_KERNEL), "Kernel size", "Rows and columns of each kernel.")
    part: str = setting("there", Choice(PARTS, always_beside=True), "Part")
    picture: str = setting("panda", Choice(PICTURES), "Picture")
    max_side: int = setting(
        256, Whole(16, 512), "Picture size", "In pixels. The larger side: a larger picture is brought down to it."
    )
    grey: bool = setting(True, Flag(), "Grey: one channel")
    output_padding_kind: str = setting(
        "fit", Choice({"fit": "Fit", "numbers": "Number"}), "Output padding", _ABOUT_EXTRA
    )
    output_padding: Pair = setting((0, 0), Sides(0, 5), "Output padding", _ABOUT_EXTRA, under="output_padding_kind")
    chosen: str = setting("", Text(r"[0-7]"))
    scale_factor: int = setting(
        2, Whole(2, LARGEST), "Scale factor", "How many times larger: the stride of the transposed layer."
    )
    up_kernel_size: int = setting(
        3, Whole(1, MOST_UP), "Kernel size", "Rows and columns of the kernel; all its weights are equal."
    )
    case: str = setting("full", Choice({"full": "All", "partial": "A part", "deeper": "Two layers"}), "What comes back")
    hidden: str = setting("gabor", Choice(BANKS), "Hidden kernel", "It makes the map; the run does not see it.")
    learning_rate: float = setting(
        0.05, Decimal(0.01, 1.0), "Learning rate", "How far the first steps go; it falls to zero along the run."
    )

    @property
    def idle(self) -> set[str]:
        read = _OF_PART[self.part]
        others = set().union(*_OF_PART.values()) - read
        says = {
            "seed": self.part != "there" or self.bank == "random",
            "padding": self.padding_kind == "numbers",
            "output_padding_kind": self.extra,
            "output_padding": self.extra and self.output_padding_kind == "numbers",
        }
        return _NEVER | others | {name for name in says if not says[name]}

    @property
    def extra(self) -> bool:
        """Whether the way back can have more than one size: each is met by one output_padding."""
        return max(*self.stride, *self.dilation) > 1

    @property
    def extra_given(self) -> Pair | None:
        """The output_padding that was set; None for the one that fits."""
        return self.output_padding if self.extra and self.output_padding_kind == "numbers" else None

    @property
    def map(self) -> int:
        """Which of the maps is chosen, one that is there."""
        return min(int(self.chosen or 0), self.maps_from(1) - 1)

    def at_start(self) -> Self:
        return type(self)(part=self.part)

    def maps_from(self, channels: int) -> int:
        return min(self.out_channels, self.kernels_of_bank)

    def simplifications(self) -> list[dict[str, Any]]:
        return [
            {"dilation": (1, 1)},
            {"stride": (1, 1), "output_padding_kind": "fit"},
            {"padding_kind": "numbers", "padding": (0, 0)},
            {"out_channels": 1},
            *({"max_side": side} for side in (256, 128, 64)),
        ]

    def last_simplifications(self) -> list[dict[str, Any]]:
        return [{"kernel_size": (3, 3)}, {"bank": "negative", "kernel_size": (1, 1)}]


def layer_of(settings: BackSettings, channels: int) -> tuple[Conv2d, Tensor]:
    """The way there and its kernels.

    Raises
    ------
    ConvLabError
        For a layer that torch would refuse.
    """
    weight = kernel_of(replace(settings, depthwise=False), channels)
    padding: Pair | str = settings.padding if settings.padding_kind == "numbers" else settings.padding_kind
    layer = Conv2d(channels, len(weight), settings.kernel_size, settings.stride, padding, settings.dilation, bias=False)
    return layer, weight


@lru_cache(maxsize=64)  # a run of the page asks more than once
def check(settings: BackSettings, full_size: Pair) -> None:
    """Refuse settings of the shown part that do not fit a picture, or would take too long, before any work.

    Parameters
    ----------
    settings : BackSettings
        What to check.
    full_size : (int, int)
        Rows and columns of the picture before it is brought down to `max_side`.

    Raises
    ------
    ConvLabError
        The layer's own error, in this page's names.
    """
    if settings.part != "there":
        fitted_enough(full_size, SIDES[settings.part])
        return
    shape = input_shape(full_size, settings.max_side, settings.grey)
    layer, _ = layer_of(settings, shape[0])
    back = way_back(layer, shape)
    if settings.extra_given is not None:
        back = replace(back, output_padding=settings.extra_given)
    check_work([layer, back], shape, MAX_MACS, MAX_NUMBERS)

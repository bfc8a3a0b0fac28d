"""What can be set of one layer of a row, whatever its kind, and the layer that it makes. No streamlit here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Self

from convlab.resizing import MODES
from convlab.ui.fields import Choice, Count, Decimal, Flag, Numbers, Sides, Whole, setting, settings_of
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.network.row import IN_ROWS, MOST_NUMBERS, WEIGHTS, WRITTEN, Entry
from convlab.window import Pair

_MOST = 9_999_999  # that an address has room for
NAMES = {kind.__name__: kind.name for kind in IN_ROWS}
_WEIGHT = ("bank", "numbers", "seed")
_SAYS = {  # the settings of each kind, in the order of its controls
    "Conv2d": (
        *(*_WEIGHT, "out_channels", "kernel_size", "stride", "padding_kind", "padding", "dilation"),
        *("depthwise", "groups", "bias", "padding_mode"),
    ),
    "ConvTranspose2d": (
        *(*_WEIGHT, "out_channels", "kernel_size", "stride", "padding", "output_padding", "dilation"),
        *("depthwise", "groups", "bias"),
    ),
    "MaxPool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "AvgPool2d": ("kernel_size", "stride", "padding", "ceil_mode", "count_include_pad"),
    "LeakyReLU": ("negative_slope",),
    "BatchNorm2d": ("affine",),
    "Dropout": ("p",),
    "Dropout2d": ("p",),
    "AdaptiveAvgPool2d": ("target",),
    "Upsample": ("scale_factor", "size", "mode"),
    "Linear": ("out_features", "numbers", "seed", "bias"),
    "Addition": ("of",),
    "Concatenation": ("of",),
    "Branch": ("of",),
}
_SELDOM = {"depthwise", "groups", "bias", "padding_mode", "ceil_mode", "count_include_pad"}
_OWN = {*_WEIGHT, "padding_kind", "depthwise"}  # not the layer's own
_TORCHS = {"target": "output_size"}  # what the layer calls it when it is made


@dataclass(frozen=True)
class OneLayer(LayerSettings):
    """The settings of one layer; `operation` is its kind, by PyTorch's name."""

    operation: str = setting("Conv2d", Choice(NAMES), "Kind")
    bank: str = setting("random", Choice(WEIGHTS), "Kernel")
    numbers: tuple[float, ...] = setting((), Numbers(MOST_NUMBERS), "Numbers", "The kernel's numbers, row by row.")
    out_channels: int = setting(1, Count(1, _MOST), "Number of kernels")
    kernel_size: Pair = setting((3, 3), Sides(1, 11), "Kernel size")
    groups: int = setting(1, Count(1, _MOST), "Groups", "So many layers side by side, each with its channels.")
    bias: bool = setting(True, Flag(), "Bias", "One number a map, learned; an untrained one is 0.")
    count_include_pad: bool = setting(True, Flag(), "Count padding", "Padding counts in the mean.")
    negative_slope: float = setting(0.01, Decimal(-1e6, 1e6), "Slope below zero")
    p: float = setting(0.5, Decimal(0.0, 1.0), "Share dropped")
    affine: bool = setting(True, Flag(), "Scale and move each map")
    target: Pair = setting((1, 1), Sides(1, 256), "Output size")
    scale_factor: Pair = setting((2, 2), Sides(1, 8), "Times larger")
    size: Pair = setting((0, 0), Sides(1, 512), "Output size")
    mode: str = setting("nearest", Choice({mode: mode.capitalize() for mode in MODES}), "Mode")
    out_features: int = setting(1, Count(1, _MOST), "Outputs")
    of: int = setting(0, Count(0, _MOST), "Looks back to output", "0 is the picture, 3 what layer 3 puts out.")
    follows: bool = setting(True, Flag(), "Channels that come")
    weights: int = setting(0, Whole(0, 2**31), "Numbers of the weight")

    @property
    def idle(self) -> set[str]:
        says = set(_SAYS.get(self.operation, ()))
        silent = {
            "padding": self.padding_kind != "numbers",
            "seed": self.bank != "random",
            "numbers": self.bank != WRITTEN,
            "groups": self.depthwise,
            "out_channels": self.depthwise,
            "size": self.size == (0, 0),
            "scale_factor": self.size != (0, 0),
        }
        return set(settings_of(type(self))) - {name for name in says if not silent.get(name)}

    @property
    def transposed(self) -> bool:
        return self.operation == "ConvTranspose2d"

    def options(self, name: str) -> dict[str, str]:
        options = super().options(name)
        if name == "bank" and self.weights > MOST_NUMBERS and self.bank != WRITTEN:
            del options[WRITTEN]
        return options

    def highest(self, name: str) -> int:
        high: int = self.kind(name).high
        return high

    def simplifications(self) -> list[dict[str, Any]]:
        return [
            {"padding_kind": "numbers", "padding": (0, 0)},
            {"stride": (1, 1), "output_padding": (0, 0)},
            {"dilation": (1, 1)},
            {"groups": 1},
            {"bank": "random"},
            {"kernel_size": (1, 1)},
        ]

    @property
    def in_the_open(self) -> list[str]:
        """The settings that its kind has, in the order of their controls, without those of `seldom`."""
        return [name for name in _SAYS.get(self.operation, ()) if name not in _SELDOM]

    @property
    def seldom(self) -> list[str]:
        """Those that nobody needs at first."""
        return [name for name in _SAYS.get(self.operation, ()) if name in _SELDOM]

    @classmethod
    def read_from(cls, entry: Entry, weight_shape: Sequence[int] | None) -> Self:
        """The settings of a layer of a row.

        Parameters
        ----------
        entry : Entry
            The layer.
        weight_shape : sequence of int or None
            Shape of its weight, on what reaches it.
        """
        layer, name = entry.layer, type(entry.layer).__name__
        given: dict[str, Any] = {"operation": name, "bank": entry.weight, "seed": entry.seed, "numbers": entry.numbers}
        given |= {"depthwise": entry.depthwise, "follows": entry.follows, "weights": prod(weight_shape or ())}
        for setting_name in _own(name):
            value = getattr(layer, setting_name)
            if value is not None:
                given[setting_name] = value
        if isinstance(given.get("padding"), str):
            given |= {"padding_kind": given["padding"], "padding": (0, 0)}
        return cls(**given)

    def made(self, entry: Entry) -> Entry:
        """The layer of a row with these settings.

        Parameters
        ----------
        entry : Entry
            The layer as it was.

        Raises
        ------
        ConvLabError
            For a layer that torch would refuse.
        """
        old: Any = entry.layer
        kind = type(old)
        given = old.settings() | {_TORCHS.get(name, name): getattr(self, name) for name in _own(kind.__name__)}
        if "padding" in given and self.padding_kind != "numbers":
            given["padding"] = self.padding_kind
        if kind.__name__ == "Upsample":
            del given["size" if old.scale_factor else "scale_factor"]
        if kind.__name__ in ("MaxPool2d", "AvgPool2d") and old.stride == old.kernel_size == self.stride:
            given["stride"] = self.kernel_size  # windows side by side stay so
        if self.depthwise:
            given |= {"groups": 1, "out_channels": 1}
        if entry.reads:
            given[entry.reads] = given.get("groups", 1) if self.follows else getattr(old, entry.reads)
        return replace(
            entry,
            layer=kind(**given),
            weight=self.bank,
            seed=self.seed,
            numbers=self.numbers if self.bank == WRITTEN else (),
            follows=self.follows,
            depthwise=self.depthwise,
        )


def _own(kind: str) -> list[str]:
    """The settings that a kind of layer itself has."""
    return [name for name in _SAYS.get(kind, ()) if name not in _OWN]

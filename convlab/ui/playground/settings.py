"""What can be set on the playground, the layers that it makes, and what is refused. No streamlit here."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, Self
from urllib.parse import parse_qsl

import torch

from convlab.errors import ConvLabError
from convlab.layers import AvgPool2d, Conv2d, MaxPool2d, ReLU
from convlab.network import Step, check_work
from convlab.ui.address import from_query, to_address
from convlab.ui.fields import Choice, Flag, Rewritten, Sides, Text, Whole, setting
from convlab.ui.layer_settings import TASK, LayerSettings, convolution_of
from convlab.ui.pictures import OWN, PICTURES, input_shape
from convlab.window import Pair, plain

MAX_MACS = 1_000_000_000
MOST_LAYERS = 3
MAX_NUMBERS = 20_000_000  # in all maps that are shown, those of a pinned A included
POST_1X1 = (1.0, 0.5, 0.25, -1.0)
_ABOUT_LAYERS = "Two: the kernels once more, on the maps. + 1×1: then a layer that mixes all maps into one."
_PLACE = r"[0-9]{1,2},[0-9]{1,3},[0-9]{1,4},[0-9]{1,4}"  # stage, map, row, column


def _pinned(text: str) -> str:
    """A pin from an address, written anew."""
    return pin_of(from_address(text))


@dataclass(frozen=True)
class PlaygroundSettings(LayerSettings):
    """One state of the playground."""

    lasting: ClassVar[tuple[str, ...]] = ("picture", "pinned", "pixel", "chosen", "hatched")

    picture: str = setting("panda", Choice(PICTURES, {"upload": OWN, "camera": OWN}), "Picture")
    max_side: int = setting(
        256, Whole(16, 512), "Picture size", "In pixels. The larger side: a larger picture is brought down to it."
    )
    grey: bool = setting(False, Flag(), "Grey: one channel")
    pool: str = setting("max", Choice({"none": "None", "max": "Maximum", "avg": "Average"}), "Pooling")
    pool_size: Pair = setting((2, 2), Sides(1, 8), "Pooling size")
    pool_stride: int = setting(0, Whole(0, 8), "Pooling stride", "0: as large as the pooling size.")
    layers: str = setting("one", Choice({"one": "One", "two": "Two", "two_1x1": "+ 1×1"}), "Layers", _ABOUT_LAYERS)
    pinned: str = setting("", Rewritten(_pinned))
    pixel: str = setting("", Text(rf"{_PLACE}(;{_PLACE}){{0,9}}"))
    chosen: str = setting("", Text(rf"[0-9]{{1,3}}(,[0-9]{{1,3}}){{0,{MOST_LAYERS - 1}}}"))
    hatched: bool = setting(False, Flag(), "Mark negatives by hatching", "For print, and for eyes that see no red.")

    @property
    def depth(self) -> int:
        """How many layers with the chosen kernels stand in a row."""
        return 1 if self.layers == "one" else 2

    @property
    def place(self) -> tuple[int, int, int, int] | None:
        """The number that is pinned: stage, map, row, column. Older links name those that it comes from as well."""
        if not self.pixel:
            return None
        stage, channel, row, column = map(int, self.pixel.split(";")[0].split(","))
        return stage, channel, row, column

    def chosen_of(self, layer: int) -> int:
        """The chosen map of a layer; where none is, that of the number that is pinned in it."""
        chosen = self.chosen.split(",") if self.chosen else []
        if layer < len(chosen):
            return int(chosen[layer])
        stages = 2 if self.pool == "none" else 3
        return self.place[1] if self.place and not chosen and self.place[0] // stages == layer else 0

    @property
    def idle(self) -> set[str]:
        return super().idle | ({"pool_size", "pool_stride", "ceil_mode"} if self.pool == "none" else set())

    def drawn(self) -> Self:
        """What the maps are drawn of: without what is pinned, but for its map."""
        chosen = ",".join(str(self.chosen_of(layer)) for layer in range(MOST_LAYERS))
        return replace(self.untasked(), pixel="", chosen=chosen)

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


@lru_cache(maxsize=64)  # a run of the page asks more than once
def steps_of(settings: PlaygroundSettings, in_channels: int) -> tuple[Step, ...]:
    """The layers that some settings ask for, with their kernels.

    Parameters
    ----------
    settings : PlaygroundSettings
        What the visitor set.
    in_channels : int
        Channels of the picture: 3, or 1 for grey.

    Returns
    -------
    tuple of Step
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
        channels = settings.maps_from(channels)
        steps += [step, Step(ReLU()), *_pooling(settings)]
    if settings.layers == "two_1x1":
        steps += [_mixing(channels), Step(ReLU())]
    return tuple(steps)


def _pooling(settings: PlaygroundSettings) -> list[Step]:
    """The pooling layer, if there is one."""
    if settings.pool == "none":
        return []
    kind = MaxPool2d if settings.pool == "max" else AvgPool2d
    return [Step(kind(settings.pool_size, settings.pool_stride or None, ceil_mode=settings.ceil_mode))]


def _mixing(channels: int) -> Step:
    """The 1×1 convolution that weighs the channels 1, 0.5, 0.25, −1 and adds them up."""
    numbers = [POST_1X1[channel % len(POST_1X1)] for channel in range(channels)]
    return Step(Conv2d(channels, 1, 1, bias=False), torch.tensor(numbers).reshape(1, -1, 1, 1))


@lru_cache(maxsize=64)  # a run of the page asks more than once
def check(settings: PlaygroundSettings, full_size: Pair) -> None:
    """Refuse settings that do not fit a picture, or would take too long, before any work.

    Parameters
    ----------
    settings : PlaygroundSettings
        What to check.
    full_size : (int, int)
        Rows and columns of the picture before it is brought down to `max_side`.

    Raises
    ------
    ConvLabError
        The layer's own error, in this page's names.
    """
    shape = input_shape(full_size, settings.max_side, settings.grey)
    most = MAX_NUMBERS // 2 if settings.pinned else MAX_NUMBERS
    layers = [step.layer for step in steps_of(settings, shape[0])]
    for count, layer in enumerate(layers, start=1):
        try:
            check_work(layers[:count], shape, MAX_MACS, most)
        except ConvLabError as error:
            if layer.arithmetic in ("max", "avg") and error.parameter == "kernel_size":
                raise _of_pooling(error) from None
            raise


def _of_pooling(error: ConvLabError) -> ConvLabError:
    """A pooling layer's refusal of its kernel_size, in the words of a page that calls it pool_size."""
    size = error.fix["kernel_size"]
    advice, fix = f"Use pool_size {plain(size)}.", {"pool_size": size}
    return ConvLabError("pool_size", error.value, error.rule, numbers=error.numbers, advice=advice, fix=fix)


# --- A, pinned within the address of B ------------------------------------------------------------------------------


def pin_of(settings: PlaygroundSettings) -> str:
    """Settings as they are kept as A: never empty, for empty means that nothing is pinned."""
    kept = replace(settings.untasked(), pinned="", pixel="", chosen="", hatched=False)
    return to_address(kept) or "picture=" + settings.picture


def from_address(address: str) -> PlaygroundSettings:
    """Pinned settings from an address within the address; what makes no sense is left at its default."""
    query = dict(parse_qsl(address))
    for name in ("pinned", "pixel", "chosen", "hatched", *TASK):  # nothing is pinned or chosen within what is pinned
        query.pop(name, None)
    return from_query(query, PlaygroundSettings)[0]


def on_same_picture(settings: PlaygroundSettings) -> PlaygroundSettings:
    """The settings pinned as A, applied to the picture as it is now; `pinned` stays, for A and B share the room."""
    same = {name: getattr(settings, name) for name in ("picture", "max_side", "grey", "pinned", "chosen", "hatched")}
    return replace(from_address(settings.pinned), **same)

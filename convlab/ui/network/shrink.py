"""Maximum, average or stride: the same size, and what a shift by one pixel changes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import streamlit as st
from torch import Tensor

from convlab.layers import Conv2d, ReLU
from convlab.network import Step, trace
from convlab.shrinking import Shrunk, compare_shrinking
from convlab.ui import own_pictures, session
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, tiles
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.ways import SIDES, layer_of
from convlab.ui.pictures import Picture, image_of
from convlab.ui.session import Visit
from convlab.window import Pair, by

_KEY = "network_shrink"
_BELOW = 60  # pixels of the sentence below
_THUMB = 64  # pixels that a map to choose is wide


class Made(NamedTuple):
    """What is shown for some settings."""

    shown: Drawn
    about: str


def made(picture: Picture, settings: NetworkSettings) -> Made:
    """The three ways for settings that work."""
    what = (settings.bank, settings.kernel_size, settings.seed, settings.factor, settings.channel)
    return (_made if picture.own else _kept)(picture, *what)


def _made(picture: Picture, bank: str, kernel_size: Pair, seed: int, factor: int, channel: str) -> Made:
    """The same, made anew."""
    layer = layer_of(NetworkSettings(bank=bank, kernel_size=kernel_size, seed=seed))
    image = image_of(picture, SIDES["shrink"], True)
    maps = trace([layer, Step(ReLU())], image)[-1].output
    number = min(int(channel or 0), len(maps))
    ways = compare_shrinking(_steps(layer, number), image, factor)
    rows = [Row(_choices(image, maps, number), "", "each", _THUMB), Row(_tiles(ways, number))]
    return Made(drawn(rows), _about(ways, factor))


_kept = lru_cache(maxsize=32)(_made)  # of the sample pictures, for all visitors


def view(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """What is made smaller, the three ways, and what moved least."""
    now = made(own_pictures.current(good.picture), good)
    tiles(_KEY, now.shown, below=_BELOW, on_choose=lambda: _choose(visit, session.sent(_KEY, "choose")))
    st.markdown(now.about)


def _steps(layer: Step, number: int) -> list[Step]:
    """What makes the chosen map; nothing for the picture itself."""
    if not number:
        return []
    assert isinstance(layer.layer, Conv2d) and layer.weight is not None
    one = replace(layer.layer, out_channels=1)
    return [Step(one, layer.weight[number - 1 : number]), Step(ReLU())]


def _choices(image: Tensor, maps: Tensor, number: int) -> list[Tile]:
    """The picture and the maps, small: one is chosen."""
    bound = float(maps.abs().max()) or None
    each = [Tile(one, f"Map {at}", "", f"Map {at}, after ReLU", bound=bound, key=str(at), pressed=at == number)
            for at, one in enumerate(maps, start=1)]  # fmt: skip
    return [Tile(image, "Picture", "", "The picture", "picture", key="0", pressed=not number), *each]


def _tiles(ways: Sequence[Shrunk], number: int) -> list[Tile]:
    """What each way makes, and below it what the shift changes; the differences in the same colours."""
    most = max(float(way.output.abs().max()) for way in ways) or None
    apart = max(float(way.difference.abs().max()) for way in ways) or None
    return [_way(way, number, most, apart) for way in ways]


def _way(way: Shrunk, number: int, most: float | None, apart: float | None) -> Tile:
    """One of them."""
    changed = Tile(way.difference, "Moved by one pixel", f"changes by {way.change:.0%}",
                   f"{way.title}: what changes when the picture moves by one pixel", bound=apart)  # fmt: skip
    size = by(way.output.shape[1:])
    if number:
        return Tile(way.output, way.title, size, f"{way.title} of the map", bound=most, under=changed)
    return Tile(way.output, way.title, size, f"{way.title} of the picture", "picture", under=changed)


def _about(ways: Sequence[Shrunk], factor: int) -> str:
    """Which changed least, and what a stride leaves out."""
    if not any(way.change for way in ways):
        return "**Nothing changes when this moves by one pixel.**"
    least, *others = sorted(ways, key=lambda way: way.change)
    rest = ", ".join(f"{way.title.lower()} by {way.change:.0%}" for way in others)
    first = f"{least.title.lower()} changes least: by {least.change:.0%} of its mean number"
    return (
        f"**Moved by one pixel, {first}; {rest}.** "
        f"A stride keeps 1 of {factor**2} numbers and never looks at the others, so they need not be computed; "
        "pooling looks at all of them."
    )


def _choose(visit: Visit[NetworkSettings], sent: object) -> None:
    """The picture or a map was chosen."""
    if isinstance(sent, str) and sent in {"0", "1", "2", "3", "4"}:
        visit.show(replace(visit.asked, channel=sent))

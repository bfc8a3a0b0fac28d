"""Maximum, average or stride: the same size, and what a shift by one pixel changes."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import streamlit as st
from torch import Tensor

from convlab.layers import Conv2d, ReLU
from convlab.network import Step, trace
from convlab.shrinking import Shrunk, compare_shrinking
from convlab.ui import own_pictures, session
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, tiles
from convlab.ui.kept import Kept
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.ways import layer_of, shrunk_side
from convlab.ui.pictures import Picture, image_of, once
from convlab.ui.session import Visit
from convlab.window import Pair, by

_KEY = "network_shrink"
_BELOW = 60  # pixels of the sentence below
_THUMB = 84  # pixels that a map to choose is wide


class Made(NamedTuple):
    """What is shown for some settings."""

    shown: Drawn
    about: str
    why: str


def made(picture: Picture, settings: NetworkSettings) -> Made:
    """The three ways for settings that work."""
    what = (settings.bank, settings.kernel_size, settings.seed, settings.factor, settings.channel)
    return once(_MADE, picture, what, partial(_made, picture, *what))


def _made(picture: Picture, bank: str, kernel_size: Pair, seed: int, factor: int, channel: str) -> Made:
    """The same, made anew."""
    layer = layer_of(NetworkSettings(bank=bank, kernel_size=kernel_size, seed=seed))
    image = image_of(picture, shrunk_side(picture.size), True)
    maps = trace([layer, Step(ReLU())], image)[-1].output
    number = min(int(channel or 0), len(maps))
    ways = compare_shrinking(_steps(layer, number), image, factor)
    rows = [Row(_choices(image, maps, number), "", "each", _THUMB), Row(_tiles(ways, number))]
    return Made(drawn(rows), _about(ways), _why(factor))


_MADE: Kept[Made] = Kept(12_000_000, lambda made: made.shown.weight)


def view(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """What is made smaller, the three ways, and what moved least."""
    now = made(own_pictures.current(good.picture), good)
    st.markdown(now.about)
    tiles(_KEY, now.shown, below=_BELOW, on_choose=lambda: _choose(visit, session.sent(_KEY, "choose")))
    st.markdown(now.why)


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
    """What each way makes, and what the shift changes of it; the changes in the same colours."""
    most = max(float(way.output.abs().max()) for way in ways) or None
    apart = max(float(way.difference.abs().max()) for way in ways) or None
    return [tile for way in ways for tile in (_result(way, number, most), _change(way, apart))]


def _result(way: Shrunk, number: int, bound: float | None) -> Tile:
    """What one way makes: of the picture a picture."""
    size = by(way.output.shape[1:])
    if number:
        return Tile(way.output, way.title, size, f"{way.title} of the map", bound=bound)
    return Tile(way.output, way.title, size, f"{way.title} of the picture", "picture")


def _change(way: Shrunk, bound: float | None) -> Tile:
    """What the shift changes of it."""
    alt = f"{way.title}: what changes when the picture moves by one pixel"
    return Tile(way.difference, f"Change: {way.change:.0%}", "moved by one pixel", alt, bound=bound)


def _about(ways: Sequence[Shrunk]) -> str:
    """Which changed least."""
    if not any(way.output.any() for way in ways):
        return "**All of this is 0: nothing can change.**"
    if not any(way.change for way in ways):
        return "**Nothing changes when this moves by one pixel.**"
    least, *others = sorted(ways, key=lambda way: way.change)
    rest = ", ".join(f"{way.title.lower()} by {way.change:.0%}" for way in others)
    return f"**Moved by one pixel, {least.title.lower()} changes least: by {least.change:.0%} on average; {rest}.**"


def _why(factor: int) -> str:
    """What each way keeps."""
    return (
        f"Of each {by((factor, factor))} numbers maximum pooling keeps the largest, average pooling their mean, and a "
        "stride the first: the others need not even be computed."
    )


def _choose(visit: Visit[NetworkSettings], sent: object) -> None:
    """The picture or a map was chosen."""
    if isinstance(sent, str) and sent in {"0", "1", "2", "3", "4"}:
        visit.show(replace(visit.asked, channel=sent))

"""How far a number sees behind more and more equal layers."""

from functools import lru_cache
from typing import NamedTuple

import plotly.graph_objects as go
import streamlit as st
from torch.nn.functional import pad

from convlab.charts import growth_curve
from convlab.sight import Growth, growth
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, tiles
from convlab.ui.figures import tenths
from convlab.ui.network.settings import NetworkSettings
from convlab.window import by

_BELOW = 360  # pixels of the words and the curve below
_MOST_TILES = 5


class Made(NamedTuple):
    """What is shown for some settings."""

    shown: Drawn
    figure: go.Figure
    told: str
    more: str


@lru_cache(maxsize=32)
def made(depth: int, kernel_size: int, stride: int, dilation: int) -> Made:
    """How the field of equal layers grows."""
    grown = growth(depth, kernel_size, stride, dilation)
    farthest, radii = [one.farthest for one in grown], [one.radius for one in grown]
    return Made(
        drawn([Row(_bells(grown), scale="even")]),
        growth_curve(farthest, radii),
        _told(grown[-1], kernel_size),
        _more(grown),
    )


def view(good: NetworkSettings) -> None:
    """What is shown."""
    now = made(good.depth, good.grow_kernel, good.grow_stride, good.grow_dilation)
    st.markdown(f"**{now.told}**  \n{now.more}")
    tiles("network_growth", now.shown, linked=False, below=_BELOW)
    st.plotly_chart(now.figure, key="network_growth_curve", height=300, config={"displayModeBar": False})


def _bells(grown: list[Growth]) -> list[Tile]:
    """The weights behind some of the layers, on one scale: what is ringed is the field in theory."""
    whole = grown[-1].receptive_field
    return [_bell(one, whole) for one in _some(grown)]


def _bell(one: Growth, whole: int) -> Tile:
    """The weights behind so many layers, in the middle of as many pixels as the last one sees."""
    before = (whole - one.receptive_field) // 2
    after = whole - one.receptive_field - before
    layers = "1 layer" if one.depth == 1 else f"{one.depth} layers"
    size = by((one.receptive_field,) * 2)
    return Tile(
        100 * pad(one.sight.weights, (before, after, before, after)),
        layers,
        f"{size}; 95 % within {tenths(one.radius)}",
        f"Which pixels move a number behind {layers}, the field of {size} ringed",
        "bright",
        mark=(before, before, one.receptive_field, one.receptive_field),
    )


def _some(grown: list[Growth]) -> list[Growth]:
    """The first, every twice as deep one, and the last."""
    depths = sorted({*(2**power for power in range(_MOST_TILES)), len(grown)})
    return [grown[depth - 1] for depth in depths if depth <= len(grown)][-_MOST_TILES:]


def _told(last: Growth, kernel_size: int) -> str:
    """What the last layer sees, in a sentence."""
    layers = "One layer" if last.depth == 1 else f"{last.depth} layers"
    sees = "sees" if last.depth == 1 else "see"
    if last.receptive_field == 1:
        return f"{layers} of 1×1 {sees} one pixel: it takes a larger kernel to look around."
    return (
        f"{layers} of {by((kernel_size, kernel_size))} {sees} {by((last.receptive_field,) * 2)} pixels in theory, the "
        f"farthest {tenths(last.farthest)} from the middle; 95 % of the weight lies within {tenths(last.radius)}."
    )


def _more(grown: list[Growth]) -> str:
    """How much farther four times as many layers see."""
    few, all_of = len(grown) // 4, len(grown) // 4 * 4
    if not few or not grown[few - 1].radius:
        return "All weights are equal: what reaches the middle on more ways weighs more. Below, each pixel in %."
    near, far = grown[few - 1], grown[all_of - 1]
    layers = "1 layer" if few == 1 else f"{few} layers"
    return (
        f"{all_of} layers see {tenths(far.farthest / near.farthest)} times as far as {layers} in theory, and "
        f"{tenths(far.radius / near.radius)} times as far in effect. All weights are equal: "
        "what reaches the number on more ways weighs more. Below, each pixel in %."
    )

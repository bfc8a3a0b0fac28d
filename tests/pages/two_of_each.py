"""A page for the tests: two of each component with different settings, each for itself."""

from dataclasses import dataclass, field
from functools import cache

import streamlit as st
import torch
import two_maps
import two_markings
import two_stages
import two_tiles

from convlab import AvgPool2d, Conv2d, ConvTranspose2d, kernels
from convlab.network import Step
from convlab.ui.components.component import is_dark
from convlab.ui.components.grids import grids
from convlab.ui.components.grids.view import Shown, grids_view

LAYERS = {
    "plain": (Step(Conv2d(1, 1, 3, bias=False), kernels.bank("sobel", 3)[:1]), (1, 5, 5)),
    "pooled": (Step(AvgPool2d(2)), (2, 6, 6)),
    "back": (Step(ConvTranspose2d(1, 2, 2, stride=2, bias=False), torch.ones(1, 2, 2, 2)), (1, 3, 3)),
}
SHOWN = ("plain", "pooled")


@dataclass
class Grids:
    """What a visitor did with one set of grids."""

    layer: str
    written: dict[tuple[int, int, int], float] = field(default_factory=dict)
    at: str = ""
    fresh: int = 0
    seen: int = 0


def grids_of(key: str) -> Grids:
    """The set of grids with that key."""
    return st.session_state.setdefault(f"of {key}", Grids(dict(zip(("one", "other"), SHOWN, strict=True))[key]))


@cache
def shown(layer: str, written: tuple[tuple[tuple[int, int, int], float], ...], dark: bool) -> Shown:
    """What they show."""
    step, shape = LAYERS[layer]
    image = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
    for place, value in written:
        image[place] = value
    return grids_view(step, image, dark=dark)


def take_edits(key: str) -> None:
    """Cells of the input were written."""
    of = grids_of(key)
    for sent in st.session_state[key]["edit"]:
        if sent["number"] > of.seen:
            of.seen = sent["number"]
            of.written[sent["channel"], sent["row"], sent["column"]] = float(sent["value"])


def take_place(key: str) -> None:
    """Another number was pinned, since the page itself last pinned one."""
    of, sent = grids_of(key), st.session_state[key]["at"]
    if sent["fresh"] == of.fresh:
        of.at = sent["at"]


def place_at(key: str, at: str) -> None:
    """The page pins a number."""
    of = grids_of(key)
    of.at, of.fresh = at, of.fresh + 1


def choose(key: str, layer: str) -> None:
    """The page shows another layer."""
    grids_of(key).layer = layer


st.button("Run")
for key in ("one", "other"):
    of = grids_of(key)
    with st.container(key=f"box_{key}"):
        st.button("Pin the last", key=f"last_{key}", on_click=place_at, args=(key, "9,99,99"))
        st.button("Let go", key=f"none_{key}", on_click=place_at, args=(key, ""))
        st.button("The other way", key=f"back_{key}", on_click=choose, args=(key, "back"))
        at = tuple(int(part) for part in of.at.split(",")) if of.at else None
        grids(
            key,
            shown(of.layer, tuple(of.written.items()), is_dark()).message(at=at, fresh=of.fresh, seen_edit=of.seen),
            on_edit=lambda key=key: take_edits(key),
            on_at=lambda key=key: take_place(key),
        )
        st.text(f"{key}: {len(of.written)} written, at {of.at or 'nothing'}")

two_maps.draw()
two_markings.draw()
two_stages.draw()
two_tiles.draw()

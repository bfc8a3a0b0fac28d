"""Two sets of tiles on one page, each with a kernel and buttons of its own. A part of the page two_of_each."""

from dataclasses import dataclass, field
from functools import partial

import streamlit as st
import torch

from convlab.ui.components.tiles import Row, Tile, tiles


@dataclass
class Tiles:
    """What a visitor did with one set of tiles."""

    side: int
    written: dict[tuple[int, int], str] = field(default_factory=dict)
    chosen: str = "a"
    place: tuple[int, int] = (0, 0)
    seen: int = 0

    def rows(self):
        image = torch.linspace(0, 1, 6 * self.side).reshape(6, self.side)
        kernel = torch.zeros(2, 2)
        for place, value in self.written.items():
            kernel[place] = float(value)
        first = [
            Tile(image, "Picture", kind="picture", place="p", mark=(*self.place, 1, 1)),
            Tile(kernel, "Kernel", word="∗", cells=True, edits="weight"),
            Tile(-image, "Map", word="=", under=Tile(image[:3], "Half")),
        ]
        small = [Tile(image, key.upper(), alt=f"Choose {key}", key=key, pressed=key == self.chosen) for key in "ab"]
        return [Row(first), Row(small, "Small", "each")]

    def choose(self, key):
        self.chosen = st.session_state[key]["choose"]

    def pick(self, key):
        sent = st.session_state[key]["place"]
        assert sent["key"] == "p"
        self.place = sent["row"], sent["column"]

    def edit(self, key):
        for sent in st.session_state[key]["edit"]:
            if sent["number"] > self.seen:
                self.seen = sent["number"]
                self.written[sent["row"], sent["column"]] = sent["value"]


def draw():
    """Both of them."""
    sets = st.session_state.setdefault("sets of tiles", {"left": Tiles(5), "right": Tiles(9)})
    for key, of in sets.items():
        with st.container(key=f"tiles_{key}"):
            tiles(
                key,
                of.rows(),
                seen_edit=of.seen,
                on_choose=partial(of.choose, key),
                on_edit=partial(of.edit, key),
                on_place=partial(of.pick, key),
            )
            st.text(f"{key}: {of.chosen}, {len(of.written)} written, at {of.place}")

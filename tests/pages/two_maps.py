"""Two rows of maps on one page, each with a slider, kernels and cards of its own. A part of the page two_of_each."""

from dataclasses import dataclass, field

import streamlit as st
import torch
from torch import Tensor

from convlab import SAMPLES, kernels, load_image
from convlab.layers import Conv2d, MaxPool2d, ReLU
from convlab.network import Step, trace
from convlab.ui.components.component import is_dark
from convlab.ui.components.maps import maps
from convlab.ui.components.maps.kernels import Kernels
from convlab.ui.components.maps.view import Panel, Section, in_sections, maps_view

CHANNELS = ("red", "green", "blue")


@dataclass
class Row:
    """What a visitor has of one row of maps."""

    name: str
    setting: str
    picture: str
    weight: Tensor
    pooled: bool
    pinned: tuple[int, ...] | None = None
    chosen: int = 0
    ask: dict = field(default_factory=dict)
    seen_edit: int = 0

    @property
    def slider(self):
        return f"{self.name} {self.setting}"

    def sent(self, event):
        return st.session_state[self.name].get(event)

    def asks(self):
        self.ask = self.sent("ask")

    def points(self):
        sent = self.sent("pin")
        self.pinned = tuple(map(int, sent["pixel"].split(","))) if sent["pixel"] else None
        self.chosen = int(sent["chosen"] or 0)

    def edits(self):
        for edit in self.sent("edit"):
            if edit["number"] > self.seen_edit:
                self.seen_edit = edit["number"]
                channel = slice(None) if edit["channel"] < 0 else edit["channel"]
                self.weight[edit["kernel"], channel, edit["row"], edit["column"]] = float(edit["value"])

    def steps(self, value):
        conv = Conv2d(3, len(self.weight), self.weight.shape[-2:], bias=False, **{self.setting: value})
        return [Step(conv, self.weight), Step(ReLU()), *([Step(MaxPool2d(2))] if self.pooled else [])]


@st.fragment
def show(row):
    value = st.slider(row.slider, 1, 4, 1, key=row.slider)
    ask, row.ask = row.ask, {}
    image = load_image(SAMPLES[row.picture].path, max_side=64)
    stages = trace(row.steps(ask.get("value", value)), image)
    sections = [
        Section(row.name, group, Kernels(row.weight, CHANNELS), True, row.chosen) for group in in_sections(stages)
    ]
    panel = Panel(image, row.picture, SAMPLES[row.picture].alt, sections)
    message = maps_view([panel], dark=is_dark()).message(
        pinned=row.pinned,
        base=f"{value} {row.pinned} {row.chosen} {row.seen_edit}",
        sliders={row.slider: value},
        ask=ask or None,
        seen_edit=row.seen_edit,
        told=f"{','.join(map(str, row.pinned or ()))}|{row.chosen or ''}",
    )
    maps(row.name, message, on_ask=row.asks, on_edit=row.edits, on_pin=row.points)


def draw():
    """Both of them."""
    if "rows of maps" not in st.session_state:
        st.session_state["rows of maps"] = [
            Row("upper", "stride", "panda", kernels.gradients(3, 3).clone(), pooled=False),
            Row("lower", "dilation", "cat", torch.ones(2, 3, 1, 1), pooled=True),
        ]
    for row in st.session_state["rows of maps"]:
        with st.container(key=f"place of {row.name}"):
            show(row)

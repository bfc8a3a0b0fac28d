"""Two tables of layers on one page, one of which can be edited. A part of the page two_of_each."""

from dataclasses import dataclass, field
from functools import partial

import streamlit as st

from convlab.ui.components.stages import Line, stages


@dataclass
class Table:
    """What a visitor did with one table."""

    names: list[str] = field(default_factory=lambda: ["conv 5×5", "ReLU", "max pool 2×2"])
    chosen: str = "1"
    seen: int = 0

    def lines(self):
        picture = Line("0", "Picture", "", "3×20×20", key="0", pressed=self.chosen == "0", field="1×1", step="1")
        return [picture, *(self.line(number, name) for number, name in enumerate(self.names, 1))]

    def line(self, number, name):
        share = (0.995, 0.0, 0.005)[number % 3]
        key = str(number)
        first = Line(key, name, "stride 2", "4×10×10", 304, 121_600, share, "5×5", "2", key, key == self.chosen)
        broken = Line(key, name, key=key, pressed=key == self.chosen, note="It does not fit.", mend="Set Stride to 1")
        return broken if name == "ReLU" and number == len(self.names) else first

    def choose(self, key):
        self.chosen = st.session_state[key]["choose"]

    def edit(self, key):
        for sent in st.session_state[key]["edit"]:
            if sent["number"] <= self.seen:
                continue
            self.seen, at = sent["number"], int(self.chosen)
            if sent["act"] == "choose":
                self.chosen = sent["key"]
            if sent["act"] == "add":
                self.names.insert(at, sent["kind"])
            if sent["act"] == "remove":
                del self.names[at - 1]
            if sent["act"] == "mend":
                self.names[-1] = "mended"
            if sent["act"] in ("up", "down"):
                other = at + (1 if sent["act"] == "down" else -1)
                self.names[at - 1], self.names[other - 1] = self.names[other - 1], self.names[at - 1]
                self.chosen = str(other)


def draw():
    """Both of them."""
    tables = st.session_state.setdefault("tables", {"first": Table(), "second": Table(["conv 3×3", "ReLU"])})
    for key, of in tables.items():
        with st.container(key=f"stages_{key}"):
            stages(
                key,
                of.lines(),
                total=Line(title="All layers", parameters=912, macs=364_800),
                editable=key == "first",
                adds={"Conv2d": "Convolution", "ReLU": "ReLU"},
                seen_edit=of.seen,
                on_choose=partial(of.choose, key),
                on_edit=partial(of.edit, key),
            )
            st.text(f"{key}: {of.chosen} of {', '.join(of.names)}")

"""The step page, put together: the grids, what is above, below and beside them."""

from dataclasses import replace
from typing import Any

import streamlit as st

from convlab.ui import session
from convlab.ui.address import from_query
from convlab.ui.components.component import is_dark
from convlab.ui.components.grids import grids
from convlab.ui.controls import Controls
from convlab.ui.edits import take_edits
from convlab.ui.heading import heading as headline
from convlab.ui.page_run import Onward
from convlab.ui.session import Visit
from convlab.ui.steps import animation, examples, show
from convlab.ui.steps.settings import StepSettings, check
from convlab.ui.steps.sidebar import AT_HAND, sidebar

__all__ = ["AT_HAND", "below", "check", "heading", "sidebar", "view", "warm"]

_KEY = "grid"


def warm() -> None:
    """Make what a first visitor sees."""
    show.shown(StepSettings(), False)


def heading(controls: Controls[StepSettings], good: StepSettings) -> None:
    """Title, the layer, its shapes and its size formula."""
    headline(controls, "Step by step", "Where every number comes from: point at a cell, or step with the arrow keys.")
    source, chain, formulas = show.facts(good)
    axes = ("rows and columns",) if len(formulas) == 1 else ("rows", "columns")
    sizes = " · ".join(f"{axis} {formula}" for axis, formula in zip(axes, formulas, strict=True))
    st.markdown(f"**{chain}** &ensp; `{source}` &ensp; :small[{sizes}]")


def view(visit: Visit[StepSettings], good: StepSettings, onward: Onward) -> None:
    """The grids."""
    shown = show.shown(good.without_place(), is_dark())
    grids(
        _KEY,
        shown.message(
            at=show.place_of(good),
            fresh=visit.fresh,
            view=show.view_of(good),
            note=visit.take_note(),
            edited=visit.asked.by_hand,
            seen_edit=visit.seen_edit,
        ),
        on_edit=lambda: take_edits(visit, session.sent(_KEY, "edit"), _write),
        on_at=lambda: _place(visit, session.sent(_KEY, "at")),
        on_view=lambda: _look(visit, session.sent(_KEY, "view")),
    )


def below(visit: Visit[StepSettings], good: StepSettings) -> None:
    """An animation to keep, and the examples."""
    animation.animation(visit, good)
    examples.links()


def _write(settings: StepSettings, sent: dict[str, Any]) -> StepSettings:
    """The settings with a cell of the input or of a kernel that was written, or without any."""
    if sent.get("undo"):
        return settings.without_cells()
    channel, row, column, text = sent["channel"], sent["row"], sent["column"], str(sent["value"])
    if sent["what"] == "input":
        return settings.with_input(settings.kind("cells").edit(0, channel, row, column, text))
    if settings.flip:  # the kernel is shown as it slides, turned
        row, column = (side - 1 - place for side, place in zip(settings.kernel_size, (row, column), strict=True))
    return settings.with_cell(settings.kind("edits").edit(sent["kernel"], channel, row, column, text))


def _place(visit: Visit[StepSettings], sent: Any) -> None:
    """A number was pinned, or let go."""
    if not isinstance(sent, dict) or sent.get("fresh") != visit.fresh or not isinstance(sent.get("at"), str):
        return  # the page began anew meanwhile
    settings, bad = from_query({"at": sent["at"]}, StepSettings)
    if not bad:
        visit.show(replace(visit.asked, at=settings.at))


def _look(visit: Visit[StepSettings], sent: Any) -> None:
    """Another view was chosen."""
    if sent == "" or (isinstance(sent, str) and not from_query({"view": sent}, StepSettings)[1]):
        visit.show(replace(visit.asked, view=sent))

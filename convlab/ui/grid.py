"""The grid component of the step page: it shows every number, and listens for the ones that a visitor writes."""

from pathlib import Path
from typing import Any

import streamlit as st

from convlab.ui import controls
from convlab.ui.board import board_data
from convlab.ui.components.component import packed
from convlab.ui.settings import edit, to_address, with_edit
from convlab.ui.steps import StepSettings, input_edit

_HERE = Path(__file__).parent
_SCRIPTS = ("dom.js", "grid_light.js", "grid_matrix.js", "grid_steps.js", "grid.js")
_component = st.components.v2.component(
    "convlab.grid",
    html="<div class='steps'></div>",
    css="".join((_HERE / name).read_text(encoding="utf-8") for name in ("products.css", "grid.css")),
    js="".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


def grid(good: StepSettings, asked: StepSettings) -> None:
    """Show the grids for settings that work.

    Parameters
    ----------
    good : StepSettings
        Settings that work, shown where the others do not.
    asked : StepSettings
        What the visitor set; the address says it.
    """
    header, numbers = board_data(good, st.context.theme.type == "dark")
    extra: dict[str, Any] = {
        "edited": bool(asked.cells or asked.edits),
        "address": to_address(asked),
        "seen_edit": controls.seen_edit(),
        "fresh": st.session_state.get("fresh", 0),
        "note": st.session_state.pop("_note", ""),
    }
    _component(
        data=packed({**header, **extra}, numbers), key="grid", on_edit_change=_on_edit, on_again_change=_on_again
    )


def _on_again() -> None:
    """The page turned dark or light: the coming run is all that is needed."""


def _on_edit() -> None:
    """Cells of the input or of a kernel were written."""
    controls.take_edits(StepSettings, st.session_state["grid"].get("edit"), _write)


def _write(sent: Any) -> None:
    """One of them."""
    settings: StepSettings = controls.current()
    if sent.get("undo"):
        controls.show(cells=(), edits=())
        return
    channel, row, column, value = (sent[name] for name in ("channel", "row", "column", "value"))
    if sent["what"] == "input":
        controls.show(input_edit(settings, channel, row, column, str(value)))
        return
    if settings.flip:  # the kernel is shown as it slides, turned
        row, column = (side - 1 - place for side, place in zip(settings.kernel_size, (row, column), strict=True))
    controls.show(with_edit(settings, edit(sent["kernel"], channel, row, column, str(value))))

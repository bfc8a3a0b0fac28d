"""The grid component of the step page: it shows every number, and listens for the ones that a visitor writes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.ui import controls
from convlab.ui.board import board_data
from convlab.ui.panel import packed
from convlab.ui.settings import edit, to_address, with_edit
from convlab.ui.steps import StepSettings, input_edit

_HERE = Path(__file__).parent
_component = st.components.v2.component(
    "convlab.grid",
    html="<div class='steps'></div>",
    css="".join((_HERE / name).read_text(encoding="utf-8") for name in ("products.css", "grid.css")),
    js="".join((_HERE / name).read_text(encoding="utf-8") for name in ("dom.js", "grid.js")),
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
    header, numbers = board_data(replace(good, at=""), st.context.theme.type == "dark")
    extra: dict[str, Any] = {
        "address": to_address(replace(asked, at="")),
        "at": asked.at,
        "note": st.session_state.pop("_note", ""),
    }
    _component(
        data=packed({**header, **extra}, numbers), key="grid", on_edit_change=_on_edit, on_again_change=_on_again
    )


def _on_again() -> None:
    """The page turned dark or light: the coming run is all that is needed."""


def _on_edit() -> None:
    """A cell of the input or of a kernel was written."""
    sent = st.session_state["grid"].get("edit")
    settings: StepSettings = controls.current()
    try:
        channel, row, column, value = (sent[name] for name in ("channel", "row", "column", "value"))
        if sent["what"] == "input":
            controls.show(input_edit(settings, channel, row, column, str(value)))
            return
        if settings.flip:  # the kernel is shown as it slides, turned
            row, column = (side - 1 - place for side, place in zip(settings.kernel_size, (row, column), strict=True))
        controls.show(with_edit(settings, edit(sent["kernel"], channel, row, column, str(value))))
    except ConvLabError as error:
        st.session_state["_note"] = str(error)
    except (TypeError, KeyError, ValueError):
        st.session_state["_note"] = "That is no cell that can be written. Choose one of the input or of the kernel."

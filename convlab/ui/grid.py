"""The grids of the step page: what they are told, and what becomes of what they send."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from convlab.ui import controls
from convlab.ui.components.component import is_dark, packed
from convlab.ui.components.grids import grids
from convlab.ui.settings import edit, from_query, to_address, with_edit
from convlab.ui.steps import StepSettings, input_edit, shown

_address = st.components.v2.component(
    "convlab.address",
    html="<div class='address'></div>",
    js=(Path(__file__).parent / "dom.js").read_text(encoding="utf-8")
    + "export default ({ data }) => keepAddress(unpack(data).header.address);",
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
    message = shown(replace(good, at=""), is_dark()).message(
        at=_place_of(asked.at),
        fresh=st.session_state.get("fresh", 0),
        note=st.session_state.pop("_note", ""),
        edited=bool(asked.cells or asked.edits),
        seen_edit=controls.seen_edit(),
    )
    grids("grid", message, on_edit=_on_edit, on_at=_on_at)
    _address(data=packed({"address": to_address(asked)}, b""), key="address")


def _place_of(text: str) -> tuple[int, int, int] | None:
    """The pinned place, where there is one."""
    if not text:
        return None
    channel, row, column = (int(part) for part in text.split(","))
    return channel, row, column


def _sent(name: str) -> Any:
    """What the grids sent; their last word may come when their page was left."""
    return st.session_state.get("grid", {}).get(name)


def _on_at() -> None:
    """Another number was pinned, or none."""
    sent = str(_sent("at"))
    settings, bad = from_query({"at": sent} if sent else {}, StepSettings)
    if not bad and controls.on(StepSettings):
        controls.show(at=settings.at)


def _on_edit() -> None:
    """Cells of the input or of a kernel were written."""
    controls.take_edits(StepSettings, _sent("edit"), _write)


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

"""The stage: one component that shows the picture, the kernels and every map, and listens."""

import base64
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.ui import controls, pictures
from convlab.ui.panel import Picture, mark_of, packed, stage_data
from convlab.ui.pixel import cards
from convlab.ui.settings import Settings, check, edit, from_query, refusal_of, to_address, with_edit

_HERE = Path(__file__).parent
_MOST_KEPT = 3_000_000  # characters; a picture of 512×512 takes about a third of that
_component = st.components.v2.component(
    "convlab.stage",
    html="<div class='stage'></div>",
    css="".join((_HERE / name).read_text(encoding="utf-8") for name in ("products.css", "stage.css")),
    js="".join((_HERE / name).read_text(encoding="utf-8") for name in ("dom.js", "pixel.js", "stage.js")),
)


@st.fragment
def stage(picture: Picture, good: Settings, asked: Settings) -> None:
    """Show some settings' maps; answer the script's questions what a sidebar slider's other values would show.

    A fragment: the answer to such a question runs this function alone.

    Parameters
    ----------
    picture : Picture
        What the layers read.
    good : Settings
        Settings that work, shown where the others do not.
    asked : Settings
        What the visitor set; the address says it.
    """
    state = st.session_state
    if controls.current() != asked or state.pop("_whole_page", False):
        st.rerun()  # something else changed too: an edit, or a slider in the same message as a question
    ask, note = state.pop("_ask", None), state.pop("_note", "")
    shown = controls.changed(asked, **ask) if ask else good
    dark = st.context.theme.type == "dark"
    try:
        header, pixels = stage_data(picture, replace(shown, pixel=""), dark)
    except ConvLabError as error:
        refusal = refusal_of(shown, partial(check, full_size=picture.size))
        note = str(refusal.error if refusal else error)
        shown = good
        header, pixels = stage_data(picture, replace(shown, pixel=""), dark)
    kept, png = (None, b"") if ask else pictures.to_keep(asked)  # an answer may be overtaken and never be shown
    extra: dict[str, Any] = {
        "mark": header["mark"] + shown.pixel,
        "pixel": cards(picture, shown),
        "path": shown.pixel,
        "keep": {**kept, "png": len(pixels)} if kept else None,
        "want": pictures.wanted(asked),
        "forget": pictures.forgotten(asked),
        "base": mark_of(picture, asked, dark),
        "ask": ask,
        "note": note or header["note"],
        "seen_edit": controls.seen_edit(),
        "address": to_address(asked),
        "sliders": controls.slider_values(asked),
    }
    _component(
        data=packed({**header, **extra}, pixels + png),
        key="stage",
        on_ask_change=_on_ask,
        on_edit_change=_on_edit,
        on_picture_change=_on_picture,
        on_pixel_change=_on_pixel,
        on_again_change=_on_again,
    )


def _event(name: str) -> Any:
    """What the component sent with an event."""
    return st.session_state["stage"].get(name)


def _on_again() -> None:
    """The page turned dark or light, or a state was lost on the way: the coming run is all that is needed."""


def _on_ask() -> None:
    """The script asks what a slider's value would show: remember it, for the coming run alone."""
    sent = _event("ask")
    if isinstance(sent, dict) and sent.get("key") in controls.SLIDERS and type(sent.get("value")) is int:
        st.session_state["_ask"] = {"key": sent["key"], "value": sent["value"]}


def _on_edit() -> None:
    """Kernel cells were written, or all hand-set cells are to be forgotten."""
    controls.take_edits(Settings, _event("edit"), _write)


def _write(sent: Any) -> None:
    """One of them."""
    if sent.get("undo"):
        controls.show(edits=())
        return
    new = edit(sent["kernel"], sent["channel"], sent["row"], sent["column"], str(sent["value"]))
    controls.show(edits=with_edit(controls.current(), new).edits)


def _on_pixel() -> None:
    """A number of a map is to be taken apart, or no longer."""
    settings, bad = from_query({"pixel": str(_event("pixel"))} if _event("pixel") else {}, Settings)
    if not bad and controls.on(Settings):
        controls.show(pixel=settings.pixel)


def _on_picture() -> None:
    """The browser kept the own picture that the page asks for over a reload, and brings it back."""
    sent, kind = _event("picture"), pictures.wanted(controls.current())
    if not kind or len(str(sent)) > _MOST_KEPT:
        return
    try:
        data = base64.b64decode(sent["data"], validate=True)
        if sent["kind"] != kind:
            return
    except (TypeError, KeyError, ValueError):
        return
    pictures.accept(kind, data, str(sent.get("name", ""))[:40])
    st.session_state["_whole_page"] = True

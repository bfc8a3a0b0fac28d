"""The playground's maps on the page: what they show, and what is done with what they send."""

import base64
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.ui import controls, pictures
from convlab.ui.components.component import is_dark, packed
from convlab.ui.components.maps import maps
from convlab.ui.playground.show import Picture, cards_of, name_of, shown
from convlab.ui.settings import Settings, check, edit, from_query, refusal_of, to_address, with_edit

_MOST_KEPT = 3_000_000  # characters; a picture of 512×512 takes about a third of that
_tab = st.components.v2.component("convlab.tab", js=Path(__file__).with_name("tab.js").read_text(encoding="utf-8"))


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
    settings = controls.changed(asked, **ask) if ask else good
    dark = is_dark()
    try:
        drawn, word = shown(picture, settings, dark)
    except ConvLabError as error:
        refusal = refusal_of(settings, partial(check, full_size=picture.size))
        note = str(refusal.error if refusal else error)
        settings = good
        drawn, word = shown(picture, settings, dark)
    message = drawn.message(
        cards=cards_of(picture, settings),
        path=settings.pixel,
        note=note or word,
        base=name_of(picture, asked, dark),
        sliders=controls.slider_values(asked),
        ask=ask,
        seen_edit=controls.seen_edit(),
    )
    maps("maps", message, on_ask=_on_ask, on_edit=_on_edit, on_pixel=_on_pixel, on_again=_on_again)
    kept, png = (None, b"") if ask else pictures.to_keep(asked)  # an answer may be overtaken and never be shown
    tab = {
        "keep": kept,
        "want": pictures.wanted(asked),
        "forget": pictures.forgotten(asked),
        "address": to_address(asked),
    }
    _tab(data=packed(tab, png), key="tab", on_picture_change=_on_picture)


def _event(name: str) -> Any:
    """What the component sent with an event."""
    return st.session_state["maps"].get(name)


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
    sent, kind = st.session_state["tab"].get("picture"), pictures.wanted(controls.current())
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

"""The playground, put together: picture, kernels and maps, live; what is above, below and beside them."""

from dataclasses import replace
from typing import Any

import streamlit as st

from convlab.ui import own_pictures, session
from convlab.ui.address import from_query
from convlab.ui.components.component import is_dark
from convlab.ui.components.maps import maps
from convlab.ui.components.maps.message import Link
from convlab.ui.controls import Controls, changed, slider_named, slider_values
from convlab.ui.edits import take_edits
from convlab.ui.heading import heading as headline
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.page_run import Onward, file_of
from convlab.ui.pictures import sample_picture
from convlab.ui.playground import downloads, show
from convlab.ui.playground import settings as rules
from convlab.ui.playground.settings import PlaygroundSettings, pin_of
from convlab.ui.playground.sidebar import AT_HAND, sidebar
from convlab.ui.session import Visit
from convlab.ui.way_out import in_words, refusal_of

__all__ = ["AT_HAND", "below", "check", "heading", "sidebar", "view", "warm"]

_KEY = "maps"
_RELU = "ReLU then turns the negatives into 0."
_FIRST = "A kernel slides over the picture, multiplies and adds up."
_SENTENCES = {
    False: f"A kernel slides over the picture. At each place it multiplies, adds up and writes one number. {_RELU}",
    True: f"Each number of the picture stamps the kernel, times itself; where stamps overlap, they add up. {_RELU}",
}
_PlaygroundVisit = Visit[PlaygroundSettings]


def check(settings: PlaygroundSettings) -> None:
    """Refuse settings that do not fit the picture that they name, or would take too long."""
    rules.check(settings, own_pictures.current(settings.picture).size)


def warm() -> None:
    """Make what a first visitor sees."""
    show.shown(sample_picture("panda"), PlaygroundSettings(), False)


def heading(controls: Controls[PlaygroundSettings], good: PlaygroundSettings) -> None:
    """Title; pin and downloads."""

    def actions() -> None:
        """Keep these settings as A; what you change next stands beside it."""
        visit = controls.visit
        if good.pinned:
            controls.button("Stop comparing", "unpin", lambda: _pin(visit, ""), ":material/close:")
        else:
            about = "Keep these settings as A; what you change next stands beside it as B."
            controls.button("Compare", "pin", lambda: _pin(visit, pin_of(good)), ":material/compare:", about)
        downloads.popover(own_pictures.current(good.picture), good)

    if session.just_came(PlaygroundSettings):
        headline(controls, "ConvLab", _FIRST, actions, more=_door)
    else:
        headline(controls, "ConvLab", _SENTENCES[good.transposed], actions)


def _door() -> None:
    """Where to begin."""
    label, query = "New here? Start with lesson 1", {"lesson": "1"}
    st.page_link(file_of("lessons"), label=label, query_params=query, icon=":material/menu_book:")


def _pin(visit: _PlaygroundVisit, pinned: str) -> None:
    """Keep some settings as A, or none."""
    visit.show(replace(visit.asked, pinned=pinned))


def below(visit: _PlaygroundVisit, good: PlaygroundSettings) -> None:
    """The program that makes exactly this."""
    downloads.code(own_pictures.current(good.picture), good)


def view(visit: _PlaygroundVisit, good: PlaygroundSettings, onward: Onward) -> None:
    """The maps."""
    _live(visit, visit.asked, good, onward)


@st.fragment
def _live(visit: _PlaygroundVisit, asked: PlaygroundSettings, good: PlaygroundSettings, onward: Onward) -> None:
    """Some settings' maps; answers the script's questions what a sidebar slider's other values would show.

    A fragment: the answer to such a question runs this function alone.
    """
    if visit.asked != asked or visit.whole_page:
        st.rerun()  # something else changed too: an edit, or a slider in the same message as a question
    picture = own_pictures.current(asked.picture)
    question, visit.question = visit.question, None
    note = visit.take_note()
    shown = _answer(asked, question) if question else good
    refusal = refusal_of(shown, check)
    if refusal and question:
        note, shown = in_words(refusal.error, PlaygroundSettings), good
    dark = is_dark()
    asks = question is not None and shown != good
    made = show.preview(picture, shown, dark, visit.known) if asks else show.shown(picture, shown, dark)
    maps(
        _KEY,
        made.shown.message(
            known=visit.known,
            pinned=shown.place,
            link=_link(onward, shown, made),
            note=note or made.note,
            base=show.name_of(picture, asked, dark),
            sliders=slider_values(asked, ""),
            ask={"key": question[0], "value": question[1]} if question else None,
            seen_edit=visit.seen_edit,
            told=f"{asked.pixel}|{asked.chosen}",
            fresh=visit.fresh,
        ),
        on_ask=lambda: _ask(visit, session.sent(_KEY, "ask")),
        on_edit=lambda: take_edits(visit, session.sent(_KEY, "edit"), _write),
        on_pin=lambda: _point(visit, session.sent(_KEY, "pin")),
        on_lack=lambda: _lack(visit, session.sent(_KEY, "lack")),
    )


def _link(onward: Onward, shown: PlaygroundSettings, made: show.Made) -> Link | None:
    """Where the pinned number, or the telling one, can be seen step by step: one of the first layer, before ReLU."""
    stage, *place = made.shown.within(shown.place) or made.shown.telling
    address = onward(shown, made.image, place) if stage == 0 else ""
    return {"words": "Open in Step by step", "address": address} if address else None


def _answer(asked: PlaygroundSettings, question: tuple[str, Any]) -> PlaygroundSettings:
    """What a slider's other value would make of the settings."""
    name, axis = slider_named(PlaygroundSettings, "", question[0]) or ("", "")
    return changed(asked, name, question[1], axis) if name else asked


def _ask(visit: _PlaygroundVisit, sent: Any) -> None:
    """The script asks what a slider's value would show: remember it, for the coming run alone."""
    if isinstance(sent, dict) and type(sent.get("value")) is int:
        key = sent.get("key")
        if isinstance(key, str) and slider_named(PlaygroundSettings, "", key):
            visit.question = key, sent["value"]


def _write(settings: PlaygroundSettings, sent: dict[str, Any]) -> PlaygroundSettings:
    """The settings with a kernel cell that was written, or without any."""
    if sent.get("undo"):
        return settings.without_cells()
    place = (sent["kernel"], sent["channel"], sent["row"], sent["column"])
    return settings.with_cell(LayerSettings.kind("edits").edit(*place, str(sent["value"])))


def _point(visit: _PlaygroundVisit, sent: Any) -> None:
    """A number of a map was pinned, or let go; a map was chosen."""
    names = ("pixel", "chosen")
    if not isinstance(sent, dict) or sent.get("fresh") != visit.fresh:
        return  # the page began anew meanwhile
    if not all(isinstance(sent.get(name), str) for name in names):
        return
    settings, bad = from_query({name: sent[name] for name in names}, PlaygroundSettings)
    if not bad:
        visit.show(replace(visit.asked, pixel=settings.pixel, chosen=settings.chosen))


def _lack(visit: _PlaygroundVisit, sent: Any) -> None:
    """The browser does not have what it was taken to have: it is sent again."""
    visit.known.forget([name for name in sent if isinstance(name, str)] if isinstance(sent, list) else [])

"""The visitor's own picture: uploaded or taken, kept in memory for this visit alone."""

from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.images import open_guarded
from convlab.rendering import picture_png
from convlab.ui.panel import Picture, picture_of, sample_picture
from convlab.ui.settings import OWN_PICTURES, Settings

LEAST_SIDE = 8
_PRIVATE = (
    "Your picture stays in the server's memory for this visit and is never written to its disk. "
    "Your browser keeps a copy for this tab."
)


def current(settings: Settings) -> Picture:
    """The picture that the settings name; until the visitor's own one is there, the last good one."""
    state = st.session_state
    if settings.picture in OWN_PICTURES:
        picture = state.get(f"own_{settings.picture}") or state.get("last_picture") or sample_picture("panda")
    else:
        picture = state["last_sample"] = sample_picture(settings.picture)
    state["last_picture"] = picture
    return picture


def uploader() -> None:
    """Choose a file; what is wrong with it stands right below."""
    key = _key("upload", "upload_file")
    st.file_uploader("Your picture", key=key, on_change=_take, args=("upload", key))
    _say("upload")


def camera() -> None:
    """Take a photo."""
    key = _key("camera", "camera_photo")
    st.camera_input("Your photo", key=key, on_change=_take, args=("camera", key))
    _say("camera")


def _key(kind: str, key: str) -> str:
    """The widget's key; after a picture was forgotten another one, for an empty widget."""
    times = st.session_state.get(f"emptied_{kind}", 0)
    return f"{key}_{times}" if times else key


def _take(kind: str, key: str) -> None:
    """Read a new file once, when it comes.

    The widget is also empty for a moment whenever one file takes another's place: the last good picture stays.
    """
    file: Any = st.session_state.get(key)
    st.session_state.pop(f"error_{kind}", None)
    if file is not None:
        accept(kind, file.getvalue(), file.name[:40] if kind == "upload" else "Your photo")


def _forget(kind: str) -> None:
    """Drop an own picture: the last sample shows, and the browser is told to drop its copy."""
    state = st.session_state
    state[f"emptied_{kind}"] = state.get(f"emptied_{kind}", 0) + 1
    state.pop(f"own_{kind}", None)
    if state.get("keep") == kind:
        del state["keep"]
    state["last_picture"] = state.get("last_sample")
    state[f"forgotten_{kind}"] = True


def accept(kind: str, data: bytes, name: str) -> None:
    """Make a file the visitor's own picture; a bad one gets a sentence and leaves the last good picture in place."""
    state = st.session_state
    try:
        pixels = open_guarded(data)
        if min(pixels.size) < LEAST_SIDE:
            numbers = f"this one is {pixels.height}×{pixels.width}"
            rule, advice = f"must be at least {LEAST_SIDE}×{LEAST_SIDE}", "Choose a larger one."
            raise ConvLabError("picture", pixels.size, rule, numbers=numbers, advice=advice)
    except ConvLabError as error:
        state[f"error_{kind}"] = str(error)
        return
    state[f"own_{kind}"] = picture_of(pixels, name, f"Your own picture, {name}.", "picture.png", own=True)
    state["keep"] = kind
    state.pop(f"forgotten_{kind}", None)


def to_keep(settings: Settings) -> tuple[dict[str, str] | None, bytes]:
    """A new own picture for the visitor's browser to keep over a reload: what it is, and its PNG."""
    kind = st.session_state.pop("keep", None)
    if kind is None or kind != settings.picture:
        return None, b""
    picture = st.session_state[f"own_{kind}"]
    return {"kind": kind, "name": picture.title}, picture_png(picture.pixels)


def forgotten(settings: Settings) -> str:
    """The own picture that the settings name and the visitor took away: the browser is to drop its copy."""
    return settings.picture if st.session_state.get(f"forgotten_{settings.picture}") else ""


def wanted(settings: Settings) -> str:
    """The own picture that the settings name and this visit does not have: the browser may have kept it."""
    missing = settings.picture in OWN_PICTURES and f"own_{settings.picture}" not in st.session_state
    return settings.picture if missing and not forgotten(settings) else ""


def _say(kind: str) -> None:
    """What is wrong with the file, or what is done with it."""
    if error := st.session_state.get(f"error_{kind}"):
        st.error(error)
    st.markdown(f":small[{_PRIVATE}]")
    if f"own_{kind}" in st.session_state:
        st.button("Forget this picture", key=f"forget_{kind}", on_click=_forget, args=(kind,))

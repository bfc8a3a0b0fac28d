"""The visitor's own picture: uploaded or taken, kept in memory for this visit alone."""

import base64
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from convlab.errors import ConvLabError
from convlab.images import open_guarded
from convlab.rendering import picture_png
from convlab.ui import session
from convlab.ui.components.tab import KeptPicture
from convlab.ui.pictures import OWN_PICTURES, Picture, picture_of, sample_picture
from convlab.ui.way_out import in_words

LEAST_SIDE = 8
_MOST_KEPT = 3_000_000  # characters; a picture of 512×512 takes about a third of that
_PRIVATE = (
    "Your picture stays in the server's memory for this visit and is never written to its disk. "
    "Your browser keeps a copy for this tab."
)


def current(name: str) -> Picture:
    """The picture that a setting names; until the visitor's own one is there, the last good one."""
    visitor = session.visitor()
    if name in OWN_PICTURES:
        picture: Picture = session.own(name).picture or visitor.last_picture or sample_picture("panda")
    else:
        picture = visitor.last_sample = sample_picture(name)
    visitor.last_picture = picture
    return picture


def chooser(source: str) -> None:
    """The uploader or the camera; what is wrong with a file stands right below."""
    key = _key(source)
    if source == "upload":
        st.file_uploader("Your picture", key=key, on_change=_take, args=(source, key))
    else:
        st.camera_input("Your photo", key=key, on_change=_take, args=(source, key))
    _say(source)


def _key(source: str) -> str:
    """The widget's key; after a picture was forgotten another one, for an empty widget."""
    key, times = {"upload": "upload_file", "camera": "camera_photo"}[source], session.own(source).emptied
    return f"{key}_{times}" if times else key


def _take(source: str, key: str) -> None:
    """Read a new file once, when it comes.

    The widget is also empty for a moment whenever one file takes another's place: the last good picture stays.
    """
    file: Any = session.said(key)
    session.own(source).error = ""
    if isinstance(file, UploadedFile):  # neither empty nor gone from the server
        accept(source, file.getvalue(), file.name[:40] if source == "upload" else "Your photo")


def _forget(source: str) -> None:
    """Drop an own picture: the last sample shows, and the browser is told to drop its copy."""
    own, visitor = session.own(source), session.visitor()
    visitor.own[source] = session.OwnPicture(emptied=own.emptied + 1, forgotten=True)
    visitor.last_picture = visitor.last_sample


def accept(source: str, data: bytes, name: str) -> None:
    """Make a file the visitor's own picture; a bad one gets a sentence and leaves the last good picture in place."""
    own = session.own(source)
    try:
        pixels = open_guarded(data)
        if min(pixels.size) < LEAST_SIDE:
            numbers = f"this one is {pixels.height}×{pixels.width}"
            rule, advice = f"must be at least {LEAST_SIDE}×{LEAST_SIDE}", "Choose a larger one."
            raise ConvLabError("picture", pixels.size, rule, numbers=numbers, advice=advice)
    except ConvLabError as error:
        own.error = in_words(error)
        return
    own.picture = picture_of(pixels, name, f"Your own picture, {name}.", "picture.png", own=True)
    own.keep, own.forgotten = True, False


def to_keep(source: str) -> tuple[KeptPicture | None, bytes]:
    """A new own picture for the visitor's browser to keep over a reload: what it is, and its PNG."""
    if source not in OWN_PICTURES or not session.own(source).keep:
        return None, b""
    own = session.own(source)
    own.keep = False
    return {"kind": source, "name": own.picture.title}, picture_png(own.picture.pixels)


def forgotten(source: str) -> str:
    """The own picture that is shown and that the visitor took away: the browser is to drop its copy."""
    return source if source in OWN_PICTURES and session.own(source).forgotten else ""


def wanted(source: str) -> str:
    """The own picture that is to be shown and that this visit does not have: the browser may have kept it."""
    missing = source in OWN_PICTURES and session.own(source).picture is None
    return source if missing and not forgotten(source) else ""


def brought(source: str, sent: Any) -> None:
    """The browser kept the own picture that the page asks for, and brings it back."""
    if not source or source != wanted(source) or not isinstance(sent, dict) or sent.get("kind") != source:
        return
    text = sent.get("data")
    if not isinstance(text, str) or len(text) > _MOST_KEPT:
        return
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return
    accept(source, data, str(sent.get("name", ""))[:40])


def _say(source: str) -> None:
    """What is wrong with the file, or what is done with it."""
    own = session.own(source)
    if own.error:
        st.error(own.error)
    st.markdown(f":small[{_PRIVATE}]")
    if own.picture is not None:
        st.button("Forget this picture", key=f"forget_{source}", on_click=_forget, args=(source,))

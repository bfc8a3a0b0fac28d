"""The visitor's own picture: uploaded or taken, kept in memory for this visit alone."""

from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.images import open_image
from convlab.ui.panel import Picture, picture_of, sample_picture
from convlab.ui.settings import OWN_PICTURES, Settings

_PRIVATE = "Your picture stays in memory while you are here. It is never written to disk."
_TYPES = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif")


def current(settings: Settings) -> Picture:
    """The picture that the settings name; until the visitor's own one is there, the last good one."""
    state = st.session_state
    if settings.picture in OWN_PICTURES:
        picture = state.get(f"own_{settings.picture}") or state.get("last_picture") or sample_picture("panda")
    else:
        picture = sample_picture(settings.picture)
    state["last_picture"] = picture
    return picture


def uploader() -> None:
    """Choose a file; what is wrong with it stands right below."""
    st.file_uploader("Your picture", _TYPES, key="upload_file", on_change=_take, args=("upload", "upload_file"))
    _say("upload")


def camera() -> None:
    """Take a photo."""
    st.camera_input("Your photo", key="camera_photo", on_change=_take, args=("camera", "camera_photo"))
    _say("camera")


def _take(kind: str, key: str) -> None:
    """Read a new file once, when it comes; a bad one leaves the last good picture where it is."""
    state = st.session_state
    file: Any = state.get(key)
    state.pop(f"error_{kind}", None)
    if file is None:
        return
    try:
        pixels = open_image(file.getvalue())
    except ConvLabError as error:
        state[f"error_{kind}"] = str(error)
        return
    if min(pixels.size) < 8:
        size = f"{pixels.height}×{pixels.width}"
        state[f"error_{kind}"] = f"`picture` must be at least 8×8: this one is {size}. Choose a larger one."
        return
    name = file.name[:40] if kind == "upload" else "Your photo"
    state[f"own_{kind}"] = picture_of(pixels, name, f"Your own picture, {name}.", "picture.png")


def _say(kind: str) -> None:
    """What is wrong with the file, or what is done with it."""
    if error := st.session_state.get(f"error_{kind}"):
        st.error(error)
    st.markdown(f":small[{_PRIVATE}]")

"""There and back: picture, map, what comes back, and the error."""

from typing import Any

import streamlit as st

from convlab.back import ThereAndBack, there_and_back
from convlab.ui import own_pictures, session
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, tiles
from convlab.ui.edits import take_edits
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.pictures import Picture
from convlab.ui.session import Visit
from convlab.ui.there_and_back import show
from convlab.ui.there_and_back.settings import BackSettings, layer_of
from convlab.window import by

_KEY = "there"


def made(picture: Picture, settings: BackSettings) -> tuple[ThereAndBack, Drawn]:
    """The way there and back for settings that work, and its tiles."""
    image = show.image_of(picture, settings.max_side, settings.grey)
    layer, weight = layer_of(settings, len(image))
    way = there_and_back(layer, image, weight)
    row = [
        Tile(way.image, "Picture", show.caption_of(way.image), picture.alt, "picture"),
        Tile(
            weight[0],
            "Kernel",
            by(weight.shape[-2:]),
            "The kernel",
            cells=True,
            edits="weight",
            undo=bool(settings.edits),
            word="conv",
        ),
        Tile(way.maps[0], "Map", show.caption_of(way.maps), word="="),
        Tile(way.result, "Result", show.caption_of(way.result), kind="picture", word="transposed"),
        Tile(way.errors, "Error: result − picture", show.caption_of(way.errors), word="− picture"),
    ]
    return way, drawn([Row(row)])


def view(visit: Visit[BackSettings], good: BackSettings) -> None:
    """Draw them."""
    way, shown = made(own_pictures.current(good.picture), good)
    tiles(
        _KEY,
        shown,
        below=190,
        status=visit.take_note(),
        seen_edit=visit.seen_edit,
        on_edit=lambda: take_edits(visit, session.sent(_KEY, "edit"), _write),
    )
    st.markdown(way.lost)


def _write(settings: BackSettings, sent: dict[str, Any]) -> BackSettings:
    """The settings with a kernel cell that was written, or without any."""
    if sent.get("undo"):
        return settings.without_cells()
    place = (settings.map, sent["channel"], sent["row"], sent["column"])
    return settings.with_cell(LayerSettings.kind("edits").edit(*place, str(sent["value"])))

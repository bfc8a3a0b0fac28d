"""The row of layers: its stages, what they cost and see, their maps, and a number of them taken apart."""

import re
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from torch import Tensor

from convlab.layers import Shape
from convlab.ui import own_pictures, session
from convlab.ui.components.stages import stages
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, picked, tiles
from convlab.ui.edits import take_edits
from convlab.ui.figures import ends, exact
from convlab.ui.kept import Kept
from convlab.ui.network import editing, paste
from convlab.ui.network.apart import Place, apart
from convlab.ui.network.chosen import chosen_of
from convlab.ui.network.presets import PRESETS, preset_of
from convlab.ui.network.row import laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.strip import maps_of, number_at, plane_of, strip
from convlab.ui.network.table import lines_of, name_of, told, total_of
from convlab.ui.network.traced import Traced, traced
from convlab.ui.page_run import Onward
from convlab.ui.pictures import Picture, input_shape, once, sample_picture
from convlab.ui.session import Visit
from convlab.window import by

_TABLE, _STRIP, _MAPS, _APART = "network_table", "network_strip", "network_maps", "network_apart"
_MOST = 48  # of them that are drawn
_FEW = 24  # numbers in a row that are written
_ADDS = {name: kind.title for name, kind in editing.ADDS.items()}
NetworkVisit = Visit[NetworkSettings]


def view(visit: NetworkVisit, good: NetworkSettings, onward: Onward) -> None:
    """The table; beside it the chosen stage's maps; below, one number of them."""
    picture = own_pictures.current(good.picture)
    made = traced(picture, good)
    shown = min(chosen_of(good, len(made.stages)), len(made.stages))
    left, right = st.columns([13, 7], gap="medium")
    with left:
        _table(visit, good)
        _stages(visit, good, picture, made, shown)
        _apart(good, made, shown, onward)
    with right:
        _maps(visit, good, picture, made, shown)
    paste.below(visit, good, picture, made)


def warm() -> None:
    """Make what a first visitor sees."""
    picture, settings = sample_picture("panda"), NetworkSettings()
    made = traced(picture, settings)
    drawn_maps(picture, settings, made, len(made.stages))
    drawn_stages(picture, settings, made, len(made.stages))


def _table(visit: NetworkVisit, good: NetworkSettings) -> None:
    """The table of the row that is asked for, which may be too much work to be computed, and where the work is."""
    asked = visit.asked
    shape = input_shape(own_pictures.current(asked.picture).size, asked.max_side, asked.grey)
    row = laid(asked.layers, shape)
    stages(
        _TABLE,
        lines_of(asked, row, shape, chosen_of(asked, len(row.steps)), sees=asked == good),
        total=total_of(row),
        editable="layers" not in {*asked.left_out, *asked.locks},
        adds=_ADDS,
        status=visit.take_note(),
        seen_edit=visit.seen_edit,
        on_edit=lambda: take_edits(visit, session.sent(_TABLE, "edit"), partial(_edited, shape)),
    )
    preset = PRESETS.get(preset_of(asked.layers))
    st.markdown(f"{preset.about} {told(row)}" if preset else told(row))


def _edited(shape: Shape, settings: NetworkSettings, sent: dict[str, Any]) -> NetworkSettings:
    """The settings after one edit of the row: a line is chosen, or something is done with the chosen layer."""
    layers, act = settings.layers, sent["act"]
    if act == "choose":
        return _chosen(settings, sent["key"])
    if act == "mend":
        way_out, fault = editing.mended_row(layers, shape), laid(layers, shape).fault
        return _with_row(settings, way_out.entries, fault.index + 1) if way_out and fault else settings
    number = chosen_of(settings, len(laid(layers, shape).steps))
    if act == "add":
        new = editing.new_layer(sent["kind"], number)
        return _with_row(settings, editing.added(layers, number, new), number + 1)
    if not number:  # the picture
        return settings
    if act == "remove":
        return _with_row(settings, editing.removed(layers, number), min(number, len(layers) - 1))
    step = {"up": -1, "down": 1}[act]
    row = editing.moved(layers, number, step)
    return _with_row(settings, row, number if row == layers else number + step)


def _with_row(settings: NetworkSettings, layers: editing.Entries, at: int) -> NetworkSettings:
    """The settings with another row and another chosen layer."""
    return settings.looking_at(str(at), layers=layers)


def _chosen(settings: NetworkSettings, key: Any) -> NetworkSettings:
    """The settings with a layer chosen, by its number, or as a stage's small map sends it."""
    number = key.removeprefix("at ") if isinstance(key, str) else ""
    known = re.fullmatch("[0-9]{1,2}", number) and int(number) <= len(settings.layers)
    return settings.looking_at(number) if known else settings


def _stages(visit: NetworkVisit, good: NetworkSettings, picture: Picture, made: Traced, number: int) -> None:
    """A map of each stage."""
    if made.stages:
        shown = drawn_stages(picture, good, made, number)
        choose = lambda: visit.show(_chosen(visit.asked, session.sent(_STRIP, "choose")))  # noqa: E731
        tiles(_STRIP, shown, linked=False, on_choose=choose)


def drawn_stages(picture: Picture, settings: NetworkSettings, made: Traced, number: int) -> Drawn:
    """The same map of every stage, small; one stage is chosen."""
    what = (settings.max_side, settings.grey, settings.layers, number, settings.channel)
    return once(_DRAWN, picture, what, lambda: drawn([strip(made, number, int(settings.channel or 0))]))


def _maps(visit: NetworkVisit, good: NetworkSettings, picture: Picture, made: Traced, number: int) -> None:
    """The maps of the chosen stage."""
    if visit.asked.layers != good.layers:
        st.caption("Still the maps of the last row that could be computed.")
    tiles(
        _MAPS,
        drawn_maps(picture, good, made, number),
        below=60,
        on_choose=lambda: _take_channel(visit, session.sent(_MAPS, "choose")),
        on_place=lambda: _take_place(visit, session.sent(_MAPS, "place")),
    )


def _apart(good: NetworkSettings, made: Traced, number: int, onward: Onward) -> None:
    """The picked number, taken apart."""
    output = made.output(number)
    if output.dim() == 1 and len(output) <= _FEW:
        st.markdown(f"{len(output)} numbers: {', '.join(map(exact, output.tolist()))}.")
    place = place_of(good, output)
    if place is None:
        return
    found = apart(made, number, place)
    with st.container(key="network_number"):
        link = ""
        if number:
            link = onward(good.layers[number - 1], made.stages[number - 1], made.read_by(number)[0], place)
        st.markdown(f"{found.words} [Open in Step by step]({link})" if link else found.words)
        if found.rows:
            tiles(_APART, found.rows, linked=False)


def drawn_maps(picture: Picture, settings: NetworkSettings, made: Traced, number: int) -> Drawn:
    """The chosen map of a stage, large, and all of its maps, small."""
    row, channel, place = settings.layers[:number], settings.channel, settings.place
    what = (settings.max_side, settings.grey, row, channel, place)
    return once(_DRAWN, picture, what, lambda: _drawn_maps(picture, settings, made, number))


def _drawn_maps(picture: Picture, settings: NetworkSettings, made: Traced, number: int) -> Drawn:
    """The same, made anew."""
    output = made.output(number)
    place = place_of(settings, output)
    mark = (place.row, place.column, 1, 1) if place else None
    if not number:
        caption = f"{by(output.shape)} · 0 to 1"
        return drawn([Row([Tile(output, "Picture", caption, picture.alt, "picture", place="map", mark=mark)])])
    at, name = channel_of(settings, output), name_of(made.stages[number - 1].layer)
    if output.dim() == 1:
        caption = f"{len(output):,} · {ends(output)}"
        numbers = Tile(plane_of(output), "Numbers", caption, f"Numbers of {name}", place="map", mark=mark)
        return drawn([Row([numbers])])
    title = f"Map {at + 1} of {len(output)}" if len(output) > 1 else "Map"
    caption = f"{by(output.shape[1:])} · {ends(output[at])}"
    if len(output) > _MOST:
        caption += f" · below: {_MOST} of them"
    large = Tile(output[at], title, caption, f"{title} of {name}", place="map", mark=mark)
    return drawn([Row([large]), *([maps_of(output, at, _MOST)] if len(output) > 1 else [])])


_DRAWN: Kept[Drawn] = Kept(24_000_000, lambda shown: shown.weight)


def channel_of(settings: NetworkSettings, output: Tensor) -> int:
    """The chosen map, from 0."""
    return min(int(settings.channel or 0), len(output) - 1) if output.dim() == 3 else 0


def place_of(settings: NetworkSettings, output: Tensor) -> Place | None:
    """The number that was picked; None where there is none."""
    if not settings.place:
        return None
    place = Place(channel_of(settings, output), *map(int, settings.place.split(",")))
    return place if number_at(output, *place) else None


def _take_channel(visit: NetworkVisit, sent: Any) -> None:
    """A small map was clicked."""
    number = sent.removeprefix("channel ") if isinstance(sent, str) else ""
    if re.fullmatch("[0-9]{1,4}", number):
        visit.show(replace(visit.asked, channel=number))


def _take_place(visit: NetworkVisit, sent: Any) -> None:
    """A number of the large map was picked."""
    place = picked(sent)
    if place:
        visit.show(replace(visit.asked, place="{},{}".format(*place)))

"""Networks that others have made: torchvision's, on the chosen picture, stage by stage."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.learned import LEARNED
from convlab.real_networks import PRETRAINED, RANDOM, Guess, RealNetwork, real_network
from convlab.ui import own_pictures, session
from convlab.ui.components.stages import Line, stages
from convlab.ui.components.tiles import Row, Tile, picked, tiles
from convlab.ui.figures import ends
from convlab.ui.network.seen import Maps, Part, Seen, field_of, seen_of
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.table import in_table, line_of, name_of
from convlab.ui.network.weights import FETCHING, Way
from convlab.ui.pictures import Picture
from convlab.ui.session import Visit
from convlab.ui.turns import BusyError
from convlab.ui.way_out import in_words
from convlab.window import Pair, by

ASK = 0.5  # seconds between two questions how far the weights are
_KEY, _TABLE = "network_real", "network_real_table"
_SMALL = 56  # rows and columns of a small map, at most
_MEGABYTE = 1_000_000
_NO_CLASSES = "The layers are the real ones, but nothing was learnt: there are no classes to name."


def view(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """The chosen stage's maps, the classes, all stages, and the first kernels."""
    picture, real = own_pictures.current(good.picture), real_network(good.network)
    try:
        with st.spinner(f"{real.title} reads the picture …"):
            seen, way = _read(picture, good.network)
    except BusyError as error:
        st.warning(in_words(error))
        return
    number = _number_of(seen, good.at)
    left, right = st.columns([5, 3], gap="medium")
    with left:
        _stages(visit, good.network, seen, number, way)
        _maps(visit, good, seen, number, picture.alt)
    with right:
        _whence(good.network, real, seen, way)
        if way.state == "here":
            _classes(seen.guesses)
        _first_kernels(seen, way)
    _table(visit, seen, number)


def _read(picture: Picture, network: str) -> tuple[Seen, Way]:
    """What the network makes of the picture, and with which weights."""
    way = FETCHING.way(network)
    try:
        return seen_of(picture, network, way.weights), way
    except BusyError:
        raise
    except ConvLabError as error:  # its file is of no use
        FETCHING.refuse(network, error)
        way = FETCHING.way(network)
        return seen_of(picture, network, way.weights), way


def _number_of(seen: Seen, at: str) -> int:
    """The number of the chosen stage, from 1; the first behind an activation where none is chosen."""
    if at:
        return min(max(int(at), 1), len(seen.parts))
    return next(number for number, part in enumerate(seen.parts, 1) if part.layer.name == "ReLU")


def _stages(visit: Visit[NetworkSettings], network: str, seen: Seen, number: int, way: Way) -> None:
    """The slider through the stages, and what the chosen one is."""
    key = f"{_KEY}_stage_{network}"
    session.give(visit, key, number)
    part, count = seen.parts[number - 1], len(seen.parts)
    random = " Its weights are random." if way.weights == RANDOM else ""
    where = " · ".join(
        filter(None, (f"**Stage {number} of {count}: {name_of(part.layer)}**", part.name, by(part.shape)))
    )
    st.markdown(f"{where}  \n{_sees(part, seen)}{random}")
    takes = (visit, key)
    st.slider("Stage", 1, count, number, key=key, on_change=_slide, args=takes, label_visibility="collapsed")


def _sees(part: Part, seen: Seen) -> str:
    """How much of the picture its numbers see."""
    field, step = in_table(part.receptive_field, part.spacing)
    apart = f", neighbours {step} apart" if part.spacing and not part.flat else ""
    beyond = ", padding included" if max(part.receptive_field) > max(seen.picture.shape) else ""
    return f"Each number sees {field} pixels{apart}{beyond}."


def _maps(visit: Visit[NetworkSettings], good: NetworkSettings, seen: Seen, number: int, alt: str) -> None:
    """The picture, the chosen map, and the strongest maps to choose from."""
    maps, part = seen.maps[number - 1], seen.parts[number - 1]
    which = maps.channels.index(int(good.channel)) if good.channel and int(good.channel) in maps.channels else 0
    chosen = maps.values[which]
    if part.flat:
        shown, field = _numbers(part, chosen), None
    else:
        place = _place_of(chosen, good.place)
        shown, field = _map(maps.channels[which], chosen, place), field_of(seen, number, place)
    about = f"{by(seen.picture.shape)}{' · ringed: what the number sees' if field else ''}"
    picture = Tile(seen.picture, "As the network reads it", about, alt, "picture", mark=field)
    small = [Row(_small(maps, which), scale="each", side=52)] if len(maps.channels) > 1 else []
    tiles(
        _KEY,
        [*small, Row([picture, shown], scale="even")],
        linked=not part.flat,
        below=40,
        on_choose=lambda: _choose_map(visit, session.sent(_KEY, "choose")),
        on_place=lambda: _choose_place(visit, session.sent(_KEY, "place")),
    )


def _numbers(part: Part, values: Tensor) -> Tile:
    """Numbers in a row, so many in a line."""
    about = f"{values.shape[1]} in a line · {ends(values)}"
    return Tile(values, f"{part.shape[0]:,} numbers", about, "All numbers of the stage, line by line.")


def _map(channel: int, values: Tensor, place: Pair) -> Tile:
    """A map, of which numbers can be picked."""
    about = f"{by(values.shape)} · {ends(values)}"
    return Tile(values, f"Map {channel}", about, f"Map {channel} of the stage.", place="map", mark=(*place, 1, 1))


def _place_of(values: Tensor, place: str) -> Pair:
    """The chosen number of a map: the one that is set, where the map has it; else its strongest."""
    rows, columns = values.shape
    if place:
        row, column = map(int, place.split(","))
        if row < rows and column < columns:
            return row, column
    strongest = int(values.abs().argmax())
    return strongest // columns, strongest % columns


def _small(maps: Maps, chosen: int) -> list[Tile]:
    """The strongest maps, small."""
    step = -(-max(maps.values.shape[1:]) // _SMALL)
    return [
        Tile(
            values[::step, ::step],
            str(channel),
            alt=f"Map {channel}",
            key=str(channel),
            pressed=place == chosen,
        )
        for place, (channel, values) in enumerate(zip(maps.channels, maps.values, strict=True))
    ]


def _whence(network: str, real: RealNetwork, seen: Seen, way: Way) -> None:
    """Where the weights come from; in large letters where they are random."""
    if way.state == "here":
        st.markdown(f"**The {len(seen.guesses)} likeliest of {seen.parts[-1].shape[0]} classes.** {_learnt(real, way)}")
        return
    st.markdown(f"## Random weights\n\n{_NO_CLASSES}")
    if way.error:
        st.warning(in_words(way.error, NetworkSettings))
        st.button(
            "Try again", key=f"{_KEY}_again", on_click=FETCHING.try_again, args=(network,), icon=":material/refresh:"
        )
    else:
        st.fragment(_follow, run_every=ASK)(network, way)


def _learnt(real: RealNetwork, way: Way) -> str:
    """Where learnt weights come from."""
    if way.weights != PRETRAINED:
        return f"Weights of this server's own: {Path(way.weights).name}."
    right = real.weights.meta["_metrics"]["ImageNet-1K"]["acc@1"]
    return f"Weights learnt on ImageNet ({real.file}); of its test pictures, the first guess is right in {right:.0f}%."


def _follow(network: str, before: Way) -> None:
    """How far the weights are; the browser calls this alone again and again until that is another thing."""
    way = FETCHING.way(network)
    if way != before:
        st.rerun()
    real = real_network(network)
    if way.state == "waiting":
        st.progress(0.0, f"Its weights come after those of {real_network(way.behind).title}.")
        return
    come, size = real.fetched / _MEGABYTE, real.size / _MEGABYTE
    st.progress(min(come / size, 1.0), f"Its weights are on their way: {come:.0f} of {size:.0f} MB.")


def _classes(guesses: Sequence[Guess]) -> None:
    """The likeliest classes, each with its bar."""
    for name, probability in guesses:
        st.progress(probability, f"{name} · {probability:.1%}")


def _table(visit: Visit[NetworkSettings], seen: Seen, number: int) -> None:
    """Every stage and what it costs, and the totals."""
    st.markdown(seen.told)
    lines = [_line(part, seen.macs, part.number == number) for part in seen.parts]
    total = Line(title="All stages", parameters=seen.parameters, macs=seen.macs)
    stages(_TABLE, lines, total=total, on_choose=lambda: _choose_stage(visit, session.sent(_TABLE, "choose")))


def _line(part: Part, whole: int, pressed: bool) -> Line:
    """A stage in the table, with its name in the network."""
    sees = in_table(part.receptive_field, part.spacing)
    line = line_of(part.number, part.layer, part.shape, part.macs, whole, sees, pressed)
    return replace(line, about=", ".join(filter(None, (part.name, line.about))))


def _first_kernels(seen: Seen, way: Way) -> None:
    """The kernels of the first layer; where they are random, those that the project has learnt beside them."""
    count, _, *size = seen.kernels.shape
    came = "learnt" if way.state == "here" else "random"
    st.markdown(f"**Its {count} first kernels, {by(size)}, {came}**; grey is zero.")
    named = ((f"Kernel {number}", kernel) for number, kernel in enumerate(seen.kernels))
    tiles(f"{_KEY}_kernels", [_row(named)], linked=False)
    if way.state != "here":
        st.markdown(
            f"**{len(LEARNED)} kernels that were learnt**, from photographs, for ConvLab: lines, edges, colours."
        )
        ours = _row((one.label, (one.weight + 1) / 2) for one in LEARNED)
        tiles(f"{_KEY}_learned", [ours], linked=False)


def _row(kernels: Iterable[tuple[str, Tensor]]) -> Row:
    """Kernels with their words as small pictures."""
    return Row([Tile(kernel, "", alt=words, kind="picture") for words, kernel in kernels], scale="each", side=26)


def _slide(visit: Visit[NetworkSettings], key: str) -> None:
    """The slider was moved."""
    if session.touched(visit, key):
        _choose_stage(visit, str(session.said(key)))


def _choose_stage(visit: Visit[NetworkSettings], sent: Any) -> None:
    """A stage was chosen: its strongest map is shown, and that one's strongest number."""
    if isinstance(sent, str) and sent.isdecimal() and len(sent) <= 2:
        visit.show(visit.asked.looking_at(sent))


def _choose_map(visit: Visit[NetworkSettings], sent: Any) -> None:
    """A small map was chosen."""
    if isinstance(sent, str) and sent.isdecimal() and len(sent) <= 4:
        visit.show(replace(visit.asked, channel=sent))


def _choose_place(visit: Visit[NetworkSettings], sent: Any) -> None:
    """A number of the map was picked."""
    place = picked(sent)
    if place:
        visit.show(replace(visit.asked, place="{},{}".format(*place)))

"""What a number sees of the picture: where it can, and where it does."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import streamlit as st
import torch
from torch import Tensor

from convlab.layers import Shape
from convlab.network import Stage
from convlab.pointwise import ReLU
from convlab.sight import Sight, see
from convlab.ui import own_pictures, session
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, picked, tiles
from convlab.ui.figures import exact, tenths
from convlab.ui.kept import Kept
from convlab.ui.network import growth
from convlab.ui.network.row import Laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.strip import box_of, maps_of, plane_of, strip
from convlab.ui.network.table import name_of
from convlab.ui.network.traced import Traced, traced
from convlab.ui.pictures import Picture, once, sample_picture
from convlab.ui.session import Visit
from convlab.ui.way_out import in_words
from convlab.window import Pair, by

_KEY = "network_sight"
_BELOW = 118  # pixels of the words below
_MOST_MAPS = 16
_AROUND = 1 / 6  # of the field, that its close-up shows on each side
_LEAST = 12  # rows and columns of a close-up
_MOST_GROWN = 8  # layers whose fields are said
_BORDER = 8  # one in so many rows and columns, at each side, is not looked through first
_HALF, _MOST = 0.5, 0.95  # shares of the weight


class Spot(NamedTuple):
    """A number of a stage: the layer, from 1, its map, from 0, and where in the map it is drawn."""

    number: int
    channel: int
    row: int
    column: int


class Made(NamedTuple):
    """What is shown for some settings."""

    shown: Drawn
    spot: Spot
    sizes: tuple[Pair, ...]
    told: str
    more: str
    fault: str


_MADE: Kept[Made | None] = Kept(24_000_000, lambda made: made.shown.weight if made else 1)


def made(picture: Picture, settings: NetworkSettings) -> Made | None:
    """What the chosen number sees; None where no layer fits the picture."""
    row, number = (settings.max_side, settings.grey, settings.layers), (settings.at, settings.channel, settings.place)
    return once(_MADE, picture, (*row, *number), lambda: _made(traced(picture, settings), settings))


def _made(made: Traced, settings: NetworkSettings) -> Made | None:
    """The same, made anew."""
    if not made.stages:
        return None
    spot = _spot(made, settings)
    stage = made.stages[spot.number - 1]
    seen = see(made.row.steps[: spot.number], made.image, _index(stage.output, spot))
    rows = [strip(made, spot.number, spot.channel)]
    if _count(stage.output) > 1:
        rows.append(replace(maps_of(stage.output, spot.channel, _MOST_MAPS), title="Map"))
    rows.append(Row(_tiles(made, stage, spot, seen), scale="even"))
    sizes = tuple((plane.shape[0], plane.shape[1]) for plane in (plane_of(one.output) for one in made.stages))
    return Made(drawn(rows), spot, sizes, _told(made, stage, spot, seen), _more(made, seen), _fault(made.row))


def view(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """What the part shows."""
    if good.growing:
        growth.view(good)
        return
    now = made(own_pictures.current(good.picture), good)
    if now is None:
        why = "No layer of the row fits the picture" if good.layers else "The row has no layer"
        st.warning(f"{why}, so there is no number to look through. See Layers.")
        return
    tiles(
        _KEY,
        now.shown,
        linked=False,
        below=_BELOW,
        status=visit.take_note() or now.fault,
        on_choose=lambda: _choose(visit, now, session.sent(_KEY, "choose")),
        on_place=lambda: _pick(visit, now, session.sent(_KEY, "place")),
    )
    st.markdown(f"**{now.told}**  \n{now.more}")


def warm() -> None:
    """Make what a first visitor sees."""
    made(sample_picture("panda"), NetworkSettings(part="sight"))


def _spot(made: Traced, settings: NetworkSettings) -> Spot:
    """The chosen number; where none is, or it is not there, the largest of the map, or the last stage."""
    at = int(settings.at or 0)
    at = at if 1 <= at <= len(made.stages) else len(made.stages)
    output = made.output(at)
    channel = min(int(settings.channel or 0), _count(output) - 1)
    plane = plane_of(output, channel)
    row, column = map(int, settings.place.split(",")) if settings.place else (-1, -1)
    number = row * plane.shape[1] + column
    if not (0 <= row < plane.shape[0] and column < plane.shape[1]):
        number = _largest(plane)
    elif output.dim() == 1:  # what fills up the last line is no number
        number = min(number, len(output) - 1)
    return Spot(at, channel, *divmod(number, plane.shape[1]))


def _largest(plane: Tensor) -> int:
    """Which number of a map is the largest, of those that padding hardly reaches."""
    rows, columns = (slice(side // _BORDER, side - side // _BORDER) for side in plane.shape)
    inside = torch.zeros_like(plane)
    inside[rows, columns] = plane[rows, columns].abs()
    return int((inside if bool(inside.any()) else plane.abs()).argmax())


def _count(output: Tensor) -> int:
    """How many maps a stage has; numbers in a row are drawn as one."""
    return output.shape[0] if output.dim() == 3 else 1


def _index(output: Tensor, spot: Spot) -> Shape:
    """The place of the chosen number in what a stage put out."""
    if output.dim() == 3:
        return spot.channel, spot.row, spot.column
    return (spot.row * plane_of(output).shape[1] + spot.column,)


def _tiles(made: Traced, stage: Stage, spot: Spot, seen: Sight) -> list[Tile]:
    """The map, the picture, and both kinds of field, close up."""
    image, output, layer = made.image, stage.output, name_of(stage.layer)
    top, left, high, wide = _close_up(seen, stage.receptive_field)
    part = (slice(top, top + high), slice(left, left + wide))
    box = box_of(seen.rows, seen.columns)
    near = (box[0] - top, box[1] - left, *box[2:]) if box else None
    many = _count(output)
    name = f"Map {spot.channel + 1} of {many}" if many > 1 else "Map" if output.dim() == 3 else "Numbers"
    return [
        Tile(
            plane_of(output, spot.channel),
            f"{name}, {layer}",
            by(output.shape),
            f"{name} behind layer {spot.number}, {layer}: pick a number with the arrow keys and Enter",
            place="number",
            mark=(spot.row, spot.column, 1, 1),
        ),
        Tile(
            image, "Can depend on", "what is ringed", "The picture, the field of the number ringed", "picture", mark=box
        ),
        Tile(image[:, *part], "Close up", by((high, wide)), "The field close up, ringed", "picture", mark=near),
        Tile(
            100 * seen.weights[part],
            "Depends on",
            "% of what moves the number",
            "Close up, how much each pixel moves the number",
            "bright",
            mark=near,
        ),
    ]


def _close_up(seen: Sight, field: Pair) -> tuple[int, int, int, int]:
    """The part of the picture that is shown close up: always as large behind one stage."""
    corner = []
    sizes = []
    for cells, side, all_of in zip((seen.rows, seen.columns), field, seen.weights.shape, strict=True):
        size = min(max(side + 2 * max(1, round(side * _AROUND)), _LEAST), all_of)
        middle = (cells[0] + cells[-1] + 1) // 2 if cells else 0
        corner.append(min(max(middle - size // 2, 0), all_of - size))
        sizes.append(size)
    return corner[0], corner[1], sizes[0], sizes[1]


def _told(made: Traced, stage: Stage, spot: Spot, seen: Sight) -> str:
    """What is seen, in a sentence."""
    output = stage.output
    value = exact(float(output[_index(output, spot)]))
    place = f"in row {spot.row}, column {spot.column}"
    of_map = f" of map {spot.channel + 1}" if _count(output) > 1 else ""
    number = f"The number {value} {place}{of_map} behind layer {spot.number} ({name_of(stage.layer)})"
    box = box_of(seen.rows, seen.columns)
    if box is None:
        return f"{number} sees nothing but padding."
    rows, columns = len(seen.rows), len(seen.columns)
    spread = f", spread over {by(box[2:])}" if (rows, columns) != box[2:] else ""
    can = f"{number} can depend on {by((rows, columns))} = {rows * columns:,} pixels{spread}"
    if not seen.pixels(_MOST):
        return f"{can}, and depends on none: {_why_none(made.row, spot)}"
    held, radius = seen.pixels(_MOST), tenths(seen.radius(_MOST) or 0.0)
    some = "one of them holds" if held == 1 else f"{held:,} of them hold"
    return f"{can}. {some[0].upper()}{some[1:]} 95 % of what moves it; 95 % lies within {radius} pixels of the middle."


def _why_none(row: Laid, spot: Spot) -> str:
    """Why no pixel moves a number."""
    if any(isinstance(step.layer, ReLU) for step in row.steps[: spot.number]):
        return "a ReLU on the way gave 0, and still gives 0 where a pixel changes a little."
    return "the weights on the way are 0."


def _more(made: Traced, seen: Sight) -> str:
    """What else the weights say, and how the field grows from layer to layer."""
    half = seen.pixels(_HALF)
    if not half:
        return f"Pick another number: one that is not 0. {_grows(made)}"
    radius, pixels = tenths(seen.radius(_HALF) or 0.0), "1 pixel holds" if half == 1 else f"{half:,} pixels hold"
    return (
        f"Half of it lies within {radius} pixels of the middle; {pixels} as much. What moves it: "
        f"how much the number changes when a pixel changes a little, its gradient. {_grows(made)}"
    )


def _grows(made: Traced) -> str:
    """Behind which layers the field is larger than behind the one before."""
    fields = [(1, 1), *(stage.receptive_field for stage in made.stages)]
    grown = [f"layer {at} {by(field)}" for at, (last, field) in enumerate(pairwise(fields), 1) if field != last]
    told = grown if len(grown) <= _MOST_GROWN else [*grown[:3], "…", *grown[-3:]]
    return f"The field, layer by layer: {', '.join(told)}." if told else "No layer of the row makes the field larger."


def _fault(row: Laid) -> str:
    """Where the row breaks, and why; "" where it does not."""
    if row.fault is None:
        return ""
    at, name = row.fault.index + 1, name_of(row.fault.layer)
    return (
        f"The row breaks at layer {at}, {name}: {in_words(row.fault.error, NetworkSettings)} The layers before it show."
    )


def _choose(visit: Visit[NetworkSettings], now: Made, sent: Any) -> None:
    """A stage or a map was chosen; in another stage, the number that is as far down and across."""
    found = re.fullmatch(r"(at|channel) (\d{1,4})", sent) if isinstance(sent, str) else None
    if not found:
        return
    if found[1] == "channel":
        visit.show(replace(visit.asked, channel=found[2]))
        return
    place = visit.asked.place
    if place and 1 <= int(found[2]) <= len(now.sizes):
        place = _as_far(now.spot, now.sizes[now.spot.number - 1], now.sizes[int(found[2]) - 1])
    visit.show(replace(visit.asked, at=found[2], place=place))


def _as_far(spot: Spot, size: Pair, other: Pair) -> str:
    """The place in a map of another size that is as far down and across."""
    row, column = (
        int((place + 0.5) * there / here)
        for place, here, there in zip((spot.row, spot.column), size, other, strict=True)
    )
    return f"{row},{column}"


def _pick(visit: Visit[NetworkSettings], now: Made, sent: Any) -> None:
    """A number was picked."""
    place, (rows, columns) = picked(sent), now.sizes[now.spot.number - 1]
    if place and place[0] < rows and place[1] < columns:
        visit.show(replace(visit.asked, place="{},{}".format(*place)))

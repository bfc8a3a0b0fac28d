"""One number of a map taken apart, and the number in it that matters most, down to the picture."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from torch import Tensor

from convlab.explanations import Explanation, explain, sentence
from convlab.layers import Windowed
from convlab.network import Stage
from convlab.ui.components.maps.message import Card, Made, Place, Seen, Tap


def cards(image: Tensor, stages: Sequence[Stage], path: Sequence[Place], channels: Sequence[str]) -> list[Card]:
    """A number and those it comes from, one for each layer down to the picture.

    Parameters
    ----------
    image : Tensor
        What the first layer reads.
    stages : sequence of Stage
        Of all layers.
    path : sequence of Place
        The number that was clicked, then for deeper layers the numbers chosen within it. Where none is chosen, the
        one that counts most is taken.
    channels : sequence of str
        What the image's channels are called.

    Returns
    -------
    list of Card
        Empty where nothing was clicked, or the layer is not there any more. A place beyond its map moves to the edge.
    """
    shown: list[Card] = []
    place = path[0] if path else None
    while place is not None and 0 <= place[0] < len(stages):
        stage = stages[place[0]]
        before = stages[place[0] - 1].output if place[0] else image
        card = _card(stage, before, _within(place, stage.output), channels)
        shown.append(card)
        follow = [deeper for deeper in path[1:] if _reads(card, deeper)]
        place = follow[0] if follow else card["next"]
    return shown


def path_of(text: str) -> list[Place]:
    """The places in a text as the script sends it: "stage,map,row,column", joined by ";".

    Raises
    ------
    ValueError
        For any other text but "".
    """
    path: list[Place] = []
    for place in text.split(";") if text else []:
        stage, channel, row, column = (int(part) for part in place.split(","))
        path.append((stage, channel, row, column))
    return path


def _within(place: Place, maps: Tensor) -> Place:
    """The place, moved onto the maps."""
    stage, *rest = place
    channel, row, column = (min(at, side - 1) for at, side in zip(rest, maps.shape, strict=True))
    return stage, channel, row, column


def _reads(card: Card, place: Place) -> bool:
    """Whether a card's number is made of the number at a place."""
    stage, channel, row, column = place
    number = card["number"]
    read = any(block["channel"] == channel for block in number["blocks"])
    return stage == card["place"][0] - 1 and stage >= 0 and read and (row, column) in number["sources"]


def _card(stage: Stage, before: Tensor, place: Place, channels: Sequence[str]) -> Card:
    """One number: title, sentence, how it is made, where it lies, where it looks, which one comes next."""
    number, channel, row, column = place
    title = f"map {channel + 1}, row {row}, column {column}"
    if not isinstance(stage.layer, Windowed):
        return {
            "place": place,
            "title": f"After ReLU, {title}",
            "words": "",
            "number": _relu(float(before[channel, row, column])),
            "window": {"top": row, "left": column, "height": 1, "width": 1, "maps": [channel]},
            "next": (number - 1, channel, row, column) if number else None,
        }
    step = stage.step
    total = float(stage.output[channel, row, column])
    why = explain(stage.layer, before, step.weight, step.bias, channel=channel, position=(row, column))
    start = "Before ReLU" if stage.layer.arithmetic == "sum" else "After pooling"
    names = [f"Map {index + 1}" if number else channels[index].capitalize() for index in why.channels]
    return {
        "place": place,
        "title": f"{start}, {title}",
        "words": sentence(why),
        "number": _number(why, names, total),
        "window": _window(why, before),
        "next": _next(why, number - 1),
    }


def _relu(before: float) -> Made:
    """What ReLU makes of a number."""
    return {
        "kind": "relu",
        "columns": 1,
        "taps": [],
        "sources": [],
        "blocks": [],
        "winner": -1,
        "bias": 0.0,
        "divisor": 0,
        "before": before,
        "total": max(0.0, before),
    }


def _number(why: Explanation, names: Sequence[str], total: float) -> Made:
    """How a number is made: of products, of a maximum or of a mean."""
    pooling = why.layer.arithmetic != "sum"
    columns = why.layer.kernel_size[1]
    cells, sources = list(chain(*why.cells)), list(chain(*why.sources))
    return {
        "kind": why.layer.arithmetic,
        "columns": columns,
        "taps": [_tap(cell, source) for cell, source in zip(cells, sources, strict=True)],
        "sources": sources,
        "blocks": [
            {
                "name": name,
                "channel": why.channels[index],
                "inputs": _floats(why.inputs[index]),
                "weights": [] if pooling else _floats(why.weights[index]),
                "sum": _finite(float((why.inputs[index] if pooling else why.products[index]).sum())),
            }
            for index, name in enumerate(names)
        ],
        "winner": -1 if why.winner is None else why.winner[0] * columns + why.winner[1],
        "bias": why.bias,
        "divisor": why.divisor or 0,
        "before": 0.0,
        "total": _finite(total),
    }


def _tap(cell: Any, source: Any) -> Tap:
    """Whether a tap meets a number, padding, or nothing."""
    return "skipped" if cell is None else "" if source else "pad"


def _floats(values: Tensor) -> list[float | None]:
    """Numbers of float32 with no more digits than they need."""
    return [_finite(float(str(value))) for value in values.float().numpy().ravel()]


def _finite(value: float) -> float | None:
    """The number itself; None for infinity, which JSON has no word for."""
    return value if np.isfinite(value) else None


def _window(why: Explanation, before: Tensor) -> Seen:
    """The rectangle of the layer's input that the number looks at."""
    cells = [cell for line in why.cells for cell in line if cell is not None]
    if not cells:
        return {"top": 0, "left": 0, "height": 0, "width": 0, "maps": []}
    rows, columns = ([cell[axis] for cell in cells] for axis in (0, 1))
    top, left = max(0, min(rows)), max(0, min(columns))
    height, width = (min(max(line), before.shape[axis] - 1) + 1 for line, axis in ((rows, 1), (columns, 2)))
    return {"top": top, "left": left, "height": height - top, "width": width - left, "maps": list(why.channels)}


def _next(why: Explanation, below: int) -> Place | None:
    """The number below that counts most: the winner, or the one with the largest product."""
    if below < 0:
        return None
    size = why.products.abs() if why.layer.arithmetic != "max" else why.weights
    for place in size.flatten().argsort(descending=True, stable=True).tolist():
        index, rest = divmod(place, size[0].numel())
        k, m = divmod(rest, size.shape[2])
        if source := why.sources[k][m]:
            return below, why.channels[index], source[0], source[1]
    return None

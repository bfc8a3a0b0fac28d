"""One number of a map taken apart, and the number in it that matters most, down to the picture. No streamlit here."""

from math import isinf
from typing import Any

from torch import Tensor

from convlab.explanations import Explanation, explain, sentence
from convlab.layers import AvgPool2d, MaxPool2d, ReLU
from convlab.network import Stage, trace
from convlab.ui.panel import COLOUR_NAMES, Picture, image_of
from convlab.ui.settings import Settings, check, steps_of

Place = tuple[int, int, int, int]


def cards(picture: Picture, settings: Settings) -> list[dict[str, Any]]:
    """The number that `settings.pixel` names and those it comes from, one for each layer down to the picture.

    Parameters
    ----------
    picture : Picture
        What the layers read.
    settings : Settings
        Its `pixel` holds places "stage,map,row,column" joined by ";": the number clicked, then for deeper layers the
        numbers chosen within it. Where none is chosen, the one that counts most is taken.

    Returns
    -------
    list of dict
        Empty where nothing was clicked, or the layer is not there any more. A place beyond its map moves to the edge.

    Raises
    ------
    ConvLabError
        If the settings do not fit the picture.
    """
    if not settings.pixel:
        return []
    check(settings, picture.size)
    first, *chosen = (_place(text) for text in settings.pixel.split(";"))
    image = image_of(picture, settings)
    stages = trace(steps_of(settings, len(image))[: first[0] + 1], image)
    shown: list[dict[str, Any]] = []
    place: Place | None = first
    while place is not None and 0 <= place[0] < len(stages):
        stage = stages[place[0]]
        before = stages[place[0] - 1].output if place[0] else image
        card = _card(stage, before, _within(place, stage.output), settings.grey)
        shown.append(card)
        follow = [deeper for deeper in chosen if list(deeper) in _targets(card)]
        place = follow[0] if follow else card["next"]
    return shown


def _place(text: str) -> Place:
    """A place from its text."""
    stage, channel, row, column = (int(part) for part in text.split(","))
    return stage, channel, row, column


def _within(place: Place, maps: Tensor) -> Place:
    """The place, moved onto the maps."""
    stage, *rest = place
    channel, row, column = (min(at, side - 1) for at, side in zip(rest, maps.shape, strict=True))
    return stage, channel, row, column


def _targets(card: dict[str, Any]) -> list[list[int]]:
    """The places of the numbers that a card's number is made of."""
    return [cell["to"] for block in card["blocks"] for cell in block["cells"] if cell["to"]]


def _card(stage: Stage, before: Tensor, place: Place, grey: bool) -> dict[str, Any]:
    """One number: title, sentence, the numbers it is made of, where it lies, where it looks, which one comes next."""
    number, channel, row, column = place
    below = number - 1
    title = f"map {channel + 1}, row {row}, column {column}"
    shared: dict[str, Any] = {"place": list(place), "value": figure(float(stage.output[channel, row, column]))}
    if isinstance(stage.layer, ReLU):
        value = float(before[channel, row, column])
        kept = "stays 0" if value == 0 else "is positive and stays" if value > 0 else "is negative and becomes 0"
        step = (below, channel, row, column)
        words = f"{figure(value)} {kept}."
        window = {"top": row, "left": column, "height": 1, "width": 1, "maps": [channel]}
        shared |= {"total": f"max(0, {figure(value)}) = {shared['value']}", "window": window, "next": step}
        return shared | {"title": f"After ReLU, {title}", "words": words, "columns": 1, "blocks": []}
    step_ = stage.step
    layer: Any = stage.layer
    why = explain(layer, before, step_.weight, step_.bias, channel=channel, position=(row, column))
    start = "After pooling" if isinstance(layer, MaxPool2d | AvgPool2d) else "Before ReLU"
    return shared | {
        "title": f"{start}, {title}",
        "words": sentence(why),
        "columns": layer.kernel_size[1],
        "blocks": [_block(why, index, below, grey) for index in range(len(why.channels))],
        "total": _total(why),
        "window": _window(why, before),
        "next": _next(why, below),
    }


def _block(why: Explanation, index: int, below: int, grey: bool) -> dict[str, Any]:
    """What is read of one input channel: each product, with the numbers that it multiplies."""
    channel, pooling = why.channels[index], isinstance(why.layer, MaxPool2d | AvgPool2d)
    cells = []
    for k, sources in enumerate(why.sources):
        for m, source in enumerate(sources):
            value, weight, product = (float(part[index, k, m]) for part in (why.inputs, why.weights, why.products))
            cells.append(
                {
                    "text": figure(value if pooling else product),
                    "small": ""
                    if pooling
                    else f"{figure(value)}×{f'({figure(weight)})' if weight < 0 else figure(weight)}",
                    "to": [below, channel, *source] if source and below >= 0 else None,
                    "kind": "skipped" if why.cells[k][m] is None else "" if source else "pad",
                    "won": why.winner == (k, m),
                }
            )
    name = f"Map {channel + 1}"
    if below < 0:
        name = "Grey" if grey else COLOUR_NAMES[channel].capitalize()
    total = "" if pooling else f"sum {figure(float(why.channel_sums[index]))}"
    return {"name": name, "cells": cells, "sum": total}


def _total(why: Explanation) -> str:
    """How the parts make the number."""
    if isinstance(why.layer, MaxPool2d):
        return f"The largest is {figure(why.total)}"
    if why.divisor:
        return f"{figure(float(why.inputs.sum()))} ÷ {why.divisor} = {figure(why.total)}"
    if len(why.channels) == 1 and not why.bias:
        return f"The sum is {figure(why.total)}"
    parts = [figure(value) for value in why.channel_sums.tolist()]
    parts += [f"{figure(why.bias)} (bias)"] if why.bias else []
    return " + ".join(part if part[0] != "−" else f"({part})" for part in parts) + f" = {figure(why.total)}"


def figure(value: float) -> str:
    """A number with as many decimals as the step page gives it, a real minus sign, and ≈0 for what is nearly nothing.

    Examples
    --------
    >>> figure(-1234.56), figure(0.30000001), figure(1e-7), figure(float("-inf"))
    ('−1234.6', '0.3', '≈0', '−∞')
    """
    if isinf(value):
        return "−∞" if value < 0 else "∞"
    size = abs(value)
    text = f"{size:.{1 if size >= 1000 else 2 if size >= 10 else 3}f}".rstrip("0").rstrip(".")
    if text == "0":
        return "≈0" if size else "0"
    return ("−" if value < 0 else "") + text


def _window(why: Explanation, before: Tensor) -> dict[str, Any]:
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
    size = why.products.abs() if not isinstance(why.layer, MaxPool2d) else why.weights
    for place in size.flatten().argsort(descending=True, stable=True).tolist():
        index, rest = divmod(place, size[0].numel())
        k, m = divmod(rest, size.shape[2])
        if source := why.sources[k][m]:
            return below, why.channels[index], source[0], source[1]
    return None

"""One number of a stage taken apart: what it was made of, in words and in cells. No streamlit here."""

from typing import NamedTuple

from torch import Tensor

from convlab.explanations import Explanation, explain, sentence
from convlab.joining import Addition, Joining
from convlab.layers import BatchNorm2d, Flatten, LeakyReLU, Linear, ReLU, Windowed
from convlab.network import Stage
from convlab.ui.components.tiles import Row, Tile
from convlab.ui.figures import adding_up, bracketed, channel_names, exact
from convlab.ui.network.strip import number_at
from convlab.ui.network.traced import Traced

_SHOWN = 3  # channels, those with the largest sums
_MOST_SUMMED = 8  # channels whose sums are written


class Place(NamedTuple):
    """A number of a stage: its map, row and column, from 0."""

    channel: int
    row: int
    column: int


class Apart(NamedTuple):
    """A number taken apart."""

    words: str
    rows: list[Row]


def apart(made: Traced, number: int, place: Place) -> Apart:
    """What a number of layer `number` was made of; of the picture, or of another kind of layer, in words alone."""
    if not number:
        colours = " · ".join(exact(float(value)) for value in made.image[:, place.row, place.column])
        return Apart(f"Row {place.row}, column {place.column} of the picture: {colours}.", [])
    stage, (read, *others) = made.stages[number - 1], made.read_by(number)
    if isinstance(stage.layer, Windowed):
        given = stage.step.weight, stage.step.bias
        why = explain(stage.layer, read, *given, channel=place.channel, position=(place.row, place.column))
        return Apart(f"{sentence(why)} {_sum(why)}".strip(), _cells(why, len(read)))
    where = f"Row {place.row}, column {place.column} of map {place.channel + 1}: " if stage.output.dim() == 3 else ""
    return Apart(where + _told(stage, read, others, place), [])


def _told(stage: Stage, read: Tensor, others: list[Tensor], place: Place) -> str:
    """In words: a layer without a window."""
    layer, total = stage.layer, exact(_at(stage.output, place))
    number = (number_at(stage.output, *place) or (0,))[-1] + 1
    if isinstance(layer, Linear):
        which = f"Number {number:,} of {layer.out_features:,}: {layer.in_features:,} products"
        return f"{which}, one for each number before, and the bias sum to {total}."
    if isinstance(layer, Flatten):
        return f"Number {number:,} of all maps in a row: {total}."
    if isinstance(layer, Addition):
        one, other = exact(_at(read, place)), exact(_at(others[0], place))
        return f"{one} + {bracketed(other)} = {total}: just before, and {layer.where}."
    if isinstance(layer, Joining):
        return f"A copy: {total}."
    if read.shape != stage.output.shape:
        return f"{layer.name}: {total}."
    before = exact(_at(read, place))
    if isinstance(layer, ReLU):
        return f"max(0, {before}) = {total}."
    if isinstance(layer, LeakyReLU):
        return f"{before} → {total}: below zero, a number keeps {layer.negative_slope:.3g} of itself."
    if isinstance(layer, BatchNorm2d):
        return f"{before} → {total}: less its map's mean, divided by its map's spread."
    return f"{before} → {total}."


def _at(output: Tensor, place: Place) -> float:
    """A number of maps, or of numbers in a row."""
    number = number_at(output, *place)
    return float(output[number]) if number else 0.0


def _sum(why: Explanation) -> str:
    """The sums of the channels, adding up as shown."""
    if why.layer.arithmetic != "sum" or not 1 < len(why.channels) <= _MOST_SUMMED:
        return ""
    parts, total = adding_up([*why.channel_sums.tolist(), *([why.bias] if why.bias else [])], why.total)
    signed = [f"− {part[1:]}" if part.startswith("−") else f"+ {part}" for part in parts[1:]]
    return f"Channel by channel: {' '.join([parts[0], *signed])} = {total}."


def _cells(why: Explanation, channels: int) -> list[Row]:
    """What it reads, and the kernel that it is multiplied by, channel by channel: those that say most."""
    if why.layer.arithmetic != "sum":
        inputs = why.inputs[0].nan_to_num(neginf=0.0)  # of a maximum's padding
        return [Row([Tile(inputs, f"Reads map {why.channels[0] + 1}", alt="What it reads", cells=True)])]
    order = why.channel_sums.abs().argsort(descending=True, stable=True)[:_SHOWN].sort().values.tolist()
    names = channel_names(channels) if channels in (1, 3) else [f"map {channel + 1}" for channel in range(channels)]
    bound = float(why.weights.abs().max()) or None
    rows = []
    for index in order:
        name, total = names[why.channels[index]], exact(float(why.channel_sums[index]))
        reads = Tile(why.inputs[index], f"Reads {name}", "", f"What it reads of {name}", cells=True)
        kernel = Tile(
            why.weights[index], "Kernel", f"sum {total}", f"The kernel for {name}", bound=bound, word="∗", cells=True
        )
        rows.append(Row([reads, kernel]))
    return rows

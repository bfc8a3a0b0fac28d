"""The stages of a row as small maps, to choose one. No streamlit here."""

from collections.abc import Sequence
from math import isqrt

from torch import Tensor
from torch.nn.functional import pad

from convlab.ui.components.tiles import Row, Tile
from convlab.ui.network.table import name_of
from convlab.ui.network.traced import Traced
from convlab.window import by

Box = tuple[int, int, int, int]  # of a picture: its first row and column, and how many of each

_WIDE, _NARROW = 52, 40  # pixels of a stage with its name, and of what has a number alone
_MOST_NAMED = 12  # stages that are shown with their names
_LINE = 32  # so many numbers in a row are drawn in one line


def strip(made: Traced, chosen: int, channel: int) -> Row:
    """A map of each stage; a click sends "at" and its number.

    Parameters
    ----------
    made : Traced
        The row on the picture.
    chosen : int
        Number of the chosen stage.
    channel : int
        Which map, from 0; of a stage that has fewer, the last one.
    """
    named = len(made.stages) <= _MOST_NAMED
    stages = [
        Tile(
            small(plane_of(stage.output, channel, 1), _WIDE),
            name_of(stage.layer) if named else str(stage.number),
            alt=f"Layer {stage.number}: {name_of(stage.layer)}, {by(stage.shape)}",
            key=f"at {stage.number}",
            pressed=stage.number == chosen,
        )
        for stage in made.stages
    ]
    return Row(stages, "", "each", _WIDE if named else _NARROW)


def maps_of(output: Tensor, chosen: int, most: int) -> Row:
    """The first maps of a stage, and the chosen one; a click sends "channel" and its number, from 0.

    Parameters
    ----------
    output : Tensor
        (C, H, W).
    chosen : int
        Which is chosen, from 0.
    most : int
        How many are drawn.
    """
    bound, first = float(output.abs().max()) or None, range(min(len(output), most))
    tiles = [
        Tile(
            small(output[number], _NARROW),
            str(number + 1),
            alt=f"Map {number + 1}",
            bound=bound,
            key=f"channel {number}",
            pressed=number == chosen,
        )
        for number in (first if chosen in first else [*first[:-1], chosen])
    ]
    return Row(tiles, "", "each", _NARROW)


def plane_of(output: Tensor, channel: int = 0, least: int = _LINE) -> Tensor:
    """A map as it is drawn; numbers in a row in lines below each other, the last one filled up with 0."""
    if output.dim() == 3:
        return output[min(channel, len(output) - 1)]
    width = min(len(output), max(least, isqrt(len(output) - 1) + 1))
    return pad(output, (0, -len(output) % width)).reshape(-1, width)


def number_at(output: Tensor, channel: int, row: int, column: int) -> tuple[int, ...] | None:
    """Where the number at a place of such a map stands in what a layer put out; None where there is none.

    Examples
    --------
    >>> import torch
    >>> number_at(torch.zeros(4, 3, 2), 1, 2, 0), number_at(torch.zeros(3), 0, 0, 2), number_at(torch.zeros(3), 0, 1, 0)
    ((1, 2, 0), (2,), None)
    """
    rows, columns = plane_of(output, channel).shape
    place = (channel, row, column) if output.dim() == 3 else (row * columns + column,)
    return place if row < rows and column < columns and place[-1] < output.shape[-1] else None


def box_of(rows: Sequence[int], columns: Sequence[int]) -> Box | None:
    """The rectangle from the first to the last of some rows and columns; None where there are none."""
    if not rows or not columns:
        return None
    return rows[0], columns[0], rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1


def small(plane: Tensor, side: int) -> Tensor:
    """A map of about so many numbers across, or three times as many down."""
    step = max(1, plane.shape[1] // side, plane.shape[0] // (3 * side))
    return plane[::step, ::step]

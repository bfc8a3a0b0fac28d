"""Which input cells the output cells of a layer meet, along each axis: whole numbers alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import get_args

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.layers import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d
from convlab.window import Pair

Windowed = Conv2d | ConvTranspose2d | MaxPool2d | AvgPool2d
Line = tuple[tuple[int | None, ...], ...]


@dataclass(frozen=True)
class Meetings:
    """What every tap of a kernel meets: rows and columns apart, since neither depends on the other.

    At output row i and column j, the tap in kernel row k and column m meets the cell
    ``(cells[0][i][k], cells[1][j][m])``.

    Attributes
    ----------
    cells : (rows, columns)
        Below zero or beyond the input for padding. For the transposed layer: the input row or column whose stamp
        brings that weight here, or None where the stride skips or none lies there.
    sources : (rows, columns)
        The input row or column whose number is read: the same inside the input, the mirrored, repeated or wrapped
        one on padding that copies, None where there is nothing.
    """

    cells: tuple[Line, Line]
    sources: tuple[Line, Line]


def meetings(
    layer: Windowed, input_size: Pair, rows: Iterable[int] | None = None, columns: Iterable[int] | None = None
) -> Meetings:
    """What every tap meets, for every output cell or for some.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    input_size : (int, int)
        Rows and columns of the input.
    rows, columns : iterable of int, optional
        Which output rows and columns; all of them by default.

    Examples
    --------
    >>> meetings(Conv2d(1, 1, (1, 2), padding=(0, 1)), (1, 1)).cells
    (((0,),), ((-1, 0), (0, 1)))
    >>> meetings(Conv2d(1, 1, (1, 2), padding=(0, 1), padding_mode="replicate"), (1, 1)).sources
    (((0,),), ((0, 0), (0, 0)))
    """
    check_kind(layer, Windowed)
    asked = (rows, columns)
    if rows is None or columns is None:
        channels = layer.in_channels if isinstance(layer, Conv2d | ConvTranspose2d) else 1
        size = layer.output_shape((channels, *input_size))[1:]
        asked = tuple(range(size[axis]) if asked[axis] is None else asked[axis] for axis in (0, 1))  # type: ignore
    mode = layer.padding_mode if isinstance(layer, Conv2d) else "zeros"
    cells = tuple(_met(layer, axis, asked[axis] or (), input_size[axis]) for axis in (0, 1))
    sources = tuple(_copied(mode, cells[axis], input_size[axis]) for axis in (0, 1))
    return Meetings((cells[0], cells[1]), (sources[0], sources[1]))


def indices(lines: tuple[Line, Line]) -> tuple[Tensor, Tensor]:
    """Rows and columns as tensors that broadcast to (output rows, output columns, kernel rows, kernel columns).

    Examples
    --------
    >>> rows, columns = indices(meetings(Conv2d(1, 1, (1, 2)), (1, 3)).sources)
    >>> tuple(rows.shape), tuple(columns.shape), columns.flatten().tolist()
    ((1, 1, 1, 1), (1, 2, 1, 2), [0, 1, 1, 2])
    """
    rows, columns = (torch.tensor([[-1 if cell is None else cell for cell in taps] for taps in line]) for line in lines)
    return rows[:, None, :, None], columns[None, :, None, :]


def overlap(layer: Windowed, input_shape: Sequence[int]) -> Tensor:
    """How often each input cell is read by a window; for the transposed layer, how often each output cell is stamped.

    Parameters
    ----------
    layer : Conv2d, ConvTranspose2d, MaxPool2d or AvgPool2d
        The layer.
    input_shape : sequence of int
        (C, H, W).

    Returns
    -------
    Tensor
        (H, W) of the input, or of the transposed layer's output, int64: the same for every channel. A cell that
        reflecting, replicating or circular padding copies counts once for each copy that is read.

    Examples
    --------
    >>> overlap(ConvTranspose2d(1, 1, 3, stride=2), (1, 1, 3))[0]
    tensor([1, 1, 2, 1, 2, 1, 1])
    """
    check_kind(layer, Windowed)
    layer.output_shape(input_shape)
    size: Pair = (input_shape[-2], input_shape[-1])
    lines = meetings(layer, size).sources
    if isinstance(layer, ConvTranspose2d):
        counts = [[sum(cell is not None for cell in taps) for taps in line] for line in lines]
    else:
        counts = [_times(line, size[axis]) for axis, line in enumerate(lines)]
    return torch.outer(torch.tensor(counts[0]), torch.tensor(counts[1]))


def check_kind(layer: object, kinds: type | UnionType) -> None:
    """Refuse a layer that is none of some kinds."""
    if not isinstance(layer, kinds):
        names = [kind.__name__ for kind in get_args(kinds) or (kinds,)]
        rule, advice = f"must be {' or '.join(names)}", f"Use a {names[0]}."
        raise ConvLabError("layer", type(layer).__name__, rule, advice=advice)


def _met(layer: Windowed, axis: int, places: Iterable[int], cells: int) -> Line:
    """The cell along one axis that each tap meets, for some places of the output."""
    window = layer.window
    if not isinstance(layer, ConvTranspose2d):
        return tuple(tuple(window.taps_along(axis, place)) for place in places)
    taps = range(window.kernel_size[axis])
    stamped = [{tap: cell for cell, tap in window.seen_along(axis, place, cells)} for place in places]
    return tuple(tuple(met.get(tap) for tap in taps) for met in stamped)


def _copied(mode: str, line: Line, side: int) -> Line:
    """The input cells along one axis whose numbers some cells of the padded input copy."""
    return tuple(tuple(None if cell is None else _source(mode, cell, side) for cell in taps) for taps in line)


def _source(mode: str, place: int, side: int) -> int | None:
    """The input cell that one cell of the padded input copies; None if it copies nothing."""
    if 0 <= place < side:
        return place
    if mode == "reflect":
        return -place if place < 0 else 2 * (side - 1) - place
    if mode == "replicate":
        return min(max(place, 0), side - 1)
    return place % side if mode == "circular" else None


def _times(line: Line, side: int) -> list[int]:
    """How often each input cell along one axis is read."""
    counts = [0] * side
    for cell in (cell for taps in line for cell in taps if cell is not None):
        counts[cell] += 1
    return counts

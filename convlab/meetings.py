"""Which input cells the output cells of a layer meet, along each axis: whole numbers alone."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from convlab.layers import Windowed, check_kind, windowed
from convlab.window import Pair

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
    >>> from convlab import Conv2d
    >>> meetings(Conv2d(1, 1, (1, 2), padding=(0, 1)), (1, 1)).cells
    (((0,),), ((-1, 0), (0, 1)))
    >>> meetings(Conv2d(1, 1, (1, 2), padding=(0, 1), padding_mode="replicate"), (1, 1)).sources
    (((0,),), ((0, 0), (0, 0)))
    """
    check_kind(layer, windowed)
    if rows is None or columns is None:
        output_size = layer.output_size(input_size)
        rows = range(output_size[0]) if rows is None else rows
        columns = range(output_size[1]) if columns is None else columns
    down, across = _met(layer, 0, rows, input_size), _met(layer, 1, columns, input_size)
    return Meetings((down, across), (_copied(layer, down, input_size[0]), _copied(layer, across, input_size[1])))


def indices(lines: tuple[Line, Line]) -> tuple[Tensor, Tensor]:
    """Rows and columns as tensors that broadcast to (output rows, output columns, kernel rows, kernel columns).

    Examples
    --------
    >>> from convlab import Conv2d
    >>> rows, columns = indices(meetings(Conv2d(1, 1, (1, 2)), (1, 3)).sources)
    >>> tuple(rows.shape), tuple(columns.shape), columns.flatten().tolist()
    ((1, 1, 1, 1), (1, 2, 1, 2), [0, 1, 1, 2])
    """
    rows, columns = (torch.tensor([[-1 if cell is None else cell for cell in taps] for taps in line]) for line in lines)
    return rows[:, None, :, None], columns[None, :, None, :]


def inside_of(met: Meetings, input_size: Pair, ring: Pair = (0, 0)) -> Tensor:
    """Whether each tap meets a cell of the input, or of a ring of padding around it.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> inside_of(meetings(Conv2d(1, 1, (1, 2), padding=(0, 1)), (1, 1)), (1, 1)).flatten().tolist()
    [False, True, True, False]
    """
    down, across = (
        torch.tensor([[cell is not None and -p <= cell < side + p for cell in taps] for taps in line])
        for line, side, p in zip(met.cells, input_size, ring, strict=True)
    )
    return down[:, None, :, None] & across[None, :, None, :]


def counted_of(layer: Windowed, met: Meetings, input_size: Pair) -> Tensor | None:
    """Which taps a mean counts; None where the layer takes none."""
    ring = layer.counted_ring
    return None if ring is None else inside_of(met, input_size, ring)


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
    >>> from convlab import ConvTranspose2d
    >>> overlap(ConvTranspose2d(1, 1, 3, stride=2), (1, 1, 3))[0]
    tensor([1, 1, 2, 1, 2, 1, 1])
    """
    check_kind(layer, windowed)
    layer.output_shape(input_shape)
    rows, columns = uses(layer, (input_shape[-2], input_shape[-1]))
    return torch.outer(torch.tensor(rows), torch.tensor(columns))


def uses(layer: Windowed, input_size: Pair) -> tuple[list[int], list[int]]:
    """How often each row and each column is used, as `overlap` counts: their products are its cells.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> uses(Conv2d(1, 1, 2), (2, 3))
    ([1, 1], [1, 2, 1])
    """
    down, across = meetings(layer, input_size).sources
    if layer.stamps:
        return _filled(down), _filled(across)
    return _read(down, input_size[0]), _read(across, input_size[1])


def _met(layer: Windowed, axis: int, places: Iterable[int], size: Pair) -> Line:
    """The cell along one axis that each tap meets, for some places of the output."""
    return tuple(layer.meets(axis, place, size[axis]) for place in places)


def _copied(layer: Windowed, line: Line, side: int) -> Line:
    """The input cells along one axis whose numbers some cells of the padded input copy."""
    return tuple(tuple(None if cell is None else layer.copies(cell, side) for cell in taps) for taps in line)


def _filled(line: Line) -> list[int]:
    """How many taps find a cell, at each output cell along one axis."""
    return [sum(cell is not None for cell in taps) for taps in line]


def _read(line: Line, side: int) -> list[int]:
    """How often each input cell along one axis is read."""
    counts = Counter(cell for taps in line for cell in taps)
    return [counts[cell] for cell in range(side)]

"""The ways from an output of a row back to the picture: sizes, receptive fields, the step between neighbours."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod

import numpy as np

from convlab.errors import ConvLabError
from convlab.layers import Layer
from convlab.reach import Reach, widest
from convlab.window import Pair

MAX_CELLS = 2_000_000  # of all outputs together, where every one of them is followed
_NONE = np.iinfo(np.int64).max  # of the cells of a number that sees none
_Cells = tuple[int, int]  # the first and the last
_Way = tuple[int, tuple[Reach, Reach]]  # the output that is read, and what of its rows and of its columns


def sizes_of(layers: Sequence[Layer], input_size: Pair) -> list[Pair]:
    """Rows and columns of what reaches each layer of a row, and of the end; of numbers in a row, where they come from.

    Examples
    --------
    >>> from convlab import Conv2d, MaxPool2d
    >>> sizes_of([Conv2d(1, 1, 3), MaxPool2d(2)], (8, 8))
    [(8, 8), (6, 6), (3, 3)]
    """
    sizes = [input_size]
    for number, layer in enumerate(layers, 1):
        sizes.append(layer.output_size(*(sizes[source] for source in layer.sources(number))))
    return sizes


def needed_by(layers: Sequence[Layer]) -> list[int]:
    """The numbers of the layers that the last one's output comes from, itself with them.

    Examples
    --------
    >>> from convlab import Branch, Conv2d, ReLU
    >>> needed_by([Conv2d(1, 1, 3), ReLU(), Branch(1), Conv2d(1, 1, 3)])
    [1, 3, 4]
    """
    met = {len(layers)}
    for number in range(len(layers), 0, -1):
        if number in met:
            met.update(layers[number - 1].sources(number))
    return sorted(met - {0})


def receptive_field(layers: Sequence[Layer], input_size: Pair | None = None) -> tuple[int, int]:
    """Rows and columns of the input that one output number of layers in a row can depend on.

    Where that differs from one output cell to the next, as behind a transposed layer, the largest is given.

    Parameters
    ----------
    layers : sequence of Layer
        Layers in a row. Where ways branch and meet again, the field is from the first to the last cell of all of them.
    input_size : (int, int), optional
        Rows and columns of the picture: needed by layers that are told the size of their output, by Linear, which
        sees all of its input, and where ways meet.

    Returns
    -------
    (int, int)
        Rows and columns, padding included. Of a row that needs the picture's size, has transposed layers which leave
        cells out, and would take too long to search, what it is at the most.

    Raises
    ------
    ConvLabError
        If a layer needs the input's size and it is not given, or does not fit it.

    Examples
    --------
    >>> from convlab import Addition, Conv2d
    >>> receptive_field([Conv2d(1, 1, 3, dilation=2), Conv2d(1, 1, 3)])
    (7, 7)
    >>> receptive_field([Conv2d(1, 1, 3, padding=1), Addition(0)], (8, 8))
    (3, 3)
    """
    return field_at(tuple(layers), len(layers), input_size)


def spacing(layers: Sequence[Layer], input_size: Pair) -> tuple[Fraction, Fraction] | None:
    """Rows and columns of the input between what two neighbours at the end of a row of layers see.

    Parameters
    ----------
    layers : sequence of Layer
        Layers in a row.
    input_size : (int, int)
        Rows and columns of the picture.

    Returns
    -------
    (Fraction, Fraction) or None
        The product of the strides, divided by the steps of layers that make maps larger. None where there is no one
        such number: behind Flatten and Linear, behind adaptive pooling with uneven windows, and where ways of
        different steps meet.

    Examples
    --------
    >>> from convlab import Conv2d, MaxPool2d, Upsample
    >>> rows, columns = spacing([Conv2d(1, 1, 3, stride=(2, 1)), MaxPool2d(2), Upsample(scale_factor=8)], (32, 32))
    >>> print(rows, columns)
    1/2 1/4
    """
    sizes = sizes_of(layers, input_size)
    found: list[tuple[Fraction, Fraction] | None] = [(Fraction(1), Fraction(1))]
    for number, layer in enumerate(layers, 1):
        before, *others = layer.sources(number)
        start, step = found[before], layer.spacing(sizes[before])
        alike = start and step and all(found[other] == start for other in others)
        found.append((start[0] * step[0], start[1] * step[1]) if start and step and alike else None)
    return found[-1]


def seen_from(layers: Sequence[Layer], size: Pair, place: Pair) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Rows and columns of a picture that the number at a place at the end can depend on, without padding.

    Examples
    --------
    >>> from convlab import Addition, Conv2d
    >>> seen_from([Conv2d(1, 1, (1, 3), padding=(0, 2), dilation=2), Addition(0)], (3, 9), (1, 4))
    ((1,), (2, 4, 6))
    """
    sizes = sizes_of(layers, size)
    masks = {len(layers): np.zeros(sizes[-1], np.float32)}
    masks[len(layers)][place] = 1
    for number in range(len(layers), 0, -1):
        if number not in masks:
            continue
        mask, layer = masks.pop(number), layers[number - 1]
        for source in layer.sources(number):
            down, across = (_meetings(layer, axis, sizes[source], mask) for axis in (0, 1))
            seen = (down.T @ mask @ across > 0).astype(np.float32)
            masks[source] = np.maximum(masks[source], seen) if source in masks else seen
    rows, columns = (np.flatnonzero(masks[0].any(axis)).tolist() for axis in (1, 0))
    return tuple(rows), tuple(columns)


def _meetings(layer: Layer, axis: int, size: Pair, mask: np.ndarray) -> np.ndarray:
    """Which input cells, padding as what it copies, the output cells of a mask meet along an axis."""
    cells, places = size[axis], mask.shape[axis]
    meet, reach = np.zeros((places, cells), np.float32), _reach(layer, axis, cells, places)
    for place in np.flatnonzero(mask.any(1 - axis)).tolist():
        met = {layer.copies(cell, cells) for cell in reach.cells(place)}
        meet[place, [cell for cell in met if cell is not None]] = 1
    return meet


def _reach(layer: Layer, axis: int, cells: int, places: int) -> Reach:
    """What a layer's output cells read of a source; an addition may read one number that comes from any cell."""
    alone = layer.of is not None and cells != places
    return Reach(stride=0) if alone else layer.reach(axis, cells)


def field_at(layers: tuple[Layer, ...], number: int, input_size: Pair | None) -> tuple[int, int]:
    """The receptive field of layer `number` of a row.

    Examples
    --------
    >>> from convlab import Conv2d
    >>> field_at((Conv2d(1, 1, 3), Conv2d(1, 1, 3)), 1, (8, 8))
    (3, 3)
    """
    needed = needed_by(layers[:number])
    met = [layers[place - 1] for place in needed]
    one_way = all(len(layers[place - 1].sources(place)) == 1 for place in needed)
    if one_way and (input_size is None or not any(layer.sized for layer in met)):
        rows, columns = (widest([layer.reach(axis) for layer in met]) for axis in (0, 1))
        return rows, columns
    if input_size is None:
        numbers, advice = "ways of their own meet here", "Give the rows and columns of the picture."
        raise ConvLabError("input_size", None, "must be known", numbers=numbers, advice=advice)
    ways = _ways(layers, input_size)
    steady = all(reach.steady for place in needed for _, both in ways[place] for reach in both)
    searched = None if steady else _searched(layers, input_size)
    if searched:
        return searched[number]
    size = sizes_of(layers[:number], input_size)[-1]
    rows, columns = (_extent(ways, needed, axis, size[axis]) for axis in (0, 1))
    return rows, columns


@lru_cache(maxsize=8)
def _ways(layers: tuple[Layer, ...], input_size: Pair) -> list[list[_Way]]:
    """For every number of a row, the outputs that it reads, and what it reads of them."""
    sizes, ways = sizes_of(layers, input_size), list[list[_Way]]([[]])
    for number, layer in enumerate(layers, 1):
        ways.append([])
        for source in layer.sources(number):
            down, across = (_reach(layer, axis, sizes[source][axis], sizes[number][axis]) for axis in (0, 1))
            ways[number].append((source, (down, across)))
    return ways


def _extent(ways: list[list[_Way]], needed: list[int], axis: int, places: int) -> int:
    """The most cells from the first to the last that one of so many places sees, if none of them sees nothing.

    The first and the last cell are followed back. Where nothing is spread they lie on straight lines over the places,
    and their distance, being bent one way, is the most at one of the two ends.
    """
    read = [both[axis] for number in needed for _, both in ways[number]]
    even, small = all(reach.spread == 1 for reach in read), prod(max(reach.stride, 1) for reach in read) < 2**40
    place = np.array(sorted({0, places - 1}) if even else range(places), np.int64 if small else object)
    seen = {needed[-1] if needed else 0: (place, place)}
    for number in reversed(needed):
        for source, both in ways[number]:
            first, last = both[axis].around(*seen[number])
            least, most = seen.get(source, (first, last))
            seen[source] = np.minimum(first, least), np.maximum(last, most)
    first, last = seen[0]
    return int((last - first).max()) + 1


@lru_cache(maxsize=8)
def _searched(layers: tuple[Layer, ...], input_size: Pair) -> list[tuple[int, int]] | None:
    """The receptive fields of every output of a row in which a way may end at nothing; None if that is too much work.

    The first and the last row and column that each number sees are followed from layer to layer: for numbers beyond
    the border too, as far as a later layer's padding asks for them.
    """
    sizes, ways = sizes_of(layers, input_size), _ways(layers, input_size)
    asked = [[(0, side - 1) for side in size] for size in sizes]
    for number in range(len(layers), 0, -1):
        for source, both in ways[number]:
            for axis, reach in enumerate(both):
                asked[source][axis] = _hull(asked[source][axis], reach.around(*asked[number][axis]))
    if sum(prod(last - first + 1 for first, last in cells) for cells in asked) > MAX_CELLS:
        return None
    ends = [_own_ends(asked[0])]
    for number in range(1, len(layers) + 1):
        met = []
        for source, both in ways[number]:
            seen = ends[source]
            for axis, reach in enumerate(both):
                seen = _followed(seen, axis, reach, asked[source][axis], asked[number][axis])
            met.append(seen)
        ends.append(np.minimum.reduce(met))
    return [_most(end, size, cells) for end, size, cells in zip(ends, sizes, asked, strict=True)]


def _hull(one: _Cells, other: _Cells) -> _Cells:
    """From the first to the last cell of both."""
    return min(one[0], other[0]), max(one[1], other[1])


def _own_ends(asked: Sequence[_Cells]) -> np.ndarray:
    """(4, rows, columns): of each pixel its row, minus its row, its column and minus its column."""
    rows, columns = np.meshgrid(*(np.arange(first, last + 1) for first, last in asked), indexing="ij")
    return np.stack([rows, -rows, columns, -columns])


def _followed(ends: np.ndarray, axis: int, reach: Reach, source: _Cells, own: _Cells) -> np.ndarray:
    """The least of what the cells hold that each output cell reads along an axis."""
    cells = [reach.cells(place) for place in range(own[0], own[1] + 1)]
    shape = (*ends.shape[: axis + 1], len(cells), *ends.shape[axis + 2 :])
    least = np.full(shape, _NONE)
    for tap in range(max(map(len, cells))):
        there = [place for place, met in enumerate(cells) if tap < len(met)]
        met = np.take(ends, [cells[place][tap] - source[0] for place in there], axis + 1)
        part = (slice(None),) * (axis + 1) + (there,)
        least[part] = np.minimum(least[part], met)
    return least


def _most(ends: np.ndarray, size: Pair, asked: Sequence[_Cells]) -> tuple[int, int]:
    """The most rows and columns from the first to the last that one of the numbers sees; 0 where none sees any."""
    (top, _), (left, _) = asked
    part = ends[:, -top : size[0] - top, -left : size[1] - left].reshape(4, -1)
    part = part[:, part[0] < _NONE]
    rows, columns = (int((-part[i] - part[i + 1]).max(initial=-1)) + 1 for i in (0, 2))
    return rows, columns

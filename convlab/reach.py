"""How far back one output number looks through layers in a row, along one axis: whole numbers alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import gcd, prod
from typing import TypeVar

import numpy as np

_Cell = TypeVar("_Cell", int, np.ndarray)  # one cell, or one for each of many outputs


@dataclass(frozen=True)
class Reach:
    """Which input cells an output cell depends on: those where ``spread·input − stride·output`` is one of the offsets.

    Attributes
    ----------
    stride : int
        Input cells from one output cell to the next.
    spread : int
        Output cells from one input cell to the next: the stride of a transposed layer.
    offsets : frozenset of int
        One for each weight.

    Examples
    --------
    >>> Reach(stride=2, offsets=frozenset({-1, 0, 1})).cells(4)
    [7, 8, 9]
    >>> Reach(spread=2, offsets=frozenset({-1, 0, 1})).cells(3)
    [1, 2]
    """

    stride: int = 1
    spread: int = 1
    offsets: frozenset[int] = frozenset({0})

    def cells(self, output: int) -> list[int]:
        """The input cells that one output cell depends on; padding lies below 0 or beyond the input."""
        if self.spread == 1:
            return sorted(self.stride * output + offset for offset in self.offsets)
        start, (first, last) = self.stride * output, self.around(output, output)
        return [cell for cell in range(first, last + 1) if self.spread * cell - start in self.offsets]

    def around(self, first: _Cell, last: _Cell) -> tuple[_Cell, _Cell]:
        """The first and the last input cell that those from a first to a last output cell can depend on."""
        least, most = self._ends
        return -(-(self.stride * first + least) // self.spread), (self.stride * last + most) // self.spread

    @cached_property
    def steady(self) -> bool:
        """Whether every output cell depends on some input cells, whose first and last never go back."""
        first, last = self._ends
        return self.spread == 1 or last - first + 1 == len(self.offsets) >= self.spread

    @cached_property
    def _ends(self) -> tuple[int, int]:
        """The least and the largest offset."""
        return min(self.offsets), max(self.offsets)

    def through(self, lower: "Reach") -> "Reach":
        """The reach of two layers as if they were one, `lower` nearer the input; this one's spread must be 1."""
        stride, offsets = (
            self.stride * lower.stride,
            {lower.stride * q + r for q in self.offsets for r in lower.offsets},
        )
        common = gcd(stride, lower.spread)
        whole = frozenset(offset // common for offset in offsets if offset % common == 0)
        return Reach(stride // common, lower.spread // common, whole)


def widest(reaches: Sequence[Reach]) -> int:
    """Input cells from the first to the last that one output cell depends on, for the output cell with the most.

    Parameters
    ----------
    reaches : sequence of Reach
        One for each layer, the input's side first.

    Returns
    -------
    int
        0 where no output cell depends on any.

    Notes
    -----
    Two ways lead from one output cell back to a first and a last input cell. Layer by layer, from the output back,
    only the distance of the two is kept, and where the first one stands as far as that is known (modulo a number).
    Of pairs that the layers still to come can't tell apart the farthest is enough: what they ask is whether a
    cell is a multiple of their spread. So there are few pairs, however many output cells a period has.

    Examples
    --------
    >>> widest([Reach(stride=2, offsets=frozenset({0, 1, 2})), Reach(offsets=frozenset({0, 1, 2}))])
    7
    """
    chain = _joined(reversed(reaches))
    known, left = 1, prod(reach.spread for reach in chain)
    pairs = [(0, 0)]
    for reach in chain:
        pairs = list(_followed(pairs, known, left, reach))
        left //= reach.spread
        known = gcd(reach.stride * known // gcd(known, reach.spread), left)
        pairs = _farthest(pairs, known, left)
    return max((distance for _, distance in pairs), default=-1) + 1


def _joined(reaches: Iterable[Reach]) -> list[Reach]:
    """The same row from the output back; what one layer skips and the next spreads again is made one layer."""
    chain: list[Reach] = []
    for reach in reaches:
        while reach.spread > 1 and chain and chain[-1].spread == 1:
            if chain[-1].stride > 1 and gcd(chain[-1].stride, reach.spread) == 1:
                break
            reach = chain.pop().through(reach)
        chain.append(reach)
    return chain


def _followed(pairs: list[tuple[int, int]], known: int, left: int, reach: Reach) -> Iterable[tuple[int, int]]:
    """Pairs (first cell modulo `known`, distance) through one layer: its first cell takes a weight, then its last."""
    stride, spread = reach.stride, reach.spread
    moved = (
        ((stride * cell + offset) // spread, stride * distance - offset)
        for first, distance in pairs
        for cell in range(first, first + known * spread // gcd(known, spread), known)
        for offset in reach.offsets
        if (stride * cell + offset) % spread == 0
    )
    modulus = stride * known // gcd(known, spread)
    for cell, distance in _farthest(moved, gcd(modulus, left // spread), left):
        yield from ((cell, (distance + last) // spread) for last in reach.offsets if (distance + last) % spread == 0)


def _farthest(pairs: Iterable[tuple[int, int]], known: int, left: int) -> list[tuple[int, int]]:
    """The farthest of all pairs that agree modulo `known` and modulo `left`."""
    best: dict[tuple[int, int], int] = {}
    for cell, distance in pairs:
        key = cell % known, distance % left
        best[key] = max(best.get(key, distance), distance)
    return [(cell, distance) for (cell, _), distance in best.items()]

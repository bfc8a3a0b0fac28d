"""The idea in the middle: which input cells does output cell (row, column) look at?

Plain integers, no torch. Read forwards a window is convolution and pooling; read backwards, each coarse
cell stamping the kernel onto the finer grid, it is the transposed layer.
"""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from convlab.errors import ConvLabError

Pair = tuple[int, int]
Sides = int | Sequence[int]  # as a caller may give a pair: one number for both sides, or two


def pair(parameter: str, value: Sides, minimum: int) -> Pair:
    """An int or a (height, width) pair as a pair of ints, each at least `minimum`.

    Examples
    --------
    >>> pair("stride", 2, minimum=1)
    (2, 2)
    """
    sides: Sequence[int] = value if isinstance(value, (tuple, list)) else (value,) * 2
    try:
        if len(sides) != 2 or any(isinstance(side, bool) for side in sides):
            raise TypeError
        height, width = (operator.index(side) for side in sides)
    except TypeError:
        raise ConvLabError(
            parameter,
            value,
            "must be a whole number or a (height, width) pair of them",
            advice=f"Use {max(minimum, 1)} or ({max(minimum, 1)}, {max(minimum, 1)}).",
            fix={parameter: max(minimum, 1)},
        ) from None
    if min(height, width) < minimum:
        fixed = (max(height, minimum), max(width, minimum))
        rule = f"must be at least {minimum}"
        raise ConvLabError(parameter, value, rule, advice=f"Use {fixed}.", fix={parameter: fixed})
    return height, width


def whole(parameter: str, value: int, minimum: int = 1) -> int:
    """A whole number of at least `minimum`.

    Examples
    --------
    >>> whole("groups", 3)
    3
    """
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        rule, advice = "must be a whole number", f"Use {minimum}."
        raise ConvLabError(parameter, value, rule, advice=advice, fix={parameter: minimum}) from None
    if number < minimum:
        rule = f"must be at least {minimum}"
        raise ConvLabError(parameter, value, rule, advice=f"Use {minimum}.", fix={parameter: minimum})
    return number


def real(parameter: str, value: float, minimum: float = -inf) -> float:
    """A finite number of at least `minimum`.

    Examples
    --------
    >>> real("eps", 0.001, minimum=0)
    0.001
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value) or value < minimum:
        least = "" if minimum == -inf else f" of at least {minimum:g}"
        fix = {parameter: max(minimum, 0.01)}
        advice = f"Use {fix[parameter]}."
        raise ConvLabError(parameter, value, f"must be a finite number{least}", advice=advice, fix=fix)
    return value


def by(size: Sequence[int]) -> str:
    """A size as it is written on the page: 235×180."""
    return "×".join(str(side) for side in size)


def plain(sides: Sequence[int]) -> str:
    """A pair as it is written in a message: one number where both are the same.

    Examples
    --------
    >>> plain((2, 2)), plain((5, 3))
    ('2', '(5, 3)')
    """
    return str(sides[0]) if sides[0] == sides[1] else f"({sides[0]}, {sides[1]})"


@dataclass(frozen=True, init=False)
class Window:
    """The cells that one output cell looks at, and how the next one is found.

    Parameters
    ----------
    kernel_size : int or (int, int)
        Rows and columns of weights, at least 1.
    stride : int or (int, int), default 1
        Cells from one window to the next, at least 1.
    padding : int or (int, int), default 0
        Rows added above and columns added to the left; the same number below and to the right unless
        `padding_end` says otherwise.
    dilation : int or (int, int), default 1
        Cells from one weight to the next, at least 1.
    padding_end : int or (int, int), optional
        Rows below and columns to the right, where they differ (``"same"`` with an even dilated size).

    Attributes
    ----------
    kernel_size, stride, padding, dilation, padding_end : (int, int)
        The same as pairs, (rows, columns).

    Notes
    -----
    Along each axis, output cell `o` meets weight `k` at input cell ``o·stride − padding + k·dilation``;
    an input cell below 0 or beyond the input is a padding cell.

    References
    ----------
    V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning", relationships 1–14.

    Examples
    --------
    >>> window = Window(kernel_size=3, dilation=2)
    >>> window.dilated_size
    (5, 5)
    >>> window.output_size((8, 8))
    (4, 4)
    """

    kernel_size: Pair
    stride: Pair
    padding: Pair
    dilation: Pair
    padding_end: Pair

    def __init__(
        self,
        kernel_size: Sides,
        stride: Sides = 1,
        padding: Sides = 0,
        dilation: Sides = 1,
        padding_end: Sides | None = None,
    ) -> None:
        self.__dict__.update(
            kernel_size=pair("kernel_size", kernel_size, 1),
            stride=pair("stride", stride, 1),
            padding=pair("padding", padding, 0),
            dilation=pair("dilation", dilation, 1),
            padding_end=pair("padding", padding if padding_end is None else padding_end, 0),
        )

    @property
    def dilated_size(self) -> Pair:
        """Rows and columns that the window covers, its gaps included."""
        (kh, kw), (dh, dw) = self.kernel_size, self.dilation
        return dh * (kh - 1) + 1, dw * (kw - 1) + 1

    @property
    def sides(self) -> dict[str, Pair]:
        """kernel_size, stride, padding and dilation by their names."""
        return {name: getattr(self, name) for name in ("kernel_size", "stride", "padding", "dilation")}

    @property
    def padding_words(self) -> str:
        """The padding in words, its two ends apart where they differ."""
        if self.padding_end == self.padding:
            return plain(self.padding)
        return f"{plain(self.padding)} before and {plain(self.padding_end)} after"

    def padded_size(self, input_size: Pair) -> Pair:
        """The input with its padding ring.

        Parameters
        ----------
        input_size : (int, int)
            Rows and columns of the input.

        Returns
        -------
        (int, int)
            Rows and columns with the padding at both ends.
        """
        (top, left), (bottom, right) = self.padding, self.padding_end
        return input_size[0] + top + bottom, input_size[1] + left + right

    def output_size(self, input_size: Pair, ceil_mode: bool = False, most_padding: Pair | None = None) -> Pair:
        """Rows and columns of windows that fit into the padded input.

        Parameters
        ----------
        input_size : (int, int)
            Rows and columns of the input.
        ceil_mode : bool, default False
            Pooling's option: let a last window hang over the end, if it starts inside the input or the
            padding before it.
        most_padding : (int, int), optional
            The most padding that the layer can take, for the advice.

        Raises
        ------
        ConvLabError
            If not even one window fits.

        Notes
        -----
        ``⌊(input + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1`` along each axis, rounded
        up with `ceil_mode`.

        Examples
        --------
        >>> Window(5).output_size((235, 180))
        (231, 176)
        >>> Window(2, stride=2).output_size((231, 176)), Window(2, stride=2).output_size((231, 176), ceil_mode=True)
        ((115, 88), (116, 88))
        """
        rows = self._windows(0, input_size[0], ceil_mode)
        columns = self._windows(1, input_size[1], ceil_mode)
        if min(rows, columns) < 1:
            self._refuse(input_size, most_padding)
        return rows, columns

    def formula(self, axis: int, cells: int, ceil_mode: bool = False) -> str:
        """The size formula along one axis (0: rows, 1: columns) with its numbers put in.

        Parameters
        ----------
        axis : int
            0 for rows, 1 for columns.
        cells : int
            Input rows or columns.
        ceil_mode : bool, default False
            As in `output_size`.

        Returns
        -------
        str
            The formula and its result.

        Examples
        --------
        >>> Window(5, padding=2).formula(0, 235)
        '⌊(235 + 2·2 − 1·(5 − 1) − 1) / 1⌋ + 1 = 235'
        """
        size = self._windows(axis, cells, ceil_mode)
        numbers = self.kernel_size[axis], self.stride[axis], self.padding[axis], self.dilation[axis]
        return f"{self._sliding(axis, cells, ceil_mode, cells, *numbers)} = {size}"

    def short_formula(self, axis: int, cells: int) -> str:
        """The size formula along one axis without the terms that change nothing; the dilated size is one number.

        Parameters
        ----------
        axis, cells
            As in `formula`.

        Returns
        -------
        str
            The formula and its result.

        Examples
        --------
        >>> Window(3, stride=2).short_formula(0, 8), Window(3, padding=1).short_formula(0, 8)
        ('⌊(8 − 3) / 2⌋ + 1 = 3', '8 + 2·1 − 3 + 1 = 8')
        """
        before, after, stride = self.padding[axis], self.padding_end[axis], self.stride[axis]
        ring = f"2·{before}" if before == after else f"{before} + {after}"
        room = f"{cells}{f' + {ring}' if before or after else ''} − {self.dilated_size[axis]}"
        moves = f"⌊({room}) / {stride}⌋" if stride > 1 else room
        return f"{moves} + 1 = {self._windows(axis, cells, ceil_mode=False)}"

    def letters(self, axis: int, cells: int, ceil_mode: bool = False) -> str:
        """The size formula along one axis with names in the places of its numbers.

        Parameters
        ----------
        axis, cells, ceil_mode
            As in `formula`.

        Returns
        -------
        str
            The formula.

        Examples
        --------
        >>> Window(5, padding=2).letters(0, 235)
        '⌊(in + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1'
        """
        return self._sliding(axis, cells, ceil_mode, "in", "kernel_size", "stride", "padding", "dilation")

    def _sliding(
        self, axis: int, cells: int, ceil_mode: bool, size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any
    ) -> str:
        """The size formula of windows that slide, with numbers or with names."""
        before, after = self.padding[axis], self.padding_end[axis]
        ring = f"2·{padding}" if before == after else f"{before} + {after}"
        left, right = "⌈⌉" if ceil_mode else "⌊⌋"
        steps = self.padded_size((cells, cells))[axis] - self.dilated_size[axis]
        last = -(-steps // self.stride[axis]) + 1
        dropped = " − 1" if ceil_mode and last > self._windows(axis, cells, ceil_mode) else ""
        return f"{left}({size} + {ring} − {dilation}·({kernel} − 1) − 1) / {stride}{right} + 1{dropped}"

    def stamped_formula(self, axis: int, cells: int, output_padding: int = 0) -> str:
        """The transposed layer's size formula along one axis with its numbers put in.

        Parameters
        ----------
        axis : int
            0 for rows, 1 for columns.
        cells : int
            Input rows or columns.
        output_padding : int, default 0
            Rows or columns more at the end.

        Returns
        -------
        str
            The formula and its result.

        Examples
        --------
        >>> Window(3, stride=2, padding=1).stamped_formula(0, 4, output_padding=1)
        '(4 − 1)·2 − 2·1 + 1·(3 − 1) + 1 + 1 = 8'
        """
        size = self.stamped_size((cells, cells), (output_padding, output_padding))[axis]
        numbers = self.kernel_size[axis], self.stride[axis], self.padding[axis], self.dilation[axis]
        return f"{_stamping(cells, *numbers, output_padding)} = {size}"

    def stamped_letters(self) -> str:
        """The transposed layer's size formula with names in the places of its numbers.

        Examples
        --------
        >>> Window(3).stamped_letters()
        '(in − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1'
        """
        return _stamping("in", "kernel_size", "stride", "padding", "dilation", "output_padding")

    def _windows(self, axis: int, cells: int, ceil_mode: bool) -> int:
        """Windows along one axis; less than 1 where not even one fits."""
        stride, room = self.stride[axis], self.padded_size((cells, cells))[axis] - self.dilated_size[axis]
        steps = -(-room // stride) if ceil_mode else room // stride
        if ceil_mode and steps * stride >= cells + self.padding[axis]:
            steps -= 1
        return steps + 1

    def _refuse(self, input_size: Pair, most_padding: Pair | None) -> None:
        """Raise the error of a kernel that does not fit, with the smallest change that makes it fit."""
        dilated, padded = self.dilated_size, self.padded_size(input_size)
        sides = list(zip(self.kernel_size, self.dilation, padded, strict=True))
        dilation = _two([min(d, (p - 1) // (k - 1)) if k > 1 else d for k, d, p in sides])
        if self.dilation != (1, 1) and min(dilation) >= 1:
            fix, advice = {"dilation": dilation}, f"dilation {plain(dilation)}"
        else:
            kernel = _two([min(k, p) for k, _, p in sides])
            fix, advice = {"kernel_size": kernel}, f"kernel_size {plain(kernel)}"
            if self.dilation != (1, 1):
                fix["dilation"], advice = (1, 1), advice + " and dilation 1"
        short = [max(0, d - p) for d, p in zip(dilated, padded, strict=True)]
        padding = _two([p + -(-s // 2) for p, s in zip(self.padding, short, strict=True)])
        if most_padding is None or all(p <= most for p, most in zip(padding, most_padding, strict=True)):
            advice += f" or padding {plain(padding)}"
        spread = "" if self.dilation == (1, 1) else f" with dilation {plain(self.dilation)}"
        ring = "" if padded == input_size else f", {by(padded)} with its padding"
        numbers = f"{self.kernel_size}{spread} covers {by(dilated)}, the input is {by(input_size)}{ring}"
        rule = "must fit the padded input"
        raise ConvLabError("kernel_size", self.kernel_size, rule, numbers=numbers, advice=f"Use {advice}.", fix=fix)

    def stamped_size(self, input_size: Pair, output_padding: Pair = (0, 0)) -> Pair:
        """Read backwards: the size of the grid that `input_size` stamps cover, the transposed layer's output.

        Parameters
        ----------
        input_size : (int, int)
            Rows and columns of the input.
        output_padding : (int, int), default (0, 0)
            Rows and columns more at the end.

        Returns
        -------
        (int, int)
            Rows and columns of the output.

        Notes
        -----
        ``(input − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1`` along each axis;
        zero or less means that padding crops everything away.

        Examples
        --------
        >>> Window(3, stride=2, padding=1).stamped_size((4, 4), output_padding=(1, 1))
        (8, 8)
        """
        rows, columns = (
            (input_size[axis] - 1) * self.stride[axis]
            - self.padding[axis]
            - self.padding_end[axis]
            + self.dilated_size[axis]
            + output_padding[axis]
            for axis in (0, 1)
        )
        return rows, columns

    def taps(self, position: Pair) -> list[tuple[Pair, Pair]]:
        """Which weight meets which input cell at one position, in reading order of the kernel.

        Parameters
        ----------
        position : (int, int)
            Row and column of the output cell. For the transposed layer: of the input cell that is stamped.

        Returns
        -------
        list of ((int, int), (int, int))
            (kernel row, kernel column), (input row, input column); padding cells have a row or column below
            zero or beyond the input.

        Examples
        --------
        >>> Window((1, 2), padding=(0, 1)).taps((0, 0))
        [((0, 0), (0, -1)), ((0, 1), (0, 0))]
        """
        rows, columns = (enumerate(self.taps_along(axis, position[axis])) for axis in (0, 1))
        across = list(columns)
        return [((k, m), (row, column)) for k, row in rows for m, column in across]

    def taps_along(self, axis: int, place: int) -> list[int]:
        """The rows (axis 0) or columns (axis 1) of the input that the weights meet at one place of the output.

        Examples
        --------
        >>> Window(3, stride=2, padding=1, dilation=2).taps_along(0, 1)
        [1, 3, 5]
        """
        first = place * self.stride[axis] - self.padding[axis]
        return [first + weight * self.dilation[axis] for weight in range(self.kernel_size[axis])]

    def seen_by(self, cell: Pair, output_size: Pair) -> list[tuple[Pair, Pair]]:
        """Every window that looks at one input cell, with the weight that meets it there.

        Parameters
        ----------
        cell : (int, int)
            Row and column of the input cell.
        output_size : (int, int)
            Rows and columns of the output.

        Returns
        -------
        list of ((int, int), (int, int))
            (output row, output column), (kernel row, kernel column).

        Examples
        --------
        >>> Window((1, 2)).seen_by((0, 1), output_size=(1, 2))
        [((0, 0), (0, 1)), ((0, 1), (0, 0))]
        """
        rows, columns = (self.seen_along(axis, cell[axis], output_size[axis]) for axis in (0, 1))
        return [((o, p), (k, m)) for o, k in rows for p, m in columns]

    def seen_along(self, axis: int, cell: int, outputs: int) -> list[Pair]:
        """(output, weight) pairs along one axis that meet at `cell`, in order of the outputs.

        Examples
        --------
        >>> Window(3, stride=2).seen_along(0, cell=2, outputs=4)
        [(0, 2), (1, 0)]
        """
        found = []
        for weight in range(self.kernel_size[axis]):
            start = cell + self.padding[axis] - weight * self.dilation[axis]
            if start % self.stride[axis] == 0 and 0 <= start // self.stride[axis] < outputs:
                found.append((start // self.stride[axis], weight))
        return sorted(found)

    def usage(self, input_size: Pair, ceil_mode: bool = False) -> tuple[list[int], list[int]]:
        """How many windows look at each input row, and at each input column.

        An input cell is used as often as the product of the two; 0 is a pixel that no window reaches.

        Parameters
        ----------
        input_size : (int, int)
            Rows and columns of the input.
        ceil_mode : bool, default False
            As in `output_size`.

        Returns
        -------
        (list of int, list of int)
            One count a row, and one a column.

        Examples
        --------
        >>> Window(2, stride=2).usage((5, 4))
        ([1, 1, 1, 1, 0], [1, 1, 1, 1])
        """
        outputs = self.output_size(input_size, ceil_mode)
        rows, columns = (
            [len(self.seen_along(axis, cell, outputs[axis])) for cell in range(input_size[axis])] for axis in (0, 1)
        )
        return rows, columns

    def leftover(self, input_size: Pair) -> Pair:
        """Rows at the bottom and columns at the right of the padded input that the stride never reaches.

        Parameters
        ----------
        input_size : (int, int)
            Rows and columns of the input.

        Returns
        -------
        (int, int)
            Rows and columns, each less than the stride.

        Examples
        --------
        >>> Window(2, stride=2).leftover((231, 176))
        (1, 0)
        """
        self.output_size(input_size)
        room = zip(self.padded_size(input_size), self.dilated_size, self.stride, strict=True)
        rows, columns = ((padded - dilated) % stride for padded, dilated, stride in room)
        return rows, columns

    def reads(self, axis: int, cells: set[int]) -> set[int]:
        """The input rows (axis 0) or columns (axis 1) that some output rows or columns look at.

        Parameters
        ----------
        axis : int
            0 for rows, 1 for columns.
        cells : set of int
            Output rows or columns, from 0.

        Returns
        -------
        set of int
            Padding lies below 0 or beyond the input.

        Examples
        --------
        >>> sorted(Window(3, stride=2, padding=1).reads(0, {0, 1}))
        [-1, 0, 1, 2, 3]
        """
        return {place for cell in cells for place in self.taps_along(axis, cell)}

    def stamped_by(self, axis: int, cells: set[int]) -> set[int]:
        """Read backwards: the input rows or columns whose stamps reach some output rows or columns.

        Parameters
        ----------
        axis : int
            0 for rows, 1 for columns.
        cells : set of int
            Output rows or columns, from 0.

        Returns
        -------
        set of int
            Those below 0 or beyond the input are not there.

        Examples
        --------
        >>> sorted(Window(4, stride=2, padding=1).stamped_by(0, {3}))
        [1, 2]
        """
        stride, padding, dilation = self.stride[axis], self.padding[axis], self.dilation[axis]
        starts = (cell + padding - k * dilation for cell in cells for k in range(self.kernel_size[axis]))
        return {start // stride for start in starts if start % stride == 0}


def _two(sides: Sequence[int]) -> Pair:
    """A sequence of two as a pair, for the type checker."""
    return sides[0], sides[1]


def _stamping(size: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, output_padding: Any) -> str:
    """The transposed layer's size formula, with numbers or with names."""
    return f"({size} − 1)·{stride} − 2·{padding} + {dilation}·({kernel} − 1) + {output_padding} + 1"

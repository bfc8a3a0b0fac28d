"""The table: rows of figures with their ratios and aims."""

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table; without a figure it is the heading of a block."""

    what: str
    figure: str = ""
    ratio: str = ""
    aim: str = ""
    met: str = ""


def judged(what: str, figure: str, value: float, aim: str = "", ratio: str = "") -> Row:
    """A row with an aim like "≤ 16.7 ms p95", if it has one, and whether a value meets it."""
    if not aim:
        return Row(f"  {what}", figure, ratio)
    sign, limit = aim.split()[:2]
    met = value <= float(limit) if sign == "≤" else value >= float(limit)
    return Row(f"  {what}", figure, ratio, aim, "met" if met else "NOT MET")


def against(what: str, times: Sequence[float], base: float, aim: str = "") -> Row:
    """A row of milliseconds whose median is judged as a ratio to a base."""
    ratio = statistics.median(times) / base
    return judged(what, spread(times), ratio, aim, f"{ratio:.2f}")


def spread(times: Sequence[float], digits: int = 0) -> str:
    """Milliseconds in short: median, 95 %, how many."""
    middle, high = statistics.median(times), tail(times)
    return f"p50 {middle:5.{digits}f} ms   p95 {high:5.{digits}f} ms   n {len(times)}"


def tail(times: Sequence[float]) -> float:
    """The value that 95 % do not exceed."""
    return sorted(times)[int(0.95 * (len(times) - 1) + 0.5)]


def printed(rows: Iterable[Row]) -> str:
    """The rows in aligned columns."""
    heads = Row("", "figure", "ratio", "aim")
    lines = [heads, *rows]
    widths = [max(len(row[i]) for row in lines if row.figure) for i in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if row.figure
        else f"\n{row.what}"
        for row in lines
    )

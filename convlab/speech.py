"""Counts, places and numbers as they are read aloud, for the sentences about one output number."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from convlab.window import Pair

_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Parts:
    """What a layer's sentence about one output number can speak of.

    Attributes
    ----------
    place : str
        Channels, rows and columns of the input that the number looks at.
    products : int
        How many products it is made of.
    met : int
        How many of them are of input cells and not of padding.
    inputs, products_sum : float
        The sum of the numbers read, and of the products.
    bias, total : float
        The bias, 0 without one, and the number itself.
    winner : (int, int), optional
        Row and column of the one input cell that is kept.
    divisor : int, optional
        How many cells a mean counts.
    """

    place: str
    products: int
    met: int
    inputs: float
    products_sum: float
    bias: float
    total: float
    winner: Pair | None
    divisor: int | None

    def summed(self, numbers: int, noun: str, where: str) -> str:
        """A sum of so many products, with the bias added: four stamps from … sum to 3; plus bias 1 that is 4."""
        added = f"; plus bias {spoken(self.bias)} that is {spoken(self.total)}" if self.bias else ""
        return f"{counted(numbers, noun)} {where} {self.place} {verb(numbers)} {spoken(self.products_sum)}{added}"


def counted(number: int, noun: str = "") -> str:
    """A count in words up to twelve, with its noun.

    Examples
    --------
    >>> counted(3, "stamp"), counted(1, "stamp"), counted(25)
    ('three stamps', 'one stamp', '25')
    """
    word = _WORDS[number] if number < len(_WORDS) else f"{number:,}"
    return word if not noun else f"{word} {noun}" + ("s" if number != 1 else "")


def verb(numbers: int) -> str:
    """Several numbers sum to a total; one is it."""
    return "sum to" if numbers > 1 else "is"


def span(noun: str, places: Sequence[int]) -> str:
    """Rows or columns in words.

    Examples
    --------
    >>> span("row", [2]), span("row", [2, 3, 4]), span("row", [2, 4]), span("row", [2, 4, 6, 8])
    ('row 2', 'rows 2 to 4', 'rows 2 and 4', 'rows 2 to 8 in steps of 2')
    """
    first, last = places[0], places[-1]
    steps = {after - before for before, after in pairwise(places)}
    if first == last:
        return f"{noun} {first}"
    if steps == {1}:
        return f"{noun}s {first} to {last}"
    if len(places) > 3 and len(steps) == 1:
        return f"{noun}s {first} to {last} in steps of {steps.pop()}"
    return f"{noun}s {', '.join(map(str, places[:-1]))} and {last}"


def spoken(value: float) -> str:
    """A number as it is read aloud: at most four decimals, minus in words.

    Examples
    --------
    >>> spoken(-1.5), spoken(0.00001)
    ('minus 1.5', 'nearly 0')
    """
    if abs(value) == inf:
        return "minus infinity" if value < 0 else "infinity"
    if 0 < abs(value) < 0.00005:
        return "nearly 0"
    return ("minus " if value < 0 else "") + f"{abs(value):.4f}".rstrip("0").rstrip(".")

"""The kinds of setting: each knows its range or its options, how it stands in an address, and what a widget may say.

A page's settings are a frozen dataclass whose fields are made by `setting`; whoever draws, reads, writes or bounds a
setting asks its kind. A new setting is one line; a new kind of setting is one class.
"""

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from types import MappingProxyType
from typing import Any, NoReturn, Protocol

from convlab.errors import ConvLabError
from convlab.window import Pair

MAX_EDITS = 500
FEW = 3  # so many options stand side by side
AXES = ("rows", "columns")


class Kind(Protocol):
    """What every kind of setting can do."""

    def read(self, text: str) -> Any:
        """The value that stands in an address; a ValueError where it makes no sense."""

    def write(self, value: Any) -> str:
        """The value as it stands in an address."""

    def take(self, value: Any) -> Any:
        """The value that a widget sent, brought into its range; a ValueError where it is none."""


@dataclass(frozen=True)
class Setting:
    """What a field of a page's settings carries: its kind, its label and its help.

    Attributes
    ----------
    kind : Kind
        How it is read, written and bounded.
    label, help : str
        As the control says it; the help may be empty.
    under : str
        The setting with the same label, right under whose control this one's stands; "" for most.
    """

    kind: Any
    label: str
    help: str = ""
    under: str = ""


def setting(default: Any, kind: Kind, label: str = "", help: str = "", under: str = "") -> Any:
    """A field of a page's settings.

    Parameters
    ----------
    default : object
        What the page opens with; it is left out of addresses.
    kind : Kind
        How it is read, written and bounded.
    label, help : str
        As the control says it.
    under : str
        The setting with the same label, right under whose control this one's stands.
    """
    return field(default=default, metadata={"setting": Setting(kind, label, help, under)})


def settings_of(kind: type) -> Mapping[str, Setting]:
    """Every setting of a page by its name, in the order of addresses."""
    return _read_once(kind)


@cache  # a run asks hundreds of times
def _read_once(kind: Any) -> Mapping[str, Setting]:
    """The same, read from a class's fields."""
    return MappingProxyType({entry.name: entry.metadata["setting"] for entry in fields(kind)})


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    low: int
    high: int

    def read(self, text: str) -> int:
        return _within(int(text), self.low, self.high)

    def write(self, value: int) -> str:
        return str(value)

    def take(self, value: Any) -> int:
        return min(max(_number(value, int), self.low), self.high)


@dataclass(frozen=True)
class Count(Whole):
    """A whole number that may be large: it is typed."""


@dataclass(frozen=True)
class Sides:
    """Two whole numbers, for rows and for columns; one where both are the same."""

    low: int
    high: int

    def read(self, text: str) -> Pair:
        numbers = [_within(int(part), self.low, self.high) for part in text.split("x")]
        return (numbers[0], numbers[-1]) if len(numbers) <= 2 else _nonsense()

    def write(self, value: Pair) -> str:
        return "x".join(str(side) for side in (value[:1] if value[0] == value[1] else value))

    def take(self, value: Any) -> Pair:
        rows, columns = value if isinstance(value, tuple) and len(value) == 2 else (value, value)
        whole = Whole(self.low, self.high)
        return whole.take(rows), whole.take(columns)


@dataclass(frozen=True)
class Decimal:
    """A number with decimals."""

    low: float
    high: float

    def read(self, text: str) -> float:
        return _within(float(text), self.low, self.high)

    def write(self, value: float) -> str:
        return f"{value:.9g}"

    def take(self, value: Any) -> float:
        number = float(_number(value, int | float))
        return min(max(number, self.low), self.high) if number == number else _nonsense()


@dataclass(frozen=True)
class Numbers:
    """Numbers in a row, so many at the most."""

    most: int

    def read(self, text: str) -> tuple[float, ...]:
        parts = re.sub(r"[−–]", "-", text).replace(",", " ").split()
        return (
            tuple(_within(float(part), -1000.0, 1000.0) for part in parts) if len(parts) <= self.most else _nonsense()
        )

    def write(self, value: tuple[float, ...]) -> str:
        return " ".join(f"{number:.9g}" for number in value)

    def take(self, value: Any) -> tuple[float, ...]:
        return self.read(value) if isinstance(value, str) else _nonsense()


@dataclass(frozen=True)
class Flag:
    """A yes or no."""

    def read(self, text: str) -> bool:
        return {"1": True, "0": False}[text] if text in ("0", "1") else _nonsense()

    def write(self, value: bool) -> str:
        return "1" if value else "0"

    def take(self, value: Any) -> bool:
        return value if isinstance(value, bool) else _nonsense()


@dataclass(frozen=True)
class Choice:
    """One of some options: their names in an address, and what a control says for each; what old links call them.

    They stand side by side where they are few, or always; else in a list.
    """

    options: Mapping[str, str]
    former: Mapping[str, str] = field(default_factory=dict)
    always_beside: bool = False

    @property
    def beside(self) -> bool:
        """Whether its control has all options side by side."""
        return self.always_beside or len(self.options) <= FEW

    def read(self, text: str) -> str:
        text = self.former.get(text, text)
        return text if text in self.options else _nonsense()

    def write(self, value: str) -> str:
        return value

    def take(self, value: Any) -> str:
        return self.read(value) if isinstance(value, str) else _nonsense()

    def __hash__(self) -> int:
        return hash(tuple(self.options))


@dataclass(frozen=True)
class Text:
    """A text of a fixed form: a place, or a chain of places."""

    pattern: str

    def read(self, text: str) -> str:
        return text if not text or re.fullmatch(self.pattern, text) else _nonsense()

    def write(self, value: str) -> str:
        return value

    def take(self, value: Any) -> str:
        return self.read(value) if isinstance(value, str) else _nonsense()


@dataclass(frozen=True)
class Line:
    """One line of plain text, so many characters at the most; a space stands for whatever white space there is."""

    most: int

    def read(self, text: str) -> str:
        text = " ".join(text.split())
        letters = re.sub("[\u200c\u200d]", "", text)  # joiners, of which scripts and signs are made
        return text if letters.isprintable() and len(text) <= self.most else _nonsense()

    def write(self, value: str) -> str:
        return value

    def take(self, value: Any) -> str:
        return self.read(value) if isinstance(value, str) else _nonsense()


@dataclass(frozen=True)
class Names:
    """Names of a page's settings."""

    def read(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, text.split(","))))

    def write(self, value: tuple[str, ...]) -> str:
        return ",".join(value)

    def take(self, value: Any) -> tuple[str, ...]:
        return value if isinstance(value, tuple) else _nonsense()


@dataclass(frozen=True)
class Several:
    """Some of some names, which are asked for when they are needed, each with what a control says for it."""

    titles: Callable[[], Mapping[str, str]]

    def read(self, text: str) -> tuple[str, ...]:
        return self.take(text.split(","))

    def write(self, value: tuple[str, ...]) -> str:
        return ",".join(value)

    def take(self, value: Any) -> tuple[str, ...]:
        """Each once, in their order."""
        known = self.titles()
        if not isinstance(value, list | tuple) or not all(name in known for name in value):
            _nonsense()
        return tuple(name for name in known if name in value)


@dataclass(frozen=True)
class Rewritten:
    """A text that is read and written anew: an address within an address."""

    rewrite: Callable[[str], str]

    def read(self, text: str) -> str:
        return self.rewrite(text)

    def write(self, value: str) -> str:
        return value

    def take(self, value: Any) -> str:
        return self.read(value) if isinstance(value, str) else _nonsense()


@dataclass(frozen=True, order=True)
class Edit:
    """One cell set by hand: kernel, channel (-1: every one), row, column, value."""

    kernel: int
    channel: int
    row: int
    column: int
    value: float

    @property
    def place(self) -> tuple[int, int, int, int]:
        """Which cell it is."""
        return self.kernel, self.channel, self.row, self.column

    def fits(self, shape: Sequence[int]) -> bool:
        """Whether a weight of that shape has it."""
        return all(place < side for place, side in zip(self.place, shape, strict=True))


@dataclass(frozen=True)
class Cells:
    """Cells set by hand, within so many rows and columns; channel -1 is every one, where it is among the channels."""

    side: int
    what: str
    channels: range = range(-1, 65)

    def read(self, text: str) -> tuple[Edit, ...]:
        parts = text.split(";")
        cells = {edit.place: edit for edit in map(self._read_one, parts)}
        return tuple(sorted(cells.values())) if len(parts) <= MAX_EDITS else _nonsense()

    def _read_one(self, text: str) -> Edit:
        place, value = text.split(":")
        kernel, channel, row, column = (int(part) for part in place.split(","))
        return self.edit(kernel, channel, row, column, value)

    def write(self, value: tuple[Edit, ...]) -> str:
        return ";".join(f"{','.join(map(str, edit.place))}:{edit.value:.9g}" for edit in value)

    def take(self, value: Any) -> tuple[Edit, ...]:
        return value if isinstance(value, tuple) else _nonsense()

    def edit(self, kernel: int, channel: int, row: int, column: int, text: str) -> Edit:
        """A cell set to what a visitor wrote.

        Parameters
        ----------
        kernel, channel, row, column : int
            The cell, from 0; channel -1 is every channel.
        text : str
            The number as written; a comma and a real minus sign are understood.

        Returns
        -------
        Edit

        Raises
        ------
        ConvLabError
            If it is no number between -1000 and 1000.
        ValueError
            If there is no such cell.
        """
        try:
            written = re.sub(r"[−–]", "-", re.sub(r"\s", "", text)).replace(",", ".")
            value = _within(_nonsense() if "_" in written else float(written), -1000.0, 1000.0)
        except ValueError:
            rule = "must be a number from -1000 to 1000"
            raise ConvLabError(self.what, text, rule, advice="Write it like -0.5.") from None
        kernel, channel, row, column = (operator.index(place) for place in (kernel, channel, row, column))
        side = range(self.side)
        if kernel not in range(64) or channel not in self.channels or row not in side or column not in side:
            _nonsense()
        return Edit(kernel, channel, row, column, value)


def with_edit(parameter: str, kept: Iterable[Edit], new: Edit) -> tuple[Edit, ...]:
    """Cells set by hand and a new one, in order.

    Parameters
    ----------
    parameter : str
        What an error calls them.
    kept : iterable of Edit
        The others.
    new : Edit
        The cell.

    Returns
    -------
    tuple of Edit

    Raises
    ------
    ConvLabError
        If more than `MAX_EDITS` cells would be set by hand: an address has to hold them all.
    """
    others = list(kept)
    if len(others) >= MAX_EDITS:
        rule, numbers = f"must be at most {MAX_EDITS} cells set by hand", f"there are {len(others)} already"
        raise ConvLabError(parameter, len(others) + 1, rule, numbers=numbers, advice="Undo them, or write over one.")
    return tuple(sorted([*others, new]))


def keys_of(name: str, kind: Any) -> Iterator[str]:
    """The keys of the widgets that can set a setting: its own, and for two sides one for each axis."""
    yield name
    if isinstance(kind, Sides):
        yield from (f"{name}_{axis}" for axis in AXES)


def _number(value: Any, types: Any) -> Any:
    """The value, if it is a number."""
    return value if isinstance(value, types) and not isinstance(value, bool) else _nonsense()


def _within(value: Any, low: Any, high: Any) -> Any:
    """The value, if it is in its range."""
    return value if low <= value <= high else _nonsense()


def _nonsense() -> NoReturn:
    raise ValueError

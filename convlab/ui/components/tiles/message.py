"""What the tiles' script is told: the header's declared type. tools/message_types.py prints it for the script."""

from typing import Literal, TypedDict

from convlab.ui.components.component import Range


class Tile(TypedDict):
    """A picture, a map, a kernel, or counts.

    Its numbers are whole steps of `unit`, each as its difference to the one before, 16 bits: first the lower halves of
    all of them, then the upper ones.
    """

    title: str
    caption: str
    alt: str
    kind: Literal["picture", "signed", "bright"]
    word: str  # what the arrow before it, or the head above a small one, says; "": there is none
    key: str  # sent when it is clicked; "": it cannot be
    pressed: bool
    place: str  # sent with the row and column of a number that is picked; "": none can be
    mark: list[int]  # the ringed rectangle: top, left, rows, columns; empty: there is none
    cells: bool  # drawn as cells with written numbers
    edits: str  # sent with a cell that is written; "": none can be
    undo: bool  # whether there is anything to undo
    bar: bool  # whether a bar says what the colours mean
    channels: int
    rows: int
    columns: int
    data: Range
    unit: float
    bound: float  # the end of the colours
    end: str  # the same, as written
    texts: list[str]  # of cells: the numbers as written


class Row(TypedDict):
    """Tiles side by side; those of one column stand below each other."""

    title: str
    side: int  # pixels that each is wide, whatever its size; 0: they are as large as fits
    even: bool  # whether each is as high as the others; else all have one scale
    columns: list[list[Tile]]


class Drawn(TypedDict):
    """What is drawn."""

    name: str  # of what is drawn: the same name, the same tiles, but for their marks
    rows: list[Row]
    light: str  # the table of colours of numbers of both signs: red, green and blue of 256 entries, two digits each
    dark: str  # the same on a dark page
    bright: str  # of counts and magnitudes


class Message(Drawn):
    """The whole header."""

    linked: bool
    status: str
    below: int  # pixels that what stands under the tiles takes up
    seen_edit: int

"""What the grids' script is told: the header's declared type. tools/message_types.py prints it for the script."""

from typing import Literal, NotRequired, TypedDict

from convlab.meetings import Line
from convlab.ui.components.component import Range
from convlab.window import Pair

Kind = Literal["convolution", "transposed", "max", "avg"]
View = Literal["", "spread", "matrix"]  # beside the products; "" for the window, or the stamps


class Lines(TypedDict):
    """Which row or column each tap meets, for rows and for columns; `sources` is what it reads there."""

    cells: tuple[Line, Line]
    sources: tuple[Line, Line]


class Input(TypedDict):
    """The input: float32 numbers, their places in the table of colours, and how far it is drawn beyond its edges."""

    shape: list[int]
    values: Range
    colours: Range
    names: list[str]
    around: list[Pair]
    title: str
    reads: str


class Output(TypedDict):
    """The output before ReLU; `around` is how much padding crops off, `extra` the last rows and columns added.

    `whole` has the numbers that are cropped too.
    """

    shape: list[int]
    values: Range
    colours: Range
    around: list[Pair]
    extra: Pair
    title: str
    whole: NotRequired[Range]


class Note(TypedDict):
    """What a mark in the grids means; that of counts is shown while they are."""

    mark: Literal["", "use", "pad", "left", "cut", "extra"]
    words: str


class Kernel(TypedDict):
    """What makes one map: the input channels that it reads, and its weights where it has any."""

    reads: list[int]
    values: NotRequired[Range]
    colours: NotRequired[Range]
    bias: NotRequired[float]


class Spread(TypedDict):
    """The input of a transposed layer spread out; `lines` says which row or column stands where."""

    lines: list[list[int | None]]
    values: Range
    colours: Range
    shape: list[int]
    dilation: Pair
    words: str


class Patches(TypedDict):
    """The input unrolled: rows and columns, and the places in the table of colours."""

    size: Pair
    colours: Range
    words: str


class Matrix(TypedDict):
    """The layer as a matrix: which weight stands where, -1 for none and -2 for a weight of pooling."""

    words: str
    size: NotRequired[Pair]
    index: NotRequired[Range]
    patches: NotRequired[Patches | None]


class Drawn(TypedDict):
    """Everything that is drawn; ranges say where the payload has it."""

    kind: Kind
    dark: bool
    table: str
    lines: Lines
    kernel_size: Pair
    input: Input
    output: Output
    kernels: list[Kernel]
    use: Range
    opens: tuple[int, int, int]
    legend: list[Note]
    sentences: list[str]
    products: NotRequired[Range]
    sums: NotRequired[Range]
    winners: NotRequired[Range]
    divisors: NotRequired[Range]
    spread: NotRequired[Spread]
    collapse: NotRequired[list[str]]
    matrix: Matrix


class Message(Drawn):
    """The header: what is drawn, its mark, and what the page says besides."""

    mark: str
    at: tuple[int, int, int] | None
    fresh: int
    view: View
    note: str
    edited: bool
    seen_edit: int

"""What the maps' script is told: the header's declared type. tools/message_types.py prints it for the script."""

from typing import Literal, TypedDict

from convlab.ui.components.component import Range

Tap = Literal["", "pad", "skipped"]  # a number that exists, padding, nothing
Place = tuple[int, int, int, int]  # stage, map, row, column


class ChainLink(TypedDict):
    """One shape of the chain, and the layer that made it, "" for the picture."""

    layer: str
    shape: str


class Source(TypedDict):
    """The picture that the layers read; its pixels are red, green and blue."""

    pixels: Range
    width: int
    height: int
    shape: str
    caption: str
    alt: str


class Plane(TypedDict):
    """The numbers of a kernel for one channel, as written, and their colours."""

    rows: int
    columns: int
    values: list[str]
    colours: list[str]


class Kernel(TypedDict):
    """One kernel: one plane where it is the same for every channel."""

    name: str
    label: str
    reads: str
    planes: list[Plane]
    names: list[str]
    channel: int  # -1: a number that is written holds for every channel


class Formula(TypedDict):
    """The size formula of a layer with its numbers."""

    name: str
    rows: str
    columns: str


class Row(TypedDict):
    """The maps of one stage; a pixel is its place in the table of colours."""

    stage: int
    title: str
    shape: str
    note: str
    pixels: Range
    width: int
    height: int
    captions: list[str]
    alts: list[str]
    histogram: list[int] | None


class Layer(TypedDict):
    """A layer with kernels, and the rows of maps that follow from it."""

    title: str
    source: str
    cost: str
    limit: str
    formulas: list[Formula]
    kernels: list[Kernel]
    editable: bool
    rows: list[Row]


class Panel(TypedDict):
    """A picture with its layers."""

    name: str
    chain: list[ChainLink]
    totals: str
    image: Source
    layers: list[Layer]


class Drawn(TypedDict):
    """What is drawn, but for the numbers taken apart."""

    pictures: str  # names it: the same name, the same pixels
    dark: bool
    table: str  # red, green and blue of 256 entries, two digits each
    panels: list[Panel]


class Seen(TypedDict):
    """The rectangle of a stage's input, or of the picture, that a number looks at, and in which maps."""

    top: int
    left: int
    height: int
    width: int
    maps: list[int]


class Block(TypedDict):
    """What a number reads of one channel: what each tap reads, and its weight, where the layer has weights."""

    name: str
    channel: int
    inputs: list[float | None]  # None here and below: minus infinity, what a maximum finds in its padding
    weights: list[float | None]
    sum: float | None


class Made(TypedDict):
    """How a number is made."""

    kind: Literal["sum", "max", "avg", "relu"]
    columns: int
    taps: list[Tap]
    sources: list[tuple[int, int] | None]  # the row and column that each tap reads in the maps below
    blocks: list[Block]
    winner: int  # of the taps; -1 without one
    bias: float
    divisor: int
    before: float  # what ReLU was given
    total: float | None


class Card(TypedDict):
    """A number taken apart."""

    place: Place
    title: str
    words: str
    number: Made
    window: Seen
    next: Place | None  # the number below that counts most


class Link(TypedDict):
    """Where what is shown can be seen another way: words, and an address."""

    words: str
    address: str


class Ask(TypedDict):
    """A question of the script: what would this slider's other value show?"""

    key: str
    value: int


class Message(Drawn):
    """The whole header."""

    mark: str  # names what is drawn: a message with the same one draws nothing
    base: str  # names the page's own state, to which `sliders` and every question belong
    ask: Ask | None  # the question that this message answers; None for the page's own state
    sliders: dict[str, int]  # the widgets that are followed live, by key, and the values that the page has of them
    note: str
    seen_edit: int
    path: str  # the places of the cards as the script named them
    cards: list[Card]
    link: Link | None  # below the last card

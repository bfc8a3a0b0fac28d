"""What the maps' script is told: the header's declared type. tools/message_types.py prints it for the script."""

from typing import Literal, TypedDict

from convlab.ui.components.component import Range

Place = tuple[int, int, int, int]  # stage, map, row, column


class Blob(TypedDict):
    """An array by the name of its content: the browser keeps it."""

    name: str


class Sent(TypedDict):
    """An array that a message brings."""

    range: Range  # within the payload, in bytes
    lags: list[int]  # it travels as differences to the byte so far before, first at the one distance, then at the other


class Pixels(TypedDict):
    """Maps as places in the table of colours, one after another."""

    blob: Blob
    first: int  # the first map that it tells of, and how many it does
    count: int
    planes: list[int]  # where each of them lies in the blob; below zero: the mirror (254 − entry) of plane −1 − it
    step: int  # above 1 a preview: every so manieth row and column


class ChainLink(TypedDict):
    """One shape of the chain and the layer that made it, "" for the picture; what it is computed from."""

    layer: str
    shape: str
    letters: list[str]  # the size formula of rows and of columns, one where both are the same; then with numbers
    numbers: list[str]
    parameters: str  # "4 kernels × 3 channels × 5×5 = 300", "" without any
    section: int  # the layer with kernels that it belongs to; -1 for the picture
    stage: int  # -1 for the picture


class Source(TypedDict):
    """The picture that the layers read: red, green and blue from 0 to 255, pixel by pixel."""

    pixels: Blob
    width: int
    height: int
    step: int  # above 1 a preview: every so manieth row and column
    channels: list[str]  # what they are called
    grey: list[float]  # how red, green and blue are weighed where one grey channel is read; else empty
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
    """One kernel as it was defined: one plane where it is the same for every channel."""

    name: str
    label: str  # "dark to bright"; "edited" where a number was written by hand
    reads: str
    planes: list[Plane]
    names: list[str]  # of the planes' channels
    channel: int  # -1: a number that is written holds for every channel


class Taps(TypedDict):
    """Which cells every tap meets; both axes alone, since neither depends on the other.

    Of the blob's int16 numbers the first are output rows × kernel rows, then output columns × kernel columns: cells
    (below zero or beyond the input: padding; −32768: nothing), then as many again: the row or column that is read
    there, -1 for none.
    """

    blob: Blob
    size: tuple[int, int]  # of the kernel
    divisors: list[list[int]]  # of an average: counted rows of every output row, columns of every output column


class Row(TypedDict):
    """The maps of one stage."""

    stage: int
    kind: Literal["sum", "max", "avg", "relu"]
    title: str
    shape: str
    word: str  # what the arrow to it says: "conv 5×5", "ReLU", "max 2×2"
    note: str
    pixels: Pixels | None  # none: made of the stage below by its kind (relu, max) in the browser
    width: int
    height: int
    captions: list[str]
    alts: list[str]
    histogram: list[int] | None
    taps: Taps | None  # ReLU has none
    reads: list[list[int]]  # which channels below each map reads; empty: its own alone
    weights: Blob | None  # float32 (maps, channels read, kernel rows, columns), as the taps of `taps` meet them
    bias: list[float]  # of each map; empty without


class Layer(TypedDict):
    """A layer with kernels, and the rows of maps that follow from it."""

    title: str
    source: str
    cost: str
    transposed: bool
    dilation: tuple[int, int]
    limit: str  # the end of its scale, as written
    bound: float
    signed: bool  # whether it has numbers of both signs; without it is shown in the bright table
    kernels: list[Kernel]
    chosen: int  # which map
    editable: bool
    rows: list[Row]


class Panel(TypedDict):
    """A picture with its layers."""

    name: str
    chain: list[ChainLink]
    totals: str
    image: Source
    layers: list[Layer]


class Difference(TypedDict):
    """B − A for each stage that has the same shape in both, on a scale of its own."""

    stage: int
    pixels: Pixels
    limit: str
    span: str  # "−1.2 to 3.4"; "no difference"


class Compared(TypedDict):
    """What differs between A and B, in words, and in numbers where shapes agree."""

    words: list[str]  # "stride 1 → 2"
    differences: list[Difference]


class Drawn(TypedDict):
    """What is drawn."""

    pictures: str  # names it: the same name, the same pixels
    dark: bool
    hatched: bool  # negatives
    signed: str  # the table of colours of numbers of both signs: red, green and blue of 256 entries, two digits each
    bright: str  # and of one sign: entries 127 (zero) to 254, or 0 to 127
    panels: list[Panel]  # one, or A and B
    compared: Compared | None


class Link(TypedDict):
    """Where what is pinned can be seen another way: words, and an address."""

    words: str
    address: str


class Ask(TypedDict):
    """A question of the script: what would this slider's other value show?"""

    key: str
    value: int


class Message(Drawn):
    """The whole header."""

    blobs: dict[str, Sent | None]  # every array that the message speaks of; None for what was sent before
    mark: str  # names what is drawn: a message with the same one draws nothing
    base: str  # names the page's own state, to which `sliders` and every question belong
    ask: Ask | None  # the question that this message answers, with a preview; None for the page's own state
    sliders: dict[str, int]  # the widgets that are followed live, by key, and the values that the page has of them
    note: str
    seen_edit: int
    told: str  # what the page has of the script's pins, as it sent them: the number, "|", the chosen maps
    fresh: int  # how often the page began anew; a pin from before does not hold
    pinned: Place | None  # as the visitor pinned it, moved onto its map
    telling: Place  # where there is something to see; looked at until another one is
    link: Link | None  # of the pinned place, or of the telling one

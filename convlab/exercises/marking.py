"""Questions that are answered by marking cells: what reads a cell, what a window reads, where a stamp falls."""

from collections.abc import Iterable, Mapping, Sequence
from math import nan
from random import Random
from typing import Any

import torch
from torch import Tensor

from convlab.convolutions import Conv2d, ConvTranspose2d
from convlab.errors import ConvLabError
from convlab.exercises.form import Cell, Picture, Question, Wrong, written_cells
from convlab.exercises.printing import digits, drawn_kind, link, listed, mistakes, sized, spike
from convlab.window import Pair, Window, by

_LEAST, _MOST = 3, 9  # rows and columns of a board
_FROM_0 = "Rows and columns are counted from 0."
Mistake = tuple[Iterable[Cell], str, str]  # the cells, what it forgets, the title of its picture


def _asked(
    board: Tensor,
    right: Iterable[Cell],
    usual: Sequence[Mistake],
    *,
    text: str,
    rule: str,
    hint: str,
    given: Mapping[str, Any],
    pictures: Sequence[Picture],
    address: str,
) -> Question:
    """A question whose answer is some cells of a board."""
    size = board.shape[0], board.shape[1]
    if max(size) > _MOST or min(size) < _LEAST or len(_inside(right, size)) == board.numel():
        raise ConvLabError(
            "board", size, f"must have from {_LEAST} to {_MOST} rows and columns, and cells to leave out"
        )
    answer = written_cells(_inside(right, size))
    wrongs = [
        Wrong(written_cells(_inside(cells, size)), why, [Picture(title, _mask(cells, size))])
        for cells, why, title in usual
        if _inside(cells, size)
    ]
    return Question(
        text=f"{text} {_FROM_0}",
        form="cells",
        answer=answer,
        wrongs=mistakes(answer, wrongs),
        rule=rule,
        hint=hint,
        given=given,
        board=board,
        pictures=pictures,
        shown=[Picture("The right cells", _mask(right, size))],
        address=address,
    )


def _inside(cells: Iterable[Cell], size: Pair) -> list[Cell]:
    """Those of the cells that are there, in reading order."""
    return sorted({(row, column) for row, column in cells if 0 <= row < size[0] and 0 <= column < size[1]})


def _mask(cells: Iterable[Cell], size: Pair) -> Tensor:
    """1 in these cells, 0 elsewhere."""
    mask = torch.zeros(size)
    for row, column in _inside(cells, size):
        mask[row, column] = 1
    return mask


def _place(cell: Cell) -> str:
    """A cell in words."""
    return f"row {cell[0]}, column {cell[1]}".replace("-", "−")


def _lines(noun: str, places: Iterable[int]) -> str:
    """Rows or columns in words: no row, row 3, rows 3 and 4."""
    some = sorted({*places})
    if not some:
        return f"no {noun}"
    return f"{noun}{'s' if len(some) > 1 else ''} {listed(some)}"


def _some_cell(random: Random, size: Pair) -> Cell:
    """One of the cells."""
    return random.randrange(size[0]), random.randrange(size[1])


def _through(image: Tensor, *layers: Conv2d | ConvTranspose2d) -> Tensor:
    """What layers whose weights are all 1 make of an input."""
    values = image[None]
    for layer in layers:
        values = layer(values, torch.ones(layer.weight_shape))
    return values[0]


def _readers(window: Window, cell: Cell, output_size: Pair) -> set[Cell]:
    """The output cells that read an input cell."""
    return {place for place, _ in window.seen_by(cell, output_size)}


def _read(window: Window, place: Cell) -> set[Cell]:
    """The input cells that an output cell reads; of the transposed layer the other way round."""
    return {cell for _, cell in window.taps(place)}


def _words(layer: Conv2d | ConvTranspose2d) -> str:
    """The layer's settings, but for those that are the usual ones."""
    usual = Window(layer.kernel_size).sides
    sides = layer.window.sides.items()
    return ", ".join(f"{name} {side[0]}" for name, side in sides if name == "kernel_size" or side != usual[name])


def _numbers(layer: Conv2d | ConvTranspose2d) -> dict[str, int]:
    """The same by their names."""
    return {name: side[0] for name, side in layer.window.sides.items()}


def _otherwise(window: Window, **change: int) -> Window:
    """The window with one setting as the mistake has it."""
    return Window(**{name: side[0] for name, side in window.sides.items()} | change)


def _step_link(layer: Conv2d | ConvTranspose2d, size: Pair, **more: Any) -> str:
    """The same layer step by step."""
    operation = "transposed" if layer.stamps else "convolution"
    return link("step_by_step", operation=operation, bank="box", **layer.window.sides, input_size=size, **more)


def _read_by(random: Random) -> Question:
    """A kernel that moves cell by cell, and a cell."""
    return _read_by_one_of(random, Conv2d(1, 1, random.randint(2, 4), bias=False))


def _read_in_steps(random: Random) -> Question:
    """A layer with dilation, now and then with a stride or padding too, and a cell."""
    kernel, stride = random.randint(2, 3), random.randint(1, 2)
    layer = Conv2d(1, 1, kernel, stride, random.randint(0, 1), random.randint(2, 3), bias=False)
    return _read_by_one_of(random, layer)


def _read_by_one_of(random: Random, layer: Conv2d) -> Question:
    """An input, and one of its cells."""
    image = digits(random, *[random.randint(6, 9)] * 2)
    return read_by(layer, image, _some_cell(random, (len(image), len(image))))


def read_by(layer: Conv2d, image: Tensor, cell: Cell) -> Question:
    """Which outputs read a cell."""
    window, output = layer.window, _through(image, layer)
    size = output.shape[0], output.shape[1]
    rows, columns = (sorted({place for place, _ in window.seen_along(axis, cell[axis], size[axis])}) for axis in (0, 1))
    around = [place - (window.kernel_size[0] - 1) // 2 for place in range(window.kernel_size[0])]
    if not rows or not columns:
        raise ConvLabError("cell", cell, "must be read by a window")
    usual: list[Mistake] = [
        (
            _read(window, cell),
            f"Those are the cells that the window of {_place(cell)} reads; asked is the other way round.",
            "What that window reads",
        ),
        (_readers(_otherwise(window, dilation=1), cell, size), "That forgets the dilation.", "With dilation 1"),
        (_readers(_otherwise(window, stride=1), cell, size), "That forgets the stride.", "With stride 1"),
        (_readers(_otherwise(window, padding=0), cell, size), "That forgets the padding.", "Without padding"),
        *(
            (
                [(cell[0] + row, cell[1] + column) for row in around for column in around],
                "A window does not lie around its output's place: that of row 0, column 0 begins in the corner.",
                "Around the cell",
            )
            for _ in range(window == Window(window.kernel_size))
        ),
    ]
    return _asked(
        output,
        [(row, column) for row in rows for column in columns],
        usual,
        text=f"A convolution with {_words(layer)} reads an input of {by(image.shape)}. Mark every output that reads "
        f"the input cell in {_place(cell)}.",
        rule=f"{_reads(window)} Row {cell[0]} is read by {_lines('output row', rows)}, column {cell[1]} by "
        f"{_lines('output column', columns)}; where these cross, the window meets the cell.",
        hint="Slide the window: when does it first meet the cell, when last, and does it step over it in between?",
        given={**_numbers(layer), "input_size": tuple(image.shape), "cell": cell},
        pictures=[sized("Input", image), Picture("The cell", spike(image.shape, cell))],
        address=_step_link(layer, (len(image), len(image))),
    )


def _reads(window: Window) -> str:
    """Which rows an output row reads."""
    (kernel, _), (stride, _), (padding, _), (dilation, _) = window.sides.values()
    first = "o" if stride == 1 else f"{stride}·o"
    places = (dilation * number - padding for number in range(kernel))
    read = [f"{first} {'+' if place > 0 else '−'} {abs(place)}" if place else first for place in places]
    return f"Output row o reads the input row{'s' if kernel > 1 else ''} {listed(read)}; so it is with the columns."


def _never_read(random: Random) -> Question:
    """A stride that steps over rows."""
    layer = Conv2d(1, 1, random.randint(1, 3), random.randint(2, 4), bias=False)
    rows, columns = random.randint(5, 9), random.randint(5, 9)
    return never_read(layer, digits(random, rows, columns))


def never_read(layer: Conv2d, image: Tensor) -> Question:
    """Which inputs no window reads."""
    window, size = layer.window, (image.shape[0], image.shape[1])
    rows, columns = ([place for place, count in enumerate(counts) if not count] for counts in window.usage(size))
    unread = [(row, column) for row, column in _all(size) if row in rows or column in columns]
    if not unread or 2 * len(unread) > len(_all(size)):
        raise ConvLabError("stride", window.stride, "must leave something over, and less than half")
    crossing = [(row, column) for row in rows for column in columns]
    usual: list[Mistake] = [
        (
            crossing or [(size[0] - 1, size[1] - 1)],
            "Those are not all: of a row that no window reads no cell is read, and so it is with columns.",
            "Where both cross",
        ),
        (
            [cell for cell in _all(size) if cell[0] >= size[0] - window.stride[0] + 1],
            "How many rows are left over is the rest of a division, not always the stride less one; columns are left "
            "too.",
            "The last rows",
        ),
    ]
    return _asked(
        image,
        unread,
        usual,
        text=f"A convolution with {_words(layer)} reads this input of {by(size)}. Mark every input cell that no window "
        "reads.",
        rule=f"{_reads(window)} There are {by(layer.output_size(size))} windows. They never meet "
        f"{listed(_lines(noun, places) for noun, places in (('row', rows), ('column', columns)) if places)}.",
        hint="Go along one row first: which columns does no window meet? They are never met, in whichever row.",
        given={**_numbers(layer), "input_size": size},
        pictures=(),
        address=_step_link(layer, size),
    )


def _all(size: Pair) -> list[Cell]:
    """All cells."""
    return [(row, column) for row in range(size[0]) for column in range(size[1])]


def _one_reads(random: Random) -> Question:
    """A dilated layer, and one of its outputs."""
    layer = Conv2d(1, 1, random.randint(2, 3), random.randint(1, 2), random.randint(0, 2), random.randint(2, 3))
    image = digits(random, *[random.randint(5, 9)] * 2)
    return one_reads(layer.with_bias(False), image, _some_cell(random, layer.output_size((len(image), len(image)))))


def one_reads(layer: Conv2d, image: Tensor, place: Cell) -> Question:
    """Which inputs one output reads."""
    window, size = layer.window, (image.shape[0], image.shape[1])
    right = _inside(_read(window, place), size)
    if len(right) < 2:
        raise ConvLabError("place", place, "must read some cells")
    first = place[0] * window.stride[0] - window.padding[0], place[1] * window.stride[1] - window.padding[1]
    covered = [(first[0] + i, first[1] + j) for i, j in _all(window.dilated_size)]
    outside = window.kernel_size[0] ** 2 - len(right)
    padded = f" {outside} of the weights {'stands' if outside == 1 else 'stand'} on padding." if outside else ""
    usual: list[Mistake] = [
        (covered, "Those are all cells that it covers; dilation leaves gaps that are not read.", "All that it covers"),
        (_read(_otherwise(window, dilation=1), place), "That forgets the dilation.", "With dilation 1"),
        (_read(_otherwise(window, stride=1), place), "That forgets the stride.", "With stride 1"),
        (_read(_otherwise(window, padding=0), place), "That forgets the padding.", "Without padding"),
    ]
    return _asked(
        image,
        right,
        usual,
        text=f"A convolution with {_words(layer)} reads this input of {by(size)}. Mark every input cell that the "
        "output "
        f"in {_place(place)} reads.",
        rule=f"{_reads(window)} Here that begins at {_place(first)}.{padded}",
        hint="Where does the window's first weight lie? From there go on in steps as wide as the dilation.",
        given={**_numbers(layer), "input_size": size, "place": place},
        pictures=[Picture("The output", spike(layer.output_size(size), place))],
        address=_step_link(layer, size, at=f"0,{place[0]},{place[1]}"),
    )


def _stamped(random: Random) -> Question:
    """A transposed layer, and one of its inputs."""
    layer = ConvTranspose2d(1, 1, random.randint(2, 4), random.randint(2, 3), bias=False)
    image = digits(random, *[random.randint(2, 4)] * 2)
    return stamped(layer, image, _some_cell(random, (len(image), len(image))))


def stamped(layer: ConvTranspose2d, image: Tensor, cell: Cell) -> Question:
    """Which outputs one input of a transposed layer stamps."""
    window, output = layer.window, _through(image, layer)
    first = cell[0] * window.stride[0], cell[1] * window.stride[1]
    centre = [(row + cell[0], column + cell[1]) for row in (-1, 0, 1) for column in (-1, 0, 1)]
    usual: list[Mistake] = [
        (
            _read(_otherwise(window, stride=1), cell),
            f"The stamps of neighbours lie {window.stride[0]} apart: that is the stride.",
            "With stride 1",
        ),
        (
            centre,
            "The stamp does not lie around the cell's own place: it begins where the stride puts it.",
            "Around it",
        ),
    ]
    return _asked(
        torch.full_like(output, nan),  # its numbers would say which stamp is whose
        _read(window, cell),
        usual,
        text=f"A transposed convolution with {_words(layer)} reads an input of {by(image.shape)}. Mark every output "
        f"that the input cell in {_place(cell)} stamps.",
        rule=f"Its stamp is {by(window.kernel_size)} and begins at its place times the stride: {_place(first)}.",
        hint="Where does the stamp of the cell in the top left corner begin? How far apart are neighbours' stamps?",
        given={**_numbers(layer), "input_size": tuple(image.shape), "cell": cell},
        pictures=[sized("Input", image), Picture("The cell", spike(image.shape, cell))],
        address=_step_link(layer, (len(image), len(image))),
    )


def _changed(random: Random) -> Question:
    """Two layers and a cell."""
    layers = [
        Conv2d(1, 1, random.randint(2, 3), stride, random.randint(0, 1), bias=False)
        for stride in random.choice([(1, 1), (1, 2), (2, 1)])
    ]
    image = digits(random, *[random.randint(6, 9)] * 2)
    return changed(layers, image, _some_cell(random, (len(image), len(image))))


def changed(layers: Sequence[Conv2d], image: Tensor, cell: Cell) -> Question:
    """Which outputs behind two layers change when a cell changes."""
    first, second = layers
    between, output = _through(image, first), _through(image, first, second)
    sizes = (between.shape[0], between.shape[1]), (output.shape[0], output.shape[1])
    windows = first.window, second.window
    right = _behind(windows, cell, sizes)
    if not right:
        raise ConvLabError("cell", cell, "must be read by a window")
    usual: list[Mistake] = [
        (
            _readers(windows[0], cell, sizes[0]),
            "Those change behind the first layer; the second carries each of them on to all that read it.",
            "Behind the first layer",
        ),
        (_readers(windows[1], cell, sizes[1]), "That is the second layer alone.", "The second layer alone"),
        (
            _behind([_otherwise(window, stride=1) for window in windows], cell, ((99, 99), sizes[1])),
            "That forgets a stride.",
            "With stride 1",
        ),
        (
            _behind([_otherwise(window, padding=0) for window in windows], cell, ((99, 99), sizes[1])),
            "That forgets the padding.",
            "Without padding",
        ),
    ]
    met = _readers(windows[0], cell, sizes[0])
    return _asked(
        output,
        right,
        usual,
        text=f"An input of {by(image.shape)} goes through a convolution with {_words(first)}, then through one with "
        f"{_words(second)}. Mark every output behind both that can change when the input cell in {_place(cell)} "
        "changes.",
        rule=f"Behind the first layer {_lines('row', (row for row, _ in met))} and "
        f"{_lines('column', (column for _, column in met))} change. The second layer reads these in "
        f"{_lines('row', (row for row, _ in right))} and {_lines('column', (column for _, column in right))}.",
        hint="Take one layer at a time: what reads the cell, and then what reads those.",
        given={
            "first": tuple(_numbers(first).values()),
            "second": tuple(_numbers(second).values()),
            "input_size": tuple(image.shape),
            "cell": cell,
        },
        pictures=[sized("Input", image), Picture("The cell", spike(image.shape, cell))],
        address=link("network", layers=";".join(map(_in_row, layers))),
    )


def _behind(windows: Sequence[Window], cell: Cell, sizes: Sequence[Pair]) -> set[Cell]:
    """The output cells behind two layers that a cell reaches."""
    first, second = windows
    return {place for met in _readers(first, cell, sizes[0]) for place in _readers(second, met, sizes[1])}


def _in_row(layer: Conv2d) -> str:
    """A layer as the network page's address writes it."""
    sides = ((name, side[0]) for name, side in layer.window.sides.items() if name != "dilation")
    return "Conv2d,out_channels:1,weight:box," + ",".join(f"{name}:{side}" for name, side in sides)


KINDS = {
    "read_by": drawn_kind("Which outputs read a cell", _read_by),
    "read_in_steps": drawn_kind("Which outputs read a cell, with dilation", _read_in_steps),
    "never_read": drawn_kind("Which cells are never read", _never_read),
    "reads": drawn_kind("Which cells an output reads", _one_reads),
    "stamped": drawn_kind("Which outputs a cell stamps", _stamped),
    "changed": drawn_kind("What changes behind two layers", _changed),
}

"""Questions about how far a number sees, what a kernel finds and what pooling keeps."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import prod
from random import Random

import torch
from torch import Tensor

from convlab.collapsing import collapse
from convlab.convolutions import Conv2d, ConvTranspose2d
from convlab.exercises.form import Picture, Question, Wrong, written
from convlab.exercises.printing import drawn_kind, link, listed, mistakes, printed, sized
from convlab.layers import AvgPool2d, MaxPool2d, ReLU
from convlab.network import Step
from convlab.speech import counted
from convlab.ways import receptive_field
from convlab.window import by

Row = Sequence[Conv2d | MaxPool2d]
_SEES = "How many rows of the picture does one number behind them see?"


def _conv(kernel: int, dilation: int = 1) -> Conv2d:
    """A convolution of one channel without padding."""
    return Conv2d(1, 1, kernel, dilation=dilation, bias=False)


def _seen(layers: Row) -> int:
    """Rows that one number behind the layers sees."""
    return _rows_seen(tuple(layers))


@lru_cache(maxsize=512)
def _rows_seen(layers: tuple[Conv2d | MaxPool2d, ...]) -> int:
    """The same; it is asked again and again."""
    return receptive_field(layers)[0]


def _sight(title: str, layers: Row) -> Picture:
    """In how many ways a number sees each pixel: read backwards, each layer is a transposed one."""
    values = torch.ones(1, 1, 1)
    for layer in reversed(layers):
        back = ConvTranspose2d(1, 1, layer.kernel_size, layer.stride, dilation=layer.dilation, bias=False)
        values = back(values, torch.ones(back.weight_shape))
    return sized(title, values[0] / values.max())


def _growth(layers: Row) -> str:
    """How the field grows, layer by layer."""
    terms, step = ["1"], 1
    for layer in layers:
        terms.append(f"{layer.window.dilated_size[0] - 1}·{step}")
        step *= layer.stride[0]
    return f"{' + '.join(terms)} = {_seen(layers)}"


def _in_network(layers: Row) -> str:
    """What a number behind these layers sees, on the network page."""
    written_out = []
    for layer in layers:
        if isinstance(layer, MaxPool2d):
            written_out.append(f"MaxPool2d,kernel_size:{layer.kernel_size[0]}")
            continue
        dilation = f",dilation:{layer.dilation[0]}" if layer.dilation[0] > 1 else ""
        written_out.append(f"Conv2d,out_channels:1,kernel_size:{layer.kernel_size[0]}{dilation}")
    return link("network", part="sight", layers=";".join(written_out))


def _field(random: Random) -> Question:
    """Two convolutions and a pooling layer before one of them, or before both."""
    return field(random.randint(2, 5), random.randint(2, 3), random.randint(2, 5), random.random() < 0.5)


@lru_cache(maxsize=128)
def field(first: int, pool: int, second: int, pool_first: bool) -> Question:
    """What a number behind two convolutions and pooling sees."""
    layers: list[Conv2d | MaxPool2d] = [_conv(first), MaxPool2d(pool), _conv(second)]
    other = [layers[1], layers[0], layers[2]]
    if pool_first:
        layers, other = other, layers
    names = [
        f"maximum pooling {pool}" if isinstance(it, MaxPool2d) else f"a kernel of {it.kernel_size[0]}" for it in layers
    ]
    plain = [MaxPool2d(it.kernel_size, 1) if isinstance(it, MaxPool2d) else it for it in layers]
    narrow = [MaxPool2d(1, pool) if isinstance(it, MaxPool2d) else it for it in layers]
    wrongs = [
        Wrong(
            written(_seen(other)),
            "That is the other order. What comes behind pooling sees farther, so the order counts.",
            [_sight("In the other order", other)],
        ),
        Wrong(
            written(_seen(plain)),
            f"Pooling moves by {pool}: whatever comes behind it sees {pool} times as far.",
            [_sight("As if pooling moved by one", plain)],
        ),
        Wrong(
            written(_seen(narrow)),
            f"Each number behind pooling is made of {pool} rows, not of one.",
            [_sight("As if pooling read one row", narrow)],
        ),
        Wrong(written(first + pool + second), "Neighbouring windows overlap: the sizes are not simply added."),
        Wrong(
            written(first * pool * second), "Only pooling multiplies what comes behind it; a convolution adds to it."
        ),
    ]
    return Question(
        text=f"Three layers in a row, none with padding: {', '.join(names)}. {_SEES}",
        form="number",
        answer=written(_seen(layers)),
        wrongs=mistakes(written(_seen(layers)), wrongs),
        rule=f"Each layer adds its kernel_size − 1, times the strides before it: {_growth(layers)}.",
        hint="Go back from the end: which rows of the layer before does it read, and how far apart do they lie?",
        given={"first": first, "pool": pool, "second": second, "pool_first": pool_first},
        shown=[_sight("What one number sees", layers)],
        address=_in_network(layers),
    )


def _dilations(random: Random) -> Question:
    """Two to four layers, not all without dilation."""
    return dilations(random.randint(2, 3), [random.choice([1, 2, 3, 4]) for _ in range(random.randint(2, 4))])


def dilations(kernel: int, spread: Sequence[int]) -> Question:
    """What a number behind dilated layers sees."""
    layers, plain = [_conv(kernel, dilation) for dilation in spread], [_conv(kernel)] * len(spread)
    wrongs = [
        Wrong(
            written(_seen(plain)),
            "That is without dilation: the weights lie side by side.",
            [_sight("Without dilation", plain)],
        ),
        Wrong(
            written(sum(layer.window.dilated_size[0] for layer in layers)),
            "Neighbouring windows overlap: the sizes of the windows are not simply added.",
        ),
        Wrong(
            written(max(layer.window.dilated_size[0] for layer in layers)),
            "That is the widest layer alone; each layer adds to what the others see.",
            [_sight("The widest alone", [_conv(kernel, max(spread))])],
        ),
        Wrong(written(kernel ** len(spread)), "Without stride a layer adds to what is seen and does not multiply it."),
    ]
    return Question(
        text=f"{counted(len(spread), 'convolution').capitalize()} in a row, each with a kernel of {kernel} and stride "
        "1, with dilations "
        f"{listed(spread)}. {_SEES}",
        form="number",
        answer=written(_seen(layers)),
        wrongs=mistakes(written(_seen(layers)), wrongs),
        rule=f"Each layer adds dilation · (kernel_size − 1): {_growth(layers)}.",
        hint="How many rows does each of these windows cover, its gaps included? Then add what each has beyond its "
        "first.",
        given={"kernel_size": kernel, "dilations": tuple(spread)},
        shown=[_sight("What one number sees", layers)],
        address=_in_network(layers),
    )


def _two(random: Random) -> Question:
    """Two or three kernels."""
    return two(tuple(random.randint(2, 5) for _ in range(random.choice([2, 2, 3]))))


@lru_cache(maxsize=128)
def two(sizes: tuple[int, ...]) -> Question:
    """Which one kernel some convolutions in a row are."""
    layers = [_conv(size) for size in sizes]
    steps = [Step(layer, torch.ones(layer.weight_shape)) for layer in layers]
    one = steps[0]
    for step in steps[1:]:
        one = collapse(one, step)
    assert one.weight is not None
    rows = one.weight.shape[2]
    image = torch.ones(1, sum(sizes) + 2, sum(sizes) + 2)
    wrongs = [
        Wrong(written(size), why, [_through(size, image)] if size <= image.shape[1] else [])
        for size, why in (
            (sum(sizes), "Neighbouring windows overlap by all but one row: each kernel after the first adds one less."),
            (max(sizes), "The second reads numbers that have read farther already: it is larger than each of them."),
            (prod(sizes), "The second moves by one, not by a whole kernel."),
        )
    ]
    return Question(
        text=f"{counted(len(sizes), 'convolution').capitalize()} in a row, with kernels of "
        f"{listed(by((size, size)) for size in sizes)}, "
        "stride 1 "
        "and no ReLU between them, are one convolution. How many rows has its kernel?",
        form="number",
        answer=written(rows),
        wrongs=mistakes(written(rows), wrongs),
        rule=f"Each kernel after the first adds its rows less one: {_growth(layers)}. Its weights are sums of "
        "products of "
        "theirs. With a ReLU between there is no such kernel.",
        hint="Which rows of the picture can one number at the end depend on?",
        given={"kernel_sizes": sizes},
        shown=[sized("The one kernel that ones make:", one.weight[0, 0]), _through(rows, image)],
        address=_in_network(layers),
    )


def _through(size: int, image: Tensor) -> Picture:
    """What one kernel of that size leaves of a picture."""
    layer = _conv(size)
    return sized(f"One {by(layer.kernel_size)} makes", layer(image, torch.ones(layer.weight_shape))[0])


def _edges(random: Random) -> Question:
    """Bars that may touch the ends."""
    bright, row = random.randint(0, 1), list[int]()
    for _ in range(random.randint(3, 6)):
        row += [bright] * random.randint(1, 3)
        bright = 1 - bright
    return edges(row, random.choice([-1, 1]))


def edges(row: Sequence[int], first: int) -> Question:
    """How many edges a kernel finds in a row of bars."""
    image, kernel = torch.tensor([[row]]).float(), torch.tensor([[[[first, -first]]]]).float()
    layer = Conv2d(1, 1, (1, 2), bias=False)
    before = layer(image, kernel)
    after, fallen = ReLU()(before), ReLU()(-before)
    found, all_edges, others = (int((values != 0).sum()) for values in (after, before, fallen))
    way = "rises" if first < 0 else "falls"
    wrongs = [
        Wrong(
            written(all_edges),
            "Some of them are negative, and ReLU sets these to 0.",
            [Picture("Before ReLU", before[0])],
        ),
        Wrong(
            written(others),
            "Those are the negative ones: they are set to 0.",
            [Picture("The negative ones", fallen[0])],
        ),
    ]
    return Question(
        text=f"The row `{printed(image[0])}` goes through a convolution with the kernel `{printed(kernel[0, 0])}`, "
        "then "
        "through ReLU. How many numbers other than 0 are left?",
        form="number",
        answer=written(found),
        wrongs=mistakes(written(found), wrongs) if found and others else (),
        rule=f"The kernel gives a positive number where the row {way}, a negative one where it does the opposite: "
        f"`{printed(before[0])}`. ReLU keeps the positive ones: `{printed(after[0])}`. The other edges need the kernel "
        "with the opposite signs.",
        hint="Write the row before ReLU first: which sign has each edge?",
        given={"row": image[0, 0], "kernel": kernel[0, 0, 0]},
        pictures=[Picture("Row", image[0])],
        shown=[Picture("Before ReLU", before[0]), Picture("After ReLU", after[0])],
        address=link(
            "step_by_step",
            bank="box",
            kernel_size=(1, 2),
            edits=kernel[0, 0],
            input_size=(1, len(row)),
            input="own",
            cells=image[0],
        ),
    )


def _shifted(random: Random) -> Question:
    """A row of whole windows."""
    size = random.randint(2, 3)
    return shifted([random.randint(0, 9) for _ in range(size * random.randint(2, 4))], size)


def shifted(row: Sequence[int], size: int) -> Question:
    """What maximum pooling gives of a row that has moved by one."""
    image, layer = torch.tensor([[row]]).float(), MaxPool2d((1, size))
    before, moved, left = (layer(image.roll(by_one, -1))[0] for by_one in (0, 1, -1))
    after = before.roll(1, -1)
    wrongs = [
        Wrong(
            _row(before), "The windows stay where they are and meet other numbers now.", [Picture("Unchanged", before)]
        ),
        Wrong(
            _row(after),
            f"A shift by {size} would move them by one; by one they meet other numbers.",
            [Picture("Moved by one", after)],
        ),
        Wrong(
            _row(left),
            "The row moves to the right: its last number comes to the front.",
            [Picture("To the left", left)],
        ),
    ]
    return Question(
        text=f"Maximum pooling {size} makes `{printed(before)}` of the row `{printed(image[0])}`. Now the row moves "
        "by one to the right, and its last number comes to the front. What does the pooling make of it?",
        form="shape",
        answer=_row(moved),
        wrongs=mistakes(_row(moved), wrongs),
        rule=f"The windows stand still over `{printed(image.roll(1, -1)[0])}`: their largest numbers are "
        f"`{printed(moved)}`. Pooling forgives a shift within a window alone.",
        hint="Write the moved row down and draw the windows over it anew.",
        given={"row": image[0, 0], "size": size},
        pictures=[Picture("Row", image[0])],
        shown=[Picture("Moved row", image.roll(1, -1)[0]), Picture("Its maxima", moved)],
        address=link(
            "step_by_step",
            operation="max",
            kernel_size=(1, size),
            stride=(1, size),
            input_size=(1, len(row)),
            input="own",
            cells=image.roll(1, -1)[0],
        ),
    )


def _row(values: Tensor) -> str:
    """A row of whole numbers as an answer."""
    return written([int(number) for number in values.flatten().tolist()])


def _mean(random: Random) -> Question:
    """A kernel with room for padding."""
    kernel = random.randint(2, 5)
    return mean(kernel, random.randint(1, kernel // 2), random.randint(1, 9), random.random() < 0.7)


def mean(kernel: int, padding: int, number: int, counts: bool) -> Question:
    """What average pooling has in the corner, with padding."""
    image = torch.full((1, kernel + 1, kernel + 1), number).double()
    made = {flag: AvgPool2d(kernel, 1, padding, count_include_pad=flag)(image)[0] for flag in (True, False)}
    right, other = made[counts], made[not counts]
    corner, edge = (Fraction(round(float(it) * kernel**2), kernel**2) for it in (right[0, 0], made[counts][0, padding]))
    instead = Fraction(round(float(other[0, 0]) * kernel**2), kernel**2)
    met = (kernel - padding) ** 2
    why = (
        f"That is with count_include_pad off: divided by how many are there, {met}, not by {kernel**2}."
        if counts
        else f"That is with count_include_pad on: divided by {kernel**2}. Off, it is divided by how many are there: "
        f"{met}."
    )
    wrongs = [
        Wrong(written(instead), why, [Picture(f"With count_include_pad {'off' if counts else 'on'}", other.float())]),
        Wrong(written(edge), "That is on the edge: in the corner padding takes rows and columns.", []),
        Wrong("0", "Padding is 0, but the window meets numbers of the picture too.", []),
    ]
    flag = "on" if counts else "off"
    return Question(
        text=f"Average pooling with kernel_size {kernel}, stride 1, padding {padding} and count_include_pad {flag} "
        "reads a "
        f"picture in which every number is {number}. What stands in the corner of its output?",
        form="number",
        answer=written(corner),
        wrongs=mistakes(written(corner), wrongs),
        rule=f"The corner's window meets {counted(kernel - padding, 'row')} and {counted(kernel - padding, 'column')} "
        f"of the picture: {met} of {kernel**2} cells. Their sum is "
        f"{met * number}; it is divided by {kernel**2 if counts else met}: {corner}.",
        hint="How many cells of that window lie on the picture, and by how many is the sum divided?",
        given={"kernel_size": kernel, "padding": padding, "number": number, "count_include_pad": counts},
        pictures=[sized("Input", image[0].float())],
        shown=[sized("Output", right.float())],
        address=link(
            "step_by_step",
            operation="avg",
            kernel_size=kernel,
            padding=padding,
            count_include_pad=counts,
            input_size=kernel + 1,
            input="own",
            cells=image[0],
        ),
    )


KINDS = {
    "receptive_field": drawn_kind("What a number sees behind pooling", _field),
    "dilated_layers": drawn_kind("What a number sees behind dilated layers", _dilations),
    "one_kernel": drawn_kind("Layers in a row as one kernel", _two),
    "edges": drawn_kind("How many edges a kernel finds", _edges),
    "shifted_pooling": drawn_kind("Pooling of what has moved", _shifted),
    "padded_mean": drawn_kind("The mean in a corner", _mean),
}

"""Questions about sizes: how large is what comes out of a layer, and what is left over."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from torch import Tensor
from torch.nn.functional import pad

from convlab.errors import ConvLabError
from convlab.exercises.drawing import (
    MOST_SIDE,
    given_of,
    if_so,
    kind_of,
    numbers,
    pictured,
    shown_of,
    size_rule,
    steps_address,
    through,
)
from convlab.exercises.form import REFUSED, Kind, Picture, Question, Wrong, written
from convlab.exercises.printing import link
from convlab.layers import Conv2d, MaxPool2d
from convlab.meetings import overlap
from convlab.speech import counted
from convlab.window import Pair, by

_LARGE = (28, 32, 64, 112, 224, 227, 256)  # what networks take
_MOST_STEPS = 16  # rows and columns of an input on the page Step by step
_READ = "How often each number is read"


def _output_size(random: Random, input_size: int, kernel_size: int, stride: int, padding: int = 0) -> Question:
    """How many columns does a map have, where the stride does not divide?"""
    layer = Conv2d(1, 1, kernel_size, stride, padding)
    image = numbers(random, input_size, input_size)
    values, left = through(layer, image), layer.window.leftover((input_size, input_size))[1]
    columns = values.shape[-1]
    exact, missing = columns + Fraction(left, stride), stride - left
    wrongs = [
        Wrong(written(exact), f"This forgets to round down: the division gives {exact}, but only whole windows count."),
        *if_so(
            layer,
            pad(image, (0, missing, 0, missing)),
            f"With {missing} more at the end",
            f"This rounds up: the last window would hang {missing} over the end, so it is left out.",
        ),
        *if_so(
            Conv2d(1, 1, kernel_size, stride),
            image,
            "Without the padding",
            f"This forgets the padding: {padding} at each end make the input 2·{padding} larger.",
        ),
        *if_so(
            Conv2d(1, 1, kernel_size, 1, padding),
            image,
            "With stride 1",
            f"This forgets the stride: the kernel moves {stride} at a time.",
        ),
        Wrong(
            written(columns - 1),
            f"This counts the {columns - 1} steps and forgets the place where they begin.",
            pictured("Without that place", values[1:, 1:]),
        ),
    ]
    return Question(
        f"{layer.title}{'' if padding else ', no padding'}. The input is {by((input_size, input_size))}. "
        "How many columns does the map have?",
        "number",
        written(columns),
        wrongs,
        f"{size_rule(layer, image)} The marks ⌊ ⌋ round down: only whole windows make a number.",
        "Count the places where the whole kernel fits; a window that would hang over the end is left out.",
        given_of(layer, image.shape[-2:]),
        shown=shown_of(layer, image),
        address=_address(layer, input_size),
    )


def _address(layer: Conv2d, side: int) -> str:
    """The page Step by step with the same layer; the page Network on a square picture where that is too small."""
    given = given_of(layer, (side, side))
    if side <= _MOST_STEPS:
        return steps_address(given)
    row = ",".join(f"{name}:{each}" for name, each in given.items() if name != "input_size")
    layers = f"Conv2d,out_channels:1,{row}"
    return link("network", picture="astronaut", grey=1, max_side=side, layers=layers)


def _draw_output_size(random: Random) -> Mapping[str, Any]:
    """A small input mostly, else one that networks take."""
    small = random.random() < 0.7
    kernel_size = random.choice((2, 3, 4, 5) if small else (3, 5, 7, 11))
    stride = random.randint(2, 3 if small else 5)
    return {
        "input_size": random.randint(kernel_size + stride + 1, MOST_SIDE) if small else random.choice(_LARGE),
        "kernel_size": kernel_size,
        "stride": stride,
        "padding": random.randint(0, min(2, kernel_size // 2)),
    }


def _left_over(random: Random, input_size: int, kernel_size: int, stride: int) -> Question:
    """How many columns does no window read?"""
    layer = Conv2d(1, 1, kernel_size, stride)
    image = numbers(random, input_size, input_size)
    read = overlap(layer, image.shape)
    left = int((read.sum(0) == 0).sum())
    used, needed, over = input_size - left, input_size - left + stride, counted(left, "column")
    wrongs = [
        Wrong(
            "0",
            f"This forgets the stride: windows that move {stride} at a time end with column {used} of {input_size}.",
            pictured(f"If there were {used} columns", overlap(layer, (1, used, used)).float()),
        ),
        Wrong(REFUSED, f"This takes what is left over for a fault: PyTorch rounds down and leaves {over} unread."),
        Wrong(
            written(stride - left),
            f"This counts what is missing: with {stride - left} more, one more window would fit.",
            pictured(f"If there were {needed} columns", overlap(layer, (1, needed, needed)).float()),
        ),
    ]
    return Question(
        f"{layer.title}, no padding. The input has {input_size} columns. How many of them are never read?",
        "choice",
        written(left),
        wrongs,
        f"{_fits(layer, input_size)} So many windows reach {used} of {input_size} columns and leave {over} over.",
        "Write down which columns the first window reads, then the next one, and so on while whole windows fit.",
        given_of(layer, image.shape[-2:]),
        options=[*map(str, range(stride + 1)), REFUSED],
        shown=(*pictured("Input", image[0], given=True), *pictured(_READ, read.float())),
        address=steps_address(given_of(layer, image.shape[-2:])),
    )


def _fits(layer: Conv2d, columns: int) -> str:
    """How often a window fits, in words and with the numbers; of a dilation nothing is said."""
    around = " with the padding" if layer.window.padding[1] else ""
    return (
        f"The input{around} less the kernel, divided by the stride and rounded down, and one for the first window: "
        f"{layer.window.short_formula(1, columns)}."
    )


def _draw_left_over(random: Random) -> Mapping[str, Any]:
    """Windows without gaps between them."""
    stride = random.randint(2, 4)
    return {
        "input_size": random.randint(7, MOST_SIDE),
        "kernel_size": random.randint(stride, 5),
        "stride": stride,
    }


def _two_axes(random: Random, input_size: Pair, kernel_size: Pair, stride: Pair, padding: Pair) -> Question:
    """How large is a map, where rows and columns have numbers of their own?"""
    layer, image = Conv2d(1, 1, kernel_size, stride, padding), numbers(random, *input_size)
    values = through(layer, image)
    size = tuple(values.shape)
    said = f"kernel_size {kernel_size}, stride {stride}, padding {padding}"
    wrongs = [
        *if_so(
            Conv2d(1, 1, kernel_size[::-1], stride[::-1], padding[::-1]),
            image,
            "With the axes swapped",
            f"This swaps the axes: in {said} the first number is for rows.",
            both=True,
        ),
        Wrong(
            written(size[::-1]),
            f"This names the columns first: {size[0]} are the rows, {size[1]} the columns.",
            pictured("Turned on its side", values.T),
        ),
        *(
            wrong
            for axis, own, other in ((0, "rows", "columns"), (1, "columns", "rows"))
            for wrong in if_so(
                Conv2d(1, 1, kernel_size[axis], stride[axis], padding[axis]),
                image,
                f"With the {own}' numbers for both",
                f"This takes the {own}' numbers for the {other} too: those have kernel {kernel_size[1 - axis]}, "
                f"stride {stride[1 - axis]}, padding {padding[1 - axis]}.",
                both=True,
            )
        ),
    ]
    return Question(
        f"A convolution with {said} reads {by(input_size)}. What size is the map? Rows, then columns.",
        "shape",
        written(size),
        wrongs,
        size_rule(layer, image),
        "Work out the rows with the first number of each pair, then the columns with the second.",
        given_of(layer, image.shape[-2:]),
        shown=shown_of(layer, image),
        address=steps_address(given_of(layer, image.shape[-2:])),
    )


def _draw_two_axes(random: Random) -> Mapping[str, Any]:
    """Pairs of two different numbers each."""
    return {
        "input_size": (random.randint(7, MOST_SIDE), random.randint(7, MOST_SIDE)),
        "kernel_size": _two(random, 2, 5),
        "stride": _two(random, 2, 4),
        "padding": _two(random, 0, 2),
    }


def _two(random: Random, low: int, high: int) -> Pair:
    """Two different numbers."""
    first, second = random.sample(range(low, high + 1), 2)
    return first, second


def _dilated_size(random: Random, input_size: int, kernel_size: int, dilation: int) -> Question:
    """How many columns does a map have, where the window has gaps?"""
    layer = Conv2d(1, 1, kernel_size, dilation=dilation)
    image = numbers(random, input_size, input_size)
    covers, stretched = layer.window.dilated_size[1], kernel_size * dilation
    wrongs = [
        *if_so(
            Conv2d(1, 1, kernel_size),
            image,
            "Without the dilation",
            f"This forgets the dilation: with dilation {dilation} a kernel of {kernel_size} covers {covers} columns.",
        ),
        *if_so(
            Conv2d(1, 1, stretched),
            image,
            f"With a kernel of {by((stretched, stretched))}",
            f"This counts a gap after the last weight too: the window covers {covers} columns, "
            f"not {kernel_size}·{dilation} = {stretched}.",
        ),
        *if_so(
            Conv2d(1, 1, kernel_size, dilation=dilation + 1),
            image,
            f"With dilation {dilation + 1}",
            f"This leaves {dilation} cells between two weights: dilation {dilation} is the step from weight to weight, "
            f"with {dilation - 1} between.",
        ),
    ]
    return Question(
        f"{layer.title}, no padding. The input is {by((input_size, input_size))}. How many columns does the map have?",
        "number",
        written(through(layer, image).shape[-1]),
        wrongs,
        f"{size_rule(layer, image)} Its {kernel_size} weights in steps of {dilation} cover {covers} columns.",
        "First find how many columns the window covers, its gaps included.",
        given_of(layer, image.shape[-2:]),
        shown=shown_of(layer, image),
        address=steps_address(given_of(layer, image.shape[-2:])),
    )


def _draw_dilated_size(random: Random) -> Mapping[str, Any]:
    """A window that fits with its gaps."""
    dilation = random.randint(2, 4)
    kernel_size = random.randint(2, 4 if dilation == 2 else 3)
    least = dilation * (kernel_size - 1) + 1
    return {
        "input_size": random.randint(max(6, least + 1), MOST_SIDE),
        "kernel_size": kernel_size,
        "dilation": dilation,
    }


def _same_with_stride(
    random: Random, input_size: int, kernel_size: int, stride: int, padding: int | str = "same"
) -> Question:
    """What comes out where padding "same", or as many rows and columns in numbers, meets a stride?"""
    given = {"input_size": input_size, "kernel_size": kernel_size, "stride": stride, "padding": padding}
    image = numbers(random, input_size, input_size)
    kept = through(Conv2d(1, 1, kernel_size, padding="same"), image)
    thinned = kept[::stride, ::stride]
    said = f'"{padding}"' if isinstance(padding, str) else padding
    try:
        layer = Conv2d(1, 1, kernel_size, stride, padding)
        answer, wide = written(through(layer, image).shape[-1]), input_size + 2 * layer.window.padding[1]
        rule = (
            f"With the padding there are {wide} columns, and a kernel of {kernel_size} that moves {stride} at a time "
            f"stands in {answer} places. Only the word same wants stride 1; numbers are taken as they are."
        )
        shown = shown_of(layer, image)
    except ConvLabError as error:
        answer, rule, shown = REFUSED, f"PyTorch refuses it. {error}", pictured("Input", image[0], given=True)
    wrongs = [
        Wrong(
            written(input_size),
            f"This forgets the stride: padding {said} keeps {input_size} columns only with stride 1.",
            pictured("With stride 1", kept),
        ),
        Wrong(
            written(thinned.shape[-1]),
            f"This divides by the stride, as other libraries do: {input_size} / {stride}, rounded up. "
            "In PyTorch the word same promises the size, and with a stride it is refused.",
            pictured(f"With stride 1, and then one number in {stride}", thinned),
        ),
        Wrong(REFUSED, f"This takes padding {said} for the word same: PyTorch refuses only the word."),
    ]
    without = through(Conv2d(1, 1, kernel_size, stride), image).shape[-1]
    options = sorted({input_size, thinned.shape[-1], without})
    return Question(
        f"A convolution with kernel_size {kernel_size}, stride {stride}, padding {said} reads "
        f"{by((input_size, input_size))}. How many columns does the map have?",
        "choice",
        answer,
        wrongs,
        rule,
        "Ask what such a padding promises, and whether a kernel that skips places can keep the promise.",
        given,
        options=[*map(str, options), REFUSED],
        shown=shown,
        address=steps_address(given),
    )


def _draw_same_with_stride(random: Random) -> Mapping[str, Any]:
    """The word same mostly, else as many rows and columns as it stands for with stride 1."""
    kernel_size = random.choice((3, 5))
    return {
        "input_size": random.randint(6, MOST_SIDE),
        "kernel_size": kernel_size,
        "stride": random.randint(2, 3),
        "padding": "same" if random.random() < 0.6 else kernel_size // 2,
    }


def _inputs_of_size(random: Random, output_size: int, kernel_size: int, stride: int, padding: int = 0) -> Question:
    """Which inputs does a layer with a stride bring to the same size?"""
    layer, unpadded = Conv2d(1, 1, kernel_size, stride, padding), Conv2d(1, 1, kernel_size, stride)
    sizes, longer = _brought_to(output_size, layer), _brought_to(output_size, unpadded)
    whole = numbers(random, max(sizes + longer), max(sizes + longer))
    images = {side: whole[:, :side, :side] for side in (*sizes, *longer, output_size * stride)}
    wrongs = [
        Wrong(
            written(sizes[:1]),
            f"This forgets what the stride leaves over: {sizes[-1]} columns make {output_size} too and leave "
            f"{counted(sizes[-1] - sizes[0], 'column')} over.",
            _outputs(layer, [images[side] for side in sizes[1:]]),
        ),
        Wrong(
            written(longer),
            f"This forgets the padding: {padding} at each end are columns that the input need not have.",
            _outputs(layer, [images[side] for side in longer]),
        ),
        Wrong(
            written([output_size * stride]),
            f"This only multiplies: {output_size}·{stride} = {output_size * stride}.",
            _outputs(layer, [images[output_size * stride]]),
        ),
        Wrong(
            written(sizes[-1:]),
            f"This is the largest one; {sizes[0]} columns make {output_size} too.",
            _outputs(layer, [images[side] for side in sizes[:-1]]),
        ),
    ]
    return Question(
        f"{layer.title}{'' if padding else ', no padding'}. The map has {output_size} columns. "
        "How many columns can the input have? Name all numbers, the smallest first.",
        "shape",
        written(sizes),
        wrongs,
        " ".join([_fits(layer, sizes[0]), *(f"{layer.window.short_formula(1, side)}." for side in sizes[1:])])
        + f" The stride is {stride}, so {len(sizes)} sizes in a row come to the same.",
        "Find the smallest input first; then make it longer until one more window fits.",
        {"output_size": output_size, "kernel_size": kernel_size, "stride": stride}
        | ({"padding": padding} if padding else {}),
        shown=_outputs(layer, [images[side] for side in sizes]),
        address=steps_address(given_of(layer, (sizes[0], sizes[0]))),
    )


def _brought_to(output_size: int, layer: Conv2d) -> list[int]:
    """The sizes that a layer brings to one size."""
    stride, covers, around = layer.stride[1], layer.window.dilated_size[1], 2 * layer.window.padding[1]
    sides = range(max(1, covers - around), covers + output_size * stride)
    return [side for side in sides if layer.output_size((side, side))[1] == output_size]


def _outputs(layer: Conv2d, images: Sequence[Tensor]) -> tuple[Picture, ...]:
    """What comes out of inputs of several sizes."""
    return tuple(
        picture for image in images for picture in pictured(f"From {by(image.shape[1:])}", through(layer, image))
    )


def _draw_inputs_of_size(random: Random) -> Mapping[str, Any]:
    """A small map, of inputs that are drawn number by number."""
    stride = random.randint(2, 3)
    return {
        "output_size": random.randint(2, 5 if stride == 2 else 3),
        "kernel_size": random.randint(2, 3),
        "stride": stride,
        "padding": random.randint(0, 1),
    }


def _pool_size(random: Random, input_size: int, kernel_size: int, ceil_mode: bool = False) -> Question:
    """How many columns come out of a pooling layer that is told its kernel alone?"""
    layer = MaxPool2d(kernel_size, ceil_mode=ceil_mode)
    image = numbers(random, input_size, input_size)
    left = layer.window.leftover((input_size, input_size))[1]
    hangs, over = counted(kernel_size - left, "column"), counted(left, "column")
    rounds = f"a last window hangs over the end by {hangs}" if ceil_mode else f"what does not fit is left over: {over}"
    wrongs = [
        *if_so(
            MaxPool2d(kernel_size, 1),
            image,
            "With stride 1",
            f"This takes stride 1: a pooling layer's stride is its kernel_size, here {kernel_size}.",
        ),
        *if_so(
            MaxPool2d(kernel_size, ceil_mode=not ceil_mode),
            image,
            f"With ceil_mode {not ceil_mode}",
            f"This rounds the other way: with ceil_mode {ceil_mode} {rounds}.",
        ),
    ]
    said = f"{kernel_size}, ceil_mode=True" if ceil_mode else f"{kernel_size}"
    given = {"input_size": input_size, "kernel_size": kernel_size} | ({"ceil_mode": True} if ceil_mode else {})
    return Question(
        f"`MaxPool2d({said})` reads {by((input_size, input_size))}. How many columns does the map have?",
        "number",
        written(through(layer, image).shape[-1]),
        wrongs,
        f"{size_rule(layer, image)} {'The marks ⌈ ⌉ round up. ' if ceil_mode else ''}"
        f"The stride is the kernel_size, and {rounds}.",
        "What is the stride where nobody names one? For pooling it is not the same as for a convolution.",
        given,
        shown=shown_of(layer, image),
        address=steps_address({"stride": kernel_size} | given, "max"),
    )


def _draw_pool_size(random: Random) -> Mapping[str, Any]:
    """An input that the kernel does not divide."""
    kernel_size = random.randint(2, 5)
    sides = [side for side in range(6, MOST_SIDE + 1) if side % kernel_size]
    return {
        "input_size": random.choice(sides),
        "kernel_size": kernel_size,
        "ceil_mode": random.random() < 0.5,
    }


def _even_kernel(random: Random, input_size: int, kernel_size: int, padding: int) -> Question:
    """How many columns does a map have, where an even kernel has the same padding at both ends?"""
    layer, image = Conv2d(1, 1, kernel_size, padding=padding), numbers(random, input_size, input_size)
    columns, wide = through(layer, image).shape[-1], input_size + 2 * padding
    wrongs = [
        *if_so(
            Conv2d(1, 1, kernel_size, padding="same"),
            image,
            "With padding same",
            f"This takes kernel {kernel_size} for an odd one: the size stays with {kernel_size} − 1 columns more, and "
            f"padding {padding} adds 2·{padding}.",
        ),
        *if_so(
            Conv2d(1, 1, kernel_size),
            image,
            "Without the padding",
            f"This forgets the padding: {padding} at each end make the input 2·{padding} larger.",
        ),
        *if_so(
            Conv2d(1, 1, kernel_size),
            pad(image, (padding, 0, padding, 0)),
            "With padding at one end",
            f"This counts the padding once: {padding} at each end make the input 2·{padding} larger.",
        ),
    ]
    return Question(
        f"Convolution: kernel {by(layer.kernel_size)}, padding {padding}. The input is {by((input_size, input_size))}. "
        "How many columns does the map have?",
        "number",
        written(columns),
        wrongs,
        f"With the padding there are {input_size} + 2·{padding} = {wide} columns, and the kernel fits "
        f"{wide} − {kernel_size} + 1 = {columns} times. "
        "To keep the size, an even kernel needs one more at one end than at the other.",
        "Add the padding at both ends first, then count the places where the kernel fits.",
        given_of(layer, image.shape[-2:]),
        shown=shown_of(layer, image),
        address=steps_address(given_of(layer, image.shape[-2:])),
    )


def _draw_even_kernel(random: Random) -> Mapping[str, Any]:
    """Padding that comes as near to keeping the size as the same number at both ends can."""
    kernel_size = random.choice((2, 4, 6))
    return {
        "input_size": random.randint(6, MOST_SIDE - 2),
        "kernel_size": kernel_size,
        "padding": random.randint(max(1, kernel_size // 2 - 1), kernel_size // 2),
    }


KINDS: dict[str, Kind] = {
    "output_size": kind_of("Output size with a stride", _draw_output_size, _output_size),
    "left_over": kind_of("Columns that are never read", _draw_left_over, _left_over),
    "two_axes": kind_of("Rows and columns apart", _draw_two_axes, _two_axes),
    "dilated_size": kind_of("Output size with dilation", _draw_dilated_size, _dilated_size),
    "same_with_stride": kind_of("Padding same with a stride", _draw_same_with_stride, _same_with_stride),
    "inputs_of_size": kind_of("Which inputs make that size", _draw_inputs_of_size, _inputs_of_size),
    "pool_size": kind_of("Output size of pooling", _draw_pool_size, _pool_size),
    "even_kernel": kind_of("Even kernels with padding", _draw_even_kernel, _even_kernel),
}

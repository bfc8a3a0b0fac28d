"""Questions about the way that a kernel turns, and about the transposed layer: sizes, stamps, and what comes back."""

from collections.abc import Sequence
from functools import lru_cache
from random import Random

import torch
import torch.nn.functional as F
from torch import Tensor

from convlab.back import there_and_back, way_back
from convlab.convolutions import Conv2d, ConvTranspose2d
from convlab.errors import ConvLabError
from convlab.exercises.form import REFUSED, Question, Wrong, written
from convlab.exercises.printing import digits, drawn_kind, link, listed, mistakes, printed, shuffled, sized, spike
from convlab.speech import counted
from convlab.upsampling import evenness
from convlab.window import Pair, Sides, by, plain


def _spike(random: Random) -> Question:
    """A kernel of numbers that all differ."""
    return spike_through(random, torch.tensor(random.sample(range(9), 9)).float().reshape(3, 3))


def spike_through(random: Random, kernel: Tensor) -> Question:
    """What a convolution makes of one spike."""
    rows, columns = kernel.shape
    image = spike((2 * rows - 1, 2 * columns - 1), (rows - 1, columns - 1))
    layer = Conv2d(1, 1, (rows, columns), bias=False)
    output = layer(image[None], kernel[None, None])[0]
    turned = [
        (
            kernel,
            "This is the kernel as it stands. The layer does not turn it: it slides it, and that is a correlation.",
        ),
        (kernel.flip(1), "Here the columns are turned and the rows are not; the window moves along both."),
        (kernel.flip(0), "Here the rows are turned and the columns are not; the window moves along both."),
    ]
    wrongs = mistakes(printed(output), [Wrong(printed(one), why, [sized("If it were so", one)]) for one, why in turned])
    return Question(
        text=f"A picture of {by(image.shape)} is 0 but for a 1 in its middle. The kernel is `{printed(kernel)}`, row "
        "by "
        "row, and there is no padding. What does the convolution layer make of it?",
        form="choice",
        answer=printed(output),
        wrongs=wrongs,
        rule=f"Each output number is what the kernel has where the spike lies. The window at the top left meets the "
        f"spike with its last weight, {kernel[-1, -1]:.0f}; the one at the bottom right with its first, "
        f"{kernel[0, 0]:.0f}. So the kernel comes out turned by half a turn. A true convolution turns it before.",
        hint="Lay the kernel on the top left corner of the picture: which of its weights stands on the spike?",
        given={"kernel": kernel, "input_size": tuple(image.shape)},
        options=shuffled(random, printed(output), wrongs),
        pictures=[sized("Input", image), sized("Kernel", kernel)],
        shown=[sized("Output", output)],
        address=link("step_by_step", input="spike", input_size=tuple(image.shape), edits=kernel),
    )


def _transposed_size(random: Random) -> Question:
    """A transposed layer with padding."""
    cells, stride = random.randint(2, 5), random.randint(2, 3)
    kernel = random.randint(2, 5)
    return transposed_size(random, cells, kernel, stride, random.randint(1, min(3, kernel - 1)))


def transposed_size(random: Random, cells: int, kernel: int, stride: int, padding: int) -> Question:
    """How many rows a transposed layer makes."""
    layer, whole = (ConvTranspose2d(1, 1, kernel, stride, ring, bias=False) for ring in (padding, 0))
    image, weight = digits(random, cells, cells), digits(random, kernel, kernel, 0, 3)
    output, full = (it(image[None], weight[None, None])[0] for it in (layer, whole))
    rows = output.shape[0]
    wrongs = [
        Wrong(
            written(len(full) + 2 * padding),
            f"Padding does not make this output larger. It is cut off: {padding} on every side.",
            [sized("With the padding put around it", F.pad(full, [padding] * 4))],
        ),
        Wrong(
            written(len(full)),
            f"That is the size without padding. Padding {padding} cuts off {padding} on every side.",
            [sized("Without the padding", full)],
        ),
        Wrong(
            written(len(full) - padding),
            f"That cuts off one side alone. Padding {padding} cuts off {padding} on every side.",
            [sized("Cut off one side alone", full[padding:, padding:])],
        ),
        *_as_convolution(layer, image, weight),
    ]
    return Question(
        text=f"A transposed convolution has kernel_size {kernel}, stride {stride} and padding {padding}. Its input has "
        f"{cells} rows. How many rows has its output?",
        form="number",
        answer=written(rows),
        wrongs=mistakes(written(rows), wrongs),
        rule=_stamping(layer, cells),
        hint="Lay the stamps out first, as far as they reach; then see what padding does to what they made.",
        given={"input_size": cells, "kernel_size": kernel, "stride": stride, "padding": padding},
        pictures=[sized("Input", image)],
        shown=[sized("Output", output)],
        address=_transposed_link(layer, image, weight),
    )


def _as_convolution(layer: ConvTranspose2d, image: Tensor, weight: Tensor) -> list[Wrong]:
    """What the convolution with the same settings would make, if it fits."""
    try:
        there = Conv2d(1, 1, layer.kernel_size, layer.stride, layer.padding, layer.dilation, bias=False)
        output = there(image[None], weight[None, None])[0]
    except ConvLabError:
        return []
    words = "That is what the convolution makes. The transposed layer goes the other way: it stamps and does not read."
    return [Wrong(written(len(output)), words, [sized("The convolution's", output)])]


def _stamping(layer: ConvTranspose2d, cells: int) -> str:
    """The transposed layer's size formula, with names and with numbers."""
    shape = (1, cells, cells)
    return f"`{layer.letters(shape)[0]}` = `{layer.formula(shape)[0]}`. Padding is cut off the output."


def _transposed_link(layer: ConvTranspose2d, image: Tensor, weight: Tensor) -> str:
    """The same layer step by step."""
    return link(
        "step_by_step",
        operation="transposed",
        bank="box",
        kernel_size=layer.kernel_size,
        edits=weight,
        stride=layer.stride,
        padding=layer.padding,
        dilation=layer.dilation,
        output_padding=layer.output_padding,
        input_size=tuple(image.shape),
        input="own",
        cells=image,
    )


def _output_padding(random: Random) -> Question:
    """A transposed layer with output_padding."""
    cells, kernel, stride = random.randint(2, 5), random.randint(2, 5), random.randint(2, 3)
    padding = random.randint(0, min(2, kernel - 1))
    return output_padding(random, cells, kernel, stride, padding, random.randint(1, stride - 1))


def output_padding(random: Random, cells: int, kernel: int, stride: int, padding: int, extra: int) -> Question:
    """How many rows a transposed layer makes with output_padding."""
    layer = ConvTranspose2d(1, 1, kernel, stride, padding, extra, bias=False)
    without = ConvTranspose2d(1, 1, kernel, stride, padding, bias=False)
    image, weight = digits(random, cells, cells), digits(random, kernel, kernel, 0, 3)
    output, least = (it(image[None], weight[None, None])[0] for it in (layer, without))
    rows = output.shape[0]
    wrongs = [
        Wrong(
            written(len(least) + 2 * extra),
            f"output_padding is not put on both sides: {extra} more at the end alone, below and at the right.",
            [sized("With zeros all around", F.pad(least, [extra] * 4))],
        ),
        Wrong(
            written(len(least)),
            f"That is the size with output_padding 0. It keeps {extra} more at the end.",
            [sized("Without output_padding", least)],
        ),
    ]
    if len(least) > 2 * extra:
        cut = least[extra:-extra, extra:-extra]
        words = "output_padding does not cut anything off; padding does."
        wrongs.append(Wrong(written(len(cut)), words, [sized("Cut off all around", cut)]))
    return Question(
        text=f"A transposed convolution has kernel_size {kernel}, stride {stride}, padding {padding} and "
        "output_padding "
        f"{extra}. Its input has {cells} rows. How many rows has its output?",
        form="number",
        answer=written(rows),
        wrongs=mistakes(written(rows), wrongs),
        rule=f"{_stamping(layer, cells)} A convolution with stride {stride} brings {_sizes(layer, cells)} rows to "
        f"{cells}; output_padding says which of them comes out.",
        hint="Work the size out without output_padding; then ask at which end it adds.",
        given={
            "input_size": cells,
            "kernel_size": kernel,
            "stride": stride,
            "padding": padding,
            "output_padding": extra,
        },
        pictures=[sized("Input", image)],
        shown=[sized("Output", output)],
        address=_transposed_link(layer, image, weight),
    )


def _sizes(layer: ConvTranspose2d, cells: int) -> str:
    """All sizes that a convolution with the same settings brings to so many rows."""
    least = layer.window.stamped_size((cells, cells))[0]
    return listed(range(least, least + layer.stride[0]))


def _last_row(random: Random) -> Question:
    """A transposed layer whose last row is reached by stamps, or by none."""
    cells, kernel, stride = random.randint(2, 3), random.randint(2, 3), random.randint(2, 3)
    image, weight = digits(random, cells, cells, 1, 4), digits(random, kernel, kernel, 1, 3)
    return last_row(random, image, weight, stride, random.randint(0, kernel - 1))


def last_row(random: Random, image: Tensor, weight: Tensor, stride: int, padding: int) -> Question:
    """What stands in the last row that output_padding 1 adds."""
    layer = ConvTranspose2d(1, 1, tuple(weight.shape), stride, padding, 1, bias=False)
    output = layer(image[None], weight[None, None])[0]
    before, last = output[-2:-1], output[-1:]
    reached = bool(last.any())
    copied, zeros = torch.cat([output[:-1], before]), torch.cat([output[:-1], torch.zeros_like(before)])
    upper = torch.cat([output[:-1], output[:1]])
    as_copy = "It is no copy of the row above it: every row is computed from the stamps."
    as_zeros = "output_padding adds no zeros: it keeps a row that padding would have cut off, and stamps reach it."
    wrong_first = [(zeros, as_zeros), (copied, as_copy)] if reached else [(copied, as_copy)]
    others = [*wrong_first, (upper, "It is no copy of the first row: nothing wraps around.")]
    wrongs = mistakes(printed(last), [Wrong(printed(it[-1:]), why, [sized("If it were so", it)]) for it, why in others])
    covered = layer.window.stamped_size((len(image), len(image)))[0] + 2 * padding
    cut = f"of which padding cuts {padding} off at either end" if padding else "and padding 0 cuts none of them off"
    why = (
        "the next one below, and stamps reach it" if reached else "below all of them: no stamp reaches it, and it is 0"
    )
    return Question(
        text=f"The input `{printed(image)}` goes through a transposed convolution with the kernel `{printed(weight)}`, "
        f"stride {stride}, padding {padding} and output_padding 1. What stands in the last row of its output?",
        form="choice",
        answer=printed(last),
        wrongs=wrongs,
        rule=f"The stamps cover {covered} rows, {cut}. The row that output_padding adds is {why}.",
        hint="Draw the stamps of the last input row. Does one of them reach that far?",
        given={"image": image, "weight": weight, "stride": stride, "padding": padding, "output_padding": 1},
        options=shuffled(random, printed(last), wrongs),
        pictures=[sized("Input", image), sized("Kernel", weight)],
        shown=[sized("Output", output)],
        address=_transposed_link(layer, image, weight),
    )


def _refused(random: Random) -> Question:
    """An output_padding that is too much, or just not."""
    stride, dilation = random.randint(1, 3), random.randint(1, 2)
    extra = max(stride, dilation) - random.randint(0, 1)
    return refused_output_padding(random, random.randint(2, 5), random.randint(2, 4), stride, dilation, max(1, extra))


def refused_output_padding(random: Random, cells: int, kernel: int, stride: int, dilation: int, extra: int) -> Question:
    """Which size a transposed layer makes, or whether torch refuses it."""
    image, weight = digits(random, cells, cells), digits(random, kernel, kernel, 0, 3)
    least = ConvTranspose2d(1, 1, kernel, stride, dilation=dilation, bias=False)
    without = least(image[None], weight[None, None])[0]
    more = written(least.window.stamped_size((cells, cells), (extra, extra))[0])
    plainly = Wrong(written(len(without)), "That is the size without output_padding.", [sized("Without it", without)])
    try:
        layer = ConvTranspose2d(1, 1, kernel, stride, output_padding=extra, dilation=dilation, bias=False)
    except ConvLabError:
        answer, shown, fits = REFUSED, [], least
        other = Wrong(
            more,
            f"The formula gives that size, and PyTorch still refuses: output_padding {extra} is not smaller than "
            "stride "
            f"{stride} or dilation {dilation}.",
            [sized("With zeros at the end", F.pad(without, [0, extra, 0, extra]))],
        )
    else:
        output = layer(image[None], weight[None, None])[0]
        answer, shown, fits = written(len(output)), [sized("Output", output)], layer
        larger = max(stride, dilation)
        other = Wrong(
            REFUSED, f"output_padding {extra} is smaller than {larger}, and either stride or dilation is enough."
        )
    doubled = Wrong(
        written(len(without) + 2 * extra),
        "output_padding is not put on both sides.",
        [sized("On both sides", F.pad(without, [extra] * 4))],
    )
    wrongs = mistakes(answer, [other, plainly, doubled])
    return Question(
        text=f"A transposed convolution has kernel_size {kernel}, stride {stride}, dilation {dilation}, no padding and "
        f"output_padding {extra}. Its input has {cells} rows. How many rows has its output?",
        form="choice",
        answer=answer,
        wrongs=wrongs,
        rule=f"PyTorch's rule: output_padding must be smaller than stride or than dilation. Here it is {extra}, the "
        "stride "
        f"is {stride} and the dilation {dilation}. A convolution with stride {stride} brings "
        f"{counted(stride, 'size')} down to one; output_padding says which comes back. "
        f"{'Without it' if fits is least else 'So'}: "
        f"{_stamping(fits, cells)}",
        hint="Compare output_padding with the stride and with the dilation before you compute a size.",
        given={
            "input_size": cells,
            "kernel_size": kernel,
            "stride": stride,
            "dilation": dilation,
            "output_padding": extra,
        },
        options=_in_order([answer, *(wrong.answer for wrong in wrongs)]),
        pictures=[sized("Input", image)],
        shown=shown,
        address=_transposed_link(fits, image, weight),
    )


def _in_order(sizes: Sequence[str]) -> list[str]:
    """Sizes from the smallest, then the refusal."""
    return sorted(sizes, key=lambda size: (size == REFUSED, len(size), size))


def _overlap_counts(random: Random) -> Question:
    """A kernel_size that the stride does not divide."""
    stride = random.randint(2, 3)
    return overlap_counts(random, random.choice([size for size in range(2, 7) if size % stride]), stride)


def overlap_counts(random: Random, kernel: int, stride: int) -> Question:
    """Which numbers stand inside the output where everything is one."""
    counts = _counts(kernel, stride)
    ones, output = _all_ones(kernel, stride, 0)
    wrongs = [
        Wrong(
            written(kernel**2),
            f"So many weights has the kernel. But the stamps lie {stride} apart, so no cell is met by all of them.",
            [sized("If it were so", torch.full_like(output, kernel**2))],
        ),
        Wrong(
            written(sorted({_root(count) for count in counts})),
            "So it is along one row. Stamps overlap along both axes: the numbers are multiplied.",
            [sized("Along the columns alone", _all_ones((1, kernel), (1, stride), 0)[1])],
        ),
        Wrong(
            written(sorted({_root(count) ** 2 for count in counts})),
            "Those are where rows and columns have equally many. In other cells they differ, and are multiplied too.",
        ),
        Wrong(
            "1",
            f"Each cell would have one stamp if the stamps lay side by side: kernel_size {stride}, as large as the "
            "stride.",
            [sized("Side by side", _all_ones(stride, stride, 0)[1])],
        ),
    ]
    return Question(
        text=f"A transposed convolution with kernel_size {kernel}, stride {stride} and no padding reads a picture of "
        "ones with a kernel of ones. Which different numbers stand in its output, away from the border? Smallest "
        "first.",
        form="shape",
        answer=written(counts),
        wrongs=mistakes(written(counts), wrongs),
        rule=f"Along one axis {kernel} weights are dealt out to cells that lie {stride} apart: a cell has "
        f"{listed(sorted({_root(count) for count in counts}))}. Rows times columns make {listed(counts)}: a "
        "checkerboard.",
        hint="Count the stamps over one cell along a row first; then the columns come in too.",
        given={"kernel_size": kernel, "stride": stride},
        pictures=[sized("Input", ones)],
        shown=[sized("Output", output)],
        address=_up_link(kernel, stride),
    )


@lru_cache(maxsize=64)
def _counts(kernel: int, stride: int) -> tuple[int, ...]:
    """How often the cells inside are stamped, smallest first."""
    return evenness([kernel], [stride])[kernel, stride].counts


def _root(count: int) -> int:
    """A count of rows times as many columns, along one of them."""
    return round(count**0.5)


def _all_ones(kernel: Sides, stride: Sides, padding: int) -> tuple[Tensor, Tensor]:
    """An input of ones, and what a transposed layer of ones makes of it."""
    ones = torch.ones(6, 6)
    layer = ConvTranspose2d(1, 1, kernel, stride, padding, bias=False)
    return ones, layer(ones[None], torch.ones(layer.weight_shape))[0]


def _up_link(kernel: int, stride: int) -> str:
    """The same kernel_size and stride in up-sampling."""
    return link("there_and_back", part="larger", scale_factor=stride, up_kernel_size=kernel)


def _checkerboard(random: Random) -> Question:
    """A kernel_size and a stride that may divide it."""
    stride = random.randint(2, 3)
    even = [size for size in range(2, 7) if size % stride == 0]
    uneven = [size for size in range(stride + 1, 7) if size % stride]
    return checkerboard(random, random.choice(random.choice([even, uneven])), stride, random.randint(0, 1))


def checkerboard(random: Random, kernel: int, stride: int, padding: int) -> Question:
    """Whether the numbers inside the output of a transposed layer are even where everything is one."""
    counts = _counts(kernel, stride)
    other = kernel - kernel % stride + stride if kernel % stride else kernel + 1
    divides = f"{kernel} is{' not' if kernel % stride else ''} a multiple of {stride}"
    ones, output = _all_ones(kernel, stride, padding)
    wrongs = [
        Wrong(
            _in_turn(_counts(other, stride)),
            f"So it would be with kernel_size {other}. But {divides}.",
            [sized(f"With kernel_size {other}", _all_ones(other, stride, padding)[1])],
        ),
        Wrong(
            _in_turn((kernel**2,)),
            f"So many weights has the kernel. But the stamps lie {stride} apart.",
            [sized("If it were so", torch.full_like(output, kernel**2))],
        ),
        Wrong(
            _in_turn(tuple(sorted({_root(count) for count in counts}))),
            "So it is along one row. Stamps overlap along both axes: the numbers are multiplied.",
            [sized("Along the columns alone", _all_ones((1, kernel), (1, stride), 0)[1])],
        ),
    ]
    kept = mistakes(_in_turn(counts), wrongs)
    return Question(
        text=f"A transposed convolution with kernel_size {kernel}, stride {stride} and padding {padding} reads a "
        "picture "
        "of ones with a kernel of ones. Which numbers stand in its output, away from the border?",
        form="choice",
        answer=_in_turn(counts),
        wrongs=kept,
        rule=f"Along one axis {kernel} weights are dealt out to cells that lie {stride} apart, and {divides}. So a "
        "cell "
        f"inside has {listed(sorted({_root(count) for count in counts}))} along each axis, and {_in_turn(counts)} in "
        "all. "
        "Padding cuts the border off and changes nothing inside.",
        hint="Does the stride divide the kernel_size?",
        given={"kernel_size": kernel, "stride": stride, "padding": padding},
        options=shuffled(random, _in_turn(counts), kept),
        pictures=[sized("Input", ones)],
        shown=[sized("Output", output)],
        address=_up_link(kernel, stride),
    )


def _in_turn(counts: tuple[int, ...]) -> str:
    """What stands inside, in words."""
    return f"{listed(counts)} in turn" if len(counts) > 1 else f"{counts[0]} everywhere"


ALL = "All numbers"
INSIDE = "The numbers inside; the border is zeros"
SIZE = "The size, but other numbers"
NOTHING = "Not even the size"


def _way_back(random: Random) -> Question:
    """A spike or another kernel; a stride of 2 alone where it leaves a row over."""
    padding, stride, cells = random.randint(0, 1), 1, random.randint(5, 7)
    if random.random() < 0.5:
        return back_again(random, digits(random, cells, cells, 1), 0 - spike((3, 3), (1, 1)), stride, padding)
    if random.random() < 0.5:
        stride, cells = 2, random.choice([6, 8])
    weight = digits(random, 3, 3, -1, 2)
    weight[0, 0], weight[1, 1] = 1, 2  # never a spike
    return back_again(random, digits(random, cells, cells, 1), weight, stride, padding)


def back_again(random: Random, image: Tensor, weight: Tensor, stride: int, padding: int) -> Question:
    """What comes back through the transposed layer with the same kernel."""
    layer = Conv2d(1, 1, tuple(weight.shape), stride, padding, bias=False)
    way = there_and_back(layer, image[None], weight[None, None], output_padding=(0, 0))
    result = way.result[0]
    answer = _came_back(image, result)
    law = _law(random, way.maps, layer, image, weight)
    size = f"{len(image)} rows come down to {way.maps.shape[1]}; without output_padding {len(result)} come back"
    ring = torch.zeros_like(image)
    ring[1:-1, 1:-1] = image[1:-1, 1:-1]
    reasons = [
        Wrong(ALL, _NOT_INVERSE, [sized("If all came back", image)]),
        Wrong(SIZE, f"{size}." if answer == NOTHING else "This kernel is one weight of −1: twice minus is plus."),
        Wrong(INSIDE, _NOT_INSIDE[answer], [sized("If the inside came back", ring)]),
        Wrong(NOTHING, f"The transposed layer makes {by(result.shape)} of {by(way.maps.shape[1:])}."),
    ]
    wrongs = mistakes(answer, [wrong for wrong in reasons if wrong.answer != answer])
    return Question(
        text=f"A picture of {by(image.shape)} goes through a convolution with the kernel `{printed(weight)}`, stride "
        f"{stride} and padding {padding}, then through the transposed convolution with the same kernel, stride and "
        "padding. What comes back?",
        form="choice",
        answer=answer,
        wrongs=wrongs,
        rule=f"{_CAME.get(answer, f'{size}.')} The transposed layer is the transposed matrix, not the inverse. What "
        "holds for any kernel: "
        f"⟨y, A x⟩ = ⟨Aᵀ y, x⟩. For a drawn y both are {law}.",
        hint="Follow one corner number there, and what becomes of it on the way back.",
        given={"image": image, "weight": weight, "stride": stride, "padding": padding},
        options=shuffled(random, answer, wrongs),
        pictures=[sized("Input", image), sized("Kernel", weight)],
        shown=[sized("There", way.maps[0]), sized("And back", result)],
        address=link(
            "there_and_back",
            bank="box",
            kernel_size=layer.kernel_size,
            out_channels=1,
            edits=weight,
            stride=stride,
            padding=padding,
            output_padding_kind="numbers",
        ),
    )


_NOT_INVERSE = "The transposed layer undoes the sizes and not the sums: it is the transposed matrix, not the inverse."
_NOT_INSIDE = {
    ALL: "With this padding the kernel's middle stands on every number, also on the border.",
    INSIDE: "",
    SIZE: "Each number comes back mixed with its neighbours, inside as well.",
    NOTHING: "The last row and column are missing, and the numbers are mixed with their neighbours.",
}
_CAME = {
    ALL: "One weight of −1 in the middle, met twice, is 1, and padding lets it stand on the border too.",
    INSIDE: "One weight of −1 in the middle, met twice, is 1; but it never stands on the border, which stays 0.",
    SIZE: "Each number comes back as a sum over its neighbours.",
}


def _came_back(image: Tensor, result: Tensor) -> str:
    """What came back, by the numbers."""
    if result.shape != image.shape:
        return NOTHING
    if torch.equal(result, image):
        return ALL
    inside = F.pad(image[1:-1, 1:-1], [1] * 4)
    return INSIDE if torch.equal(result, inside) else SIZE


def _law(random: Random, maps: Tensor, layer: Conv2d, image: Tensor, weight: Tensor) -> str:
    """⟨y, A x⟩ and ⟨Aᵀ y, x⟩ for a drawn y, which are one number."""
    other = digits(random, maps.shape[1], maps.shape[2])
    returned = way_back(layer, (1, *image.shape))(other[None], weight[None, None])[0]
    return listed(sorted({f"{float(product.sum()):.0f}" for product in (other * maps[0], returned * image)})).replace(
        "-", "−"
    )


def _transposed_weight(random: Random) -> Question:
    """Channels that differ, a kernel that may be longer than wide, groups now and then."""
    groups = random.choice([1, 1, 2])
    into, out = (groups * number for number in random.sample(range(2, 7), 2))
    size = random.randint(2, 7)
    return transposed_weight(into, out, (size, random.choice([size, size + 1])), groups)


def transposed_weight(into: int, out: int, kernel: Pair, groups: int = 1) -> Question:
    """The shape of a transposed layer's weight."""
    layer = ConvTranspose2d(into, out, kernel, groups=groups)
    full = ConvTranspose2d(into, out, kernel)
    there = Conv2d(into, out, kernel, groups=groups)
    several = f" and groups {groups}" if groups > 1 else ""
    split = f" Of {groups} groups each input channel meets {out // groups} of the {out} outputs." if groups > 1 else ""
    wrongs = [
        Wrong(
            written(there.weight_shape),
            f"That is Conv2d's order, outputs first. In the transposed layer the {into} input channels come first.",
        ),
        Wrong(written(full.weight_shape), f"That is without groups: {groups} groups do not meet."),
        Wrong(
            written((*layer.weight_shape[:2], kernel[1], kernel[0])),
            f"Rows come before columns: {kernel[0]} rows, {kernel[1]} columns.",
        ),
        Wrong(written((into * out, *kernel)), "Inputs and outputs stay apart: one axis for each."),
    ]
    return Question(
        text=f"A transposed convolution has in_channels {into}, out_channels {out}, kernel_size "
        f"{plain(kernel)}{several}. "
        "What is the shape of its weight?",
        form="shape",
        answer=written(layer.weight_shape),
        wrongs=mistakes(written(layer.weight_shape), wrongs),
        rule="Its weight is laid out (in_channels, out_channels / groups, rows, columns): each input number stamps "
        f"{out // groups} kernels.{split} It is the weight of the convolution from {out} to {into} channels, as it is.",
        hint="It takes the weight of the convolution that goes the other way, from its outputs to its inputs.",
        given={"in_channels": into, "out_channels": out, "kernel_size": kernel, "groups": groups},
        address=link("network", layers=_as_layer(layer)),
    )


def _as_layer(layer: ConvTranspose2d) -> str:
    """The layer as the network page's address writes it, behind one that makes its channels."""
    before = f"Conv2d,out_channels:{layer.in_channels},kernel_size:1"
    groups = f",groups:{layer.groups}" if layer.groups > 1 else ""
    size = "x".join(map(str, layer.kernel_size))
    return f"{before};ConvTranspose2d,out_channels:{layer.out_channels},kernel_size:{size}{groups}"


KINDS = {
    "spike": drawn_kind("One spike through a kernel", _spike),
    "transposed_size": drawn_kind("Size of a transposed convolution", _transposed_size),
    "output_padding": drawn_kind("What output_padding adds", _output_padding),
    "last_row": drawn_kind("What stands in the last row", _last_row),
    "refused_output_padding": drawn_kind("How much output_padding there can be", _refused),
    "overlap_counts": drawn_kind("How often the stamps overlap", _overlap_counts),
    "checkerboard": drawn_kind("A checkerboard, or none", _checkerboard),
    "way_back": drawn_kind("There and back with the same kernel", _way_back),
    "transposed_weight": drawn_kind("Shape of a transposed weight", _transposed_weight),
}

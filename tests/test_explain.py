"""One number taken apart: torch's own gradient says which cell meets which weight, for thousands of drawn settings."""

from itertools import product

import pytest
import torch
import torch.nn.functional as F
from draws import SIZES, convolutions, drawn, ours, pools, transposed, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.signal import convolve2d

from convlab import AvgPool2d, Conv2d, ConvLabError, ConvTranspose2d, MaxPool2d, ReLU, Window, kernels
from convlab.explanations import explain, explain_all, sentence
from convlab.meetings import meetings, overlap
from convlab.transposed import collapsing_sizes, flipped, plain_convolution, spread, spread_along, stamps

DRAWS = {
    Conv2d: convolutions(faults=False),
    ConvTranspose2d: transposed(faults=False),
    MaxPool2d: pools(average=False),
    AvgPool2d: pools(average=True),
}
ANY = st.integers(0, 10**6)


@st.composite
def cases(draw, *kinds):
    """A layer that fits its whole-number image, its weight and its bias."""
    kind = draw(st.sampled_from(kinds))
    settings, size = draw(DRAWS[kind]), draw(SIZES)
    layer = ours(lambda: kind(**settings))
    assume(layer is not None)
    shape = (getattr(layer, "in_channels", 3), *size)
    assume(ours(lambda: layer.output_shape(shape)) is not None)
    weight = None if layer.weight_shape is None else whole(*layer.weight_shape, seed=draw(st.integers(0, 99)))
    bias = whole(layer.out_channels, seed=3) if weight is not None and layer.bias else None
    return layer, whole(*shape, seed=draw(st.integers(0, 99))), weight, bias


def place(maps, number):
    """A channel and a position of some maps, from any number."""
    channel, rest = number % maps.shape[0], number // maps.shape[0]
    return channel, (rest % maps.shape[1], rest // maps.shape[1] % maps.shape[2])


def taps(why):
    """Kernel row and column, place met and cell read of every tap."""
    for row, column in product(*map(range, why.inside.shape)):
        yield (row, column), why.cells[row][column], why.sources[row][column]


@pytest.mark.parametrize("kind", DRAWS, ids=lambda kind: kind.__name__)
def test_the_parts_make_torchs_number(kind):
    @drawn(300)
    @given(cases(kind), ANY)
    def check(case, number):
        layer, image, weight, bias = case
        image.requires_grad_()
        maps = layer(image, weight, bias)
        channel, position = place(maps, number)
        why = explain(layer, image, weight, bias, channel=channel, position=position)
        assert (why.channel, why.position, why.output_shape) == (channel, position, tuple(maps.shape))
        assert why.total == pytest.approx(maps[channel, position[0], position[1]].item(), rel=1e-6)
        assert torch.equal(why.channel_sums, why.products.sum((1, 2)))
        if kind is not MaxPool2d or why.winner:
            assert why.total == pytest.approx(why.channel_sums.sum().item() + why.bias, abs=1e-9)
            (influence,) = torch.autograd.grad(maps[channel, position[0], position[1]], image)
            assert torch.allclose(influence.double(), influence_of(why, image))
        assert len(why.inputs) == len(why.weights) == len(why.channels)

    check()


@pytest.mark.parametrize("kind", DRAWS, ids=lambda kind: kind.__name__)
def test_all_at_once_are_the_same_as_one_by_one(kind):
    @drawn(100)
    @given(cases(kind), ANY)
    def check(case, number):
        layer, image, weight, bias = case
        every = explain_all(layer, image, weight, bias)
        channel, (row, column) = place(torch.empty(every.output_shape), number)
        one, other = (
            explain(layer, image, weight, bias, channel=channel, position=(row, column)),
            every.at(channel, (row, column)),
        )
        for name in ("products", "inputs", "weights", "channel_sums", "inside"):
            assert torch.equal(getattr(one, name), getattr(other, name))
        for name in ("cells", "sources", "winner", "divisor", "total", "channels", "position"):
            assert getattr(one, name) == getattr(other, name)
        assert torch.equal(every.products(channel)[:, row, column], one.products)

    check()


def influence_of(why, image):
    """How much each image number weighs in the output number, according to its explanation."""
    weighs = torch.zeros(image.shape, dtype=torch.float64)
    for (row, column), _, read in taps(why):
        if read:
            weighs[list(why.channels), read[0], read[1]] += why.weights[:, row, column]
    return weighs


@drawn(250)
@given(cases(*DRAWS), ANY)
def test_every_tap_reads_what_stands_there(case, number):
    layer, image, weight, bias = case
    maps = layer(image, weight, bias)
    channel, position = place(maps, number)
    why = explain(layer, image, weight, bias, channel=channel, position=position)
    empty = -torch.inf if isinstance(layer, MaxPool2d) else 0
    for (row, column), cell, read in taps(why):
        stands = image[list(why.channels), read[0], read[1]].tolist() if read else [empty] * len(why.channels)
        assert why.inputs[:, row, column].tolist() == stands
        assert why.inside[row, column] == (cell is not None and cell == read)
        if isinstance(layer, ConvTranspose2d):
            assert (cell is None) or (((row, column), position) in layer.window.taps(cell))
        else:
            assert ((row, column), cell) in layer.window.taps(position)


def test_the_promised_example():
    image, weight = torch.rand(3, 40, 30, generator=torch.Generator().manual_seed(0)), kernels.gradients(5, 3)
    conv = Conv2d(3, 4, kernel_size=5)
    why = explain(conv, image, weight, channel=0, position=(10, 20))
    assert why.products.shape == (3, 5, 5)
    assert why.channel_sums.shape == (3,)
    assert why.total == pytest.approx(conv(image, weight)[0, 10, 20].item(), abs=1e-5)
    assert torch.equal(why.inputs.float(), image[:, 10:15, 20:25])


def test_groups_read_their_own_channels():
    conv, image = Conv2d(4, 2, 1, groups=2), torch.arange(4.0).reshape(4, 1, 1)
    why = explain(conv, image, torch.ones(2, 2, 1, 1), channel=1, position=(0, 0))
    assert (why.channels, why.inputs.flatten().tolist(), why.total) == ((2, 3), [2, 3], 5)


@pytest.mark.parametrize(
    ("mode", "row"),
    [("zeros", [0, 0, 1, 2]), ("reflect", [3, 2, 1, 2]), ("replicate", [1, 1, 1, 2]), ("circular", [3, 4, 1, 2])],
)
def test_padding_reads_what_its_mode_says(mode, row):
    conv, image = Conv2d(1, 1, (1, 4), padding=(0, 2), padding_mode=mode), torch.tensor([[[1.0, 2.0, 3.0, 4.0]]])
    why = explain(conv, image, torch.ones(1, 1, 1, 4), channel=0, position=(0, 0))
    assert why.inputs.flatten().tolist() == row
    assert why.inside.tolist() == [[False, False, True, True]]
    assert why.cells == (((0, -2), (0, -1), (0, 0), (0, 1)),)


def test_the_transposed_layer_says_which_stamp_brings_each_weight():
    up = ConvTranspose2d(1, 1, 3, stride=2, bias=False)
    image, weight = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]]), torch.arange(1.0, 10).reshape(1, 1, 3, 3)
    why = explain(up, image, weight, channel=0, position=(2, 2))  # where all four stamps overlap
    assert why.cells == (((1, 1), None, (1, 0)), (None, None, None), ((0, 1), None, (0, 0)))
    assert why.products[0].tolist() == [[4, 0, 9], [0, 0, 0], [14, 0, 9]]
    assert why.total == up(image, weight)[0, 2, 2] == 36


def test_the_first_of_equal_numbers_wins():
    why = explain(MaxPool2d(2), torch.tensor([[[1.0, 5.0], [5.0, 5.0]]]), channel=0, position=(0, 0))
    assert (why.winner, why.total, why.products.flatten().tolist()) == ((0, 1), 5, [0, 5, 0, 0])


def test_a_window_of_padding_alone_has_no_winner():
    pool, image = MaxPool2d(2, 1, 1, dilation=3), torch.ones(1, 2, 2)
    why = explain(pool, image, channel=0, position=(0, 0))
    assert (why.winner, why.total, pool(image).item()) == (None, -torch.inf, -torch.inf)
    assert sentence(why) == "Output row 0, column 0: all of its window is padding, so it is minus infinity."


@pytest.mark.parametrize(
    ("settings", "position", "divisor"),
    [
        ({"padding": 1}, (0, 0), 9),
        ({"padding": 1, "count_include_pad": False}, (0, 0), 4),
        ({"padding": 1, "ceil_mode": True}, (2, 2), 4),  # hangs over: 2×2 cells of the padded input are left
        ({"padding": 1, "ceil_mode": True, "count_include_pad": False}, (2, 2), 1),
    ],
)
def test_the_mean_divides_by_the_cells_it_counts(settings, position, divisor):
    pool, image = AvgPool2d(3, 2, **settings), torch.arange(1.0, 17).reshape(1, 4, 4)
    why = explain(pool, image, channel=0, position=position)
    assert why.divisor == divisor
    assert why.total == pytest.approx(pool(image)[0, position[0], position[1]].item())


def test_learned_numbers_are_explained_too():
    weight = torch.ones(1, 1, 1, 1, requires_grad=True)
    why = explain(
        Conv2d(1, 1, 1), torch.ones(1, 1, 1), weight, torch.ones(1, requires_grad=True), channel=0, position=0
    )
    assert (why.total, why.products.requires_grad) == (2, False)


@drawn(200)
@given(cases(ConvTranspose2d))
def test_the_views_of_the_transposed_layer_agree(case):
    layer, image, weight, _ = case
    maps = layer(image, weight)
    assert torch.equal(stamps(layer, image, weight).sum((0, 1, 2)), maps)
    plain, wide = plain_convolution(layer), spread(layer, image)
    assert (plain.stride, plain.padding) == ((1, 1), (0, 0))
    assert torch.equal(plain(wide, flipped(layer, weight)), maps)
    assert wide.count_nonzero() <= image.count_nonzero()


def test_a_stamp_is_one_number_times_the_kernel():
    up, weight = ConvTranspose2d(1, 1, 2, stride=2, bias=False), torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    stamped = stamps(up, torch.tensor([[[1.0, 10.0]]]), weight)
    assert stamped[0, 0, 1, 0].tolist() == [[0, 0, 10, 20], [0, 0, 30, 40]]


def test_the_spread_input():
    image = torch.tensor([[[1.0, 2.0], [3.0, 4.0]]])
    up = ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1)
    rows = [[0] * 6, [0, 1, 0, 2, 0, 0], [0] * 6, [0, 3, 0, 4, 0, 0], [0] * 6, [0] * 6]
    assert spread(up, image)[0].tolist() == rows
    assert spread(ConvTranspose2d(1, 1, 1, padding=(0, 1)), torch.tensor([[[1.0, 2.0, 3.0]]])).tolist() == [[[2.0]]]
    assert spread_along(ConvTranspose2d(1, 1, 1, stride=3, padding=1), 2, axis=1) == [None, None]


def ones_overlap(layer, shape):
    """How often the input is read or the output stamped, by torch: a convolution of ones, or its gradient."""
    window, ones = layer.window, torch.ones(1, 1, *layer.kernel_size)
    if isinstance(layer, ConvTranspose2d):
        settings = (None, layer.stride, layer.padding, layer.output_padding, 1, layer.dilation)
        return F.conv_transpose2d(torch.ones(1, 1, *shape[1:]), ones, *settings)[0, 0]
    (top, left), (rows, columns) = window.padding, layer.output_shape(shape)[1:]
    image = torch.ones(1, 1, *shape[1:], requires_grad=True)
    mode = getattr(layer, "padding_mode", "zeros")
    end = window.padding_end if mode != "zeros" else [side * 2 for side in window.dilated_size]  # room to hang over
    padded = F.pad(image, (left, end[1], top, end[0]), "constant" if mode == "zeros" else mode)
    used = F.conv2d(padded, ones, None, layer.stride, 0, layer.dilation)[:, :, :rows, :columns]
    return torch.autograd.grad(used.sum(), image)[0][0, 0]


@drawn(250)
@given(cases(*DRAWS))
def test_overlap_is_a_convolution_of_ones(case):
    layer, image, _, _ = case
    assert torch.equal(overlap(layer, image.shape).float(), ones_overlap(layer, image.shape))


def test_a_kernel_that_the_stride_does_not_divide_makes_a_checkerboard():
    assert overlap(ConvTranspose2d(1, 1, 3, stride=2), (1, 3, 3))[2:4, 2:4].tolist() == [[4, 2], [2, 1]]
    even = overlap(ConvTranspose2d(1, 1, 4, stride=2, padding=1), (1, 4, 4))
    assert even[1:-1, 1:-1].unique().tolist() == [4]


@drawn(200)
@given(cases(Conv2d), st.tuples(st.integers(1, 5), st.integers(1, 5)))
def test_collapsing_sizes_are_all_that_lead_there(case, size):
    layer = case[0]
    for axis, found in enumerate(collapsing_sizes(layer, size)):
        leads = [cells for cells in range(1, 40) if layer.window._windows(axis, cells, False) == size[axis]]
        assert found == leads


def test_output_padding_chooses_between_the_collapsing_sizes():
    settings = {"kernel_size": 3, "stride": 3, "padding": 1}
    rows, columns = collapsing_sizes(Conv2d(1, 1, **settings), (4, 2))
    assert (rows, columns) == ([10, 11, 12], [4, 5, 6])
    for extra in range(3):
        up = ConvTranspose2d(1, 1, **settings, output_padding=extra)
        assert up.output_shape((1, 4, 2)) == (1, rows[extra], columns[extra])
        assert Conv2d(1, 1, **settings).output_shape((1, rows[extra], columns[extra])) == (1, 4, 2)


def test_the_extra_row_of_output_padding_is_computed():
    up, image = ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1, bias=False), torch.ones(1, 2, 2)
    why = explain(up, image, torch.ones(1, 1, 3, 3), channel=0, position=(3, 3))
    assert (why.total, why.cells[2][2]) == (1, (1, 1))


CONV, IMAGE, ONES = Conv2d(1, 2, 3), torch.ones(1, 4, 5), torch.ones(2, 1, 3, 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explain(CONV, IMAGE, ONES, channel=2, position=0), "`channel` must be from 0 to 1: got 2"),
        (lambda: explain(CONV, IMAGE, ONES, channel=-1, position=0), "`channel` must be at least 0: got -1"),
        (
            lambda: explain(CONV, IMAGE, ONES, channel=0, position=(1, 3)),
            "`position` must be a row and column of the output: (1, 3), the output has 2 rows and 3 columns, "
            "counted from 0. Use position (1, 2).",
        ),
        (lambda: explain(CONV, IMAGE, ONES, channel=0, position=(2, 0)), "Use position (1, 0)."),
        (lambda: explain(CONV, IMAGE, ONES, channel=0, position=-1), "`position` must be at least 0"),
        (lambda: explain(CONV, IMAGE, ONES, channel=0, position="a"), "`position` must be a whole number"),
        (lambda: explain(CONV, IMAGE, channel=0, position=0), "`weight` must have the layer's shape"),
        (
            lambda: explain(CONV, IMAGE[None], ONES, channel=0, position=0),
            "`image` must be one image of shape (C, H, W): got (1, 1, 4, 5). Take one",
        ),
        (lambda: explain(CONV, IMAGE[:, :2], ONES, channel=0, position=0), "`kernel_size` must fit the padded input"),
        (
            lambda: explain(ReLU(), IMAGE, channel=0, position=0),
            "`layer` must be Conv2d or ConvTranspose2d or MaxPool2d",
        ),
        (lambda: spread(CONV, IMAGE), "`layer` must be ConvTranspose2d: got 'Conv2d'"),
        (lambda: stamps(CONV, IMAGE, ONES), "`layer` must be ConvTranspose2d"),
        (
            lambda: stamps(ConvTranspose2d(1, 1, 1), torch.ones(1, 50, 50), torch.ones(1, 1, 1, 1)),
            "`input` must be small enough for 4,000,000 numbers written out: 1×50×50×1×50×50 is 6,250,000.",
        ),
        (lambda: overlap(ReLU(), (1, 2, 2)), "`layer` must be"),
        (lambda: collapsing_sizes(CONV, 0), "`output_size` must be at least 1"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ConvLabError) as caught:
        call()
    assert message in str(caught.value)


def spoken(layer, image, weight=None, bias=None, position=(0, 0), relu=False):
    """The sentence of one number in channel 0."""
    return sentence(explain(layer, image, weight, bias, channel=0, position=position), relu)


RAMP = torch.arange(1.0, 65).reshape(1, 8, 8)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            spoken(Conv2d(1, 1, 3), torch.ones(1, 8, 8), torch.full((1, 1, 3, 3), 1 / 6), position=(2, 3), relu=True),
            "Output row 2, column 3: nine products over rows 2 to 4, columns 3 to 5 sum to 1.5; after ReLU 1.5.",
        ),
        (
            spoken(Conv2d(3, 2, 2, padding=1), RAMP.expand(3, 8, 8), -torch.ones(2, 3, 2, 2), torch.ones(2), relu=True),
            "Output map 1, row 0, column 0: twelve products over three channels, row 0, column 0, three on padding "
            "in each channel sum to minus 3; plus bias 1 that is minus 2; after ReLU 0.",
        ),
        (
            spoken(Conv2d(1, 1, (4, 3), dilation=2), RAMP, torch.zeros(1, 1, 4, 3)),
            "Output row 0, column 0: twelve products over rows 0 to 6 in steps of 2, columns 0, 2 and 4 sum to 0.",
        ),
        (
            spoken(Conv2d(1, 1, 1, padding=1), RAMP, torch.ones(1, 1, 1, 1)),
            "Output row 0, column 0: one product over padding alone is 0.",
        ),
        (
            spoken(ConvTranspose2d(1, 1, 3, stride=2), RAMP[:, :2, :2], torch.ones(1, 1, 3, 3), position=(2, 2)),
            "Output row 2, column 2: four stamps from rows 0 to 1, columns 0 to 1 sum to 22.",
        ),
        (
            spoken(ConvTranspose2d(1, 1, 1, stride=2), RAMP[:, :2, :2], torch.ones(1, 1, 1, 1), position=(1, 1)),
            "Output row 1, column 1: no stamp reaches it, so it is 0.",
        ),
        (
            sentence(
                explain(
                    ConvTranspose2d(1, 1, 1, stride=2),
                    RAMP[:, :2, :2],
                    torch.ones(1, 1, 1, 1),
                    torch.tensor([-5.0]),
                    channel=0,
                    position=(1, 1),
                )
            ),
            "Output row 1, column 1: no stamp reaches it, so it is the bias, minus 5.",
        ),
        (
            spoken(ConvTranspose2d(1, 1, 1), RAMP[:, :2, :2], torch.full((1, 1, 1, 1), 1e-6)),
            "Output row 0, column 0: one stamp from row 0, column 0 is nearly 0.",
        ),
        (
            spoken(MaxPool2d(2), RAMP, position=(1, 0)),
            "Output row 1, column 0: the largest of four numbers over rows 2 to 3, columns 0 to 1 is 26, "
            "from row 3, column 1.",
        ),
        (
            spoken(AvgPool2d(2, padding=1), RAMP),
            "Output row 0, column 0: one number over row 0, column 0 is 1; divided by four, padding counted, "
            "that is 0.25.",
        ),
    ],
    ids=["conv", "channels", "dilation", "padding", "stamps", "skipped", "bias", "stamp", "maximum", "mean"],
)
def test_sentences(words, said):
    assert words == said


# the figures of the post, row by row


def test_row_1_three_channels_are_multiplied_summed_and_added():
    image, weight = whole(3, 8, 8, seed=1), whole(1, 3, 3, 3, seed=2)
    conv = Conv2d(3, 1, 3, bias=False)
    assert conv.output_shape((3, 8, 8)) == (1, 6, 6)
    why = explain(conv, image, weight, channel=0, position=(5, 5))
    assert torch.equal(why.products.float(), image[:, 5:8, 5:8] * weight[0])
    assert [float(part.sum()) for part in why.products] == why.channel_sums.tolist()
    assert why.total == sum(why.channel_sums.tolist()) == conv(image, weight)[0, 5, 5]


def test_row_2_padding_keeps_the_size():
    conv = Conv2d(1, 1, 3, padding=1)
    assert conv.output_shape((1, 8, 8)) == (1, 8, 8)
    why = explain(conv, RAMP, torch.ones(1, 1, 3, 3), channel=0, position=(0, 0))
    assert why.inputs[0].tolist() == [[0, 0, 0], [0, 1, 2], [0, 9, 10]]
    assert why.inside.tolist() == [[False] * 3, [False, True, True], [False, True, True]]


def test_row_3_kernels_need_not_be_square():
    conv = Conv2d(1, 1, (5, 3), padding=((5 - 1) // 2, (3 - 1) // 2))
    assert conv.output_shape((1, 8, 8)) == (1, 8, 8)
    assert explain(conv, RAMP, torch.ones(1, 1, 5, 3), channel=0, position=(2, 1)).inputs.shape == (1, 5, 3)


@pytest.mark.parametrize(("stride", "visited"), [(1, [0, 1, 2, 3, 4, 5]), (2, [0, 2, 4])])
def test_row_4_stride_says_which_places_the_kernel_visits(stride, visited):
    conv = Conv2d(1, 1, 3, stride=stride)
    assert [[taps[0] for taps in line] for line in meetings(conv, (8, 8)).cells] == [visited, visited]


def test_row_5_dilation_spreads_nine_weights_over_5_by_5():
    conv = Conv2d(1, 1, 3, dilation=2)
    assert conv.window.dilated_size == (5, 5)
    why = explain(conv, RAMP, torch.ones(1, 1, 3, 3), channel=0, position=(0, 0))
    assert [cell for row in why.cells for cell in row] == list(product((0, 2, 4), (0, 2, 4)))


def test_row_6_relu_then_pooling_over_2_by_2_blocks():
    image = torch.tensor([[[-1.0, 3.0, 0.0, -2.0], [2.0, -4.0, -1.0, -3.0]]])
    rectified = ReLU()(image)
    largest = [explain(MaxPool2d(2), rectified, channel=0, position=(0, column)).total for column in (0, 1)]
    mean = [explain(AvgPool2d(2), rectified, channel=0, position=(0, column)).total for column in (0, 1)]
    assert (largest, mean) == ([3, 0], [1.25, 0])


def test_row_14_the_transposed_layer_grows_its_input():
    assert ConvTranspose2d(1, 1, 3).output_shape((1, 4, 4)) == (1, 6, 6)
    assert ConvTranspose2d(1, 1, 3, stride=2).output_shape((1, 4, 4)) == (1, 9, 9)
    assert spread(ConvTranspose2d(1, 1, 3, stride=2), torch.ones(1, 4, 4)).shape == (1, 11, 11)


def test_row_18_the_layer_correlates_and_a_convolution_flips():
    image, weight = whole(1, 6, 6, seed=1), whole(1, 1, 3, 3, seed=2)
    correlated = explain(Conv2d(1, 1, 3), image, weight, channel=0, position=(1, 2)).total
    turned = explain(Conv2d(1, 1, 3), image, weight.flip(-2, -1), channel=0, position=(1, 2)).total
    convolved = convolve2d(image[0].numpy(), weight[0, 0].numpy(), "valid")[1, 2]
    assert turned == convolved != correlated


PICTURES = {  # input, kernel, stride, padding, dilation, output; what the transposed layer adds to lead back
    "no padding, no strides": (4, 3, 1, 0, 1, 2, 0),
    "arbitrary padding, no strides": (5, 4, 1, 2, 1, 6, 0),
    "half padding, no strides": (5, 3, 1, 1, 1, 5, 0),
    "full padding, no strides": (5, 3, 1, 2, 1, 7, 0),
    "no padding, strides": (5, 3, 2, 0, 1, 2, 0),
    "padding, strides": (5, 3, 2, 1, 1, 3, 0),
    "padding, strides (odd)": (6, 3, 2, 1, 1, 3, 1),
    "dilation": (7, 3, 1, 0, 2, 3, 0),
}


@pytest.mark.parametrize("name", PICTURES)
def test_the_standard_pictures_and_their_transposed_counterparts(name):
    side, kernel, stride, padding, dilation, output, extra = PICTURES[name]
    settings = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    conv, up = Conv2d(1, 1, **settings), ConvTranspose2d(1, 1, **settings, output_padding=extra)
    assert conv.output_shape((1, side, side)) == (1, output, output)
    assert up.output_shape((1, output, output)) == (1, side, side)
    assert collapsing_sizes(conv, output)[0][extra] == side
    between = (output - 1) * stride + 1
    around = 2 * (dilation * (kernel - 1) - padding) + extra
    assert spread(up, torch.ones(1, output, output)).shape == (1, between + around, between + around)
    assert Window(kernel, dilation=dilation).output_size((between + around,) * 2) == (side, side)

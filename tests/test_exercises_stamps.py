"""The kernel that turns and the transposed layer: the figures by hand, then a thousand of each against torch."""

from itertools import product
from random import Random

import pytest
import torch
from drawn_kinds import asked, by_torch
from torch import nn

from convlab.exercises import KINDS, stamps
from convlab.exercises.form import judged, written
from convlab.exercises.printing import printed
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.ui.address import from_query
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.steps.settings import StepSettings, check, image_of, step_of
from convlab.ui.there_and_back.settings import BackSettings, layer_of

RANDOM = Random(0)


def grid(*rows):
    return torch.tensor([[float(number) for number in row.split()] for row in rows])


# --- the figures ------------------------------------------------------------------------------------------------------


def test_a_spike_turns_the_kernel():
    asked = stamps.spike_through(RANDOM, torch.arange(9.0).reshape(3, 3))
    assert asked.answer == "8 7 6 / 5 4 3 / 2 1 0"
    assert asked.wrongs[0].answer == "0 1 2 / 3 4 5 / 6 7 8" and "correlation" in asked.wrongs[0].forgets


@pytest.mark.parametrize(("padding", "rows"), [(0, "4"), (1, "2")])
def test_padding_makes_a_transposed_layer_smaller(padding, rows):
    asked = stamps.transposed_size(RANDOM, 2, 2, 2, padding)
    assert asked.answer == rows
    assert {wrong.answer for wrong in asked.wrongs} == ({"6", "4", "3"} if padding else set())


@pytest.mark.parametrize(("extra", "rows"), [(0, "7"), (1, "8")])
def test_output_padding_chooses_the_size(extra, rows):
    asked = stamps.output_padding(RANDOM, 4, 3, 2, 1, extra) if extra else stamps.transposed_size(RANDOM, 4, 3, 2, 1)
    assert asked.answer == rows


def test_a_last_row_without_stamps_is_zeros():
    ones = torch.ones(2, 2)
    asked = stamps.last_row(RANDOM, ones, ones, stride=3, padding=0)
    assert (asked.answer, asked.wrongs[0].answer) == ("0 0 0 0 0 0", "1 1 0 1 1 0")
    assert "no stamp reaches it" in asked.rule


def test_a_last_row_with_stamps_is_their_sum():
    asked = stamps.last_row(RANDOM, grid("1 2", "3 4"), grid("1 1 1", "1 2 1", "3 1 1"), stride=2, padding=1)
    assert asked.answer == "3 15 4 4"  # of 3 · (3 1 1) and, two to the right, 4 · (3 1 1), all but the first
    assert asked.wrongs[0].answer == "0 0 0 0" and "stamps reach it" in asked.rule


def test_too_much_output_padding_is_refused():
    asked = stamps.refused_output_padding(RANDOM, 4, 3, stride=2, dilation=1, extra=2)
    assert (asked.answer, asked.wrongs[0].answer) == ("refused", "11")
    assert asked.options == ["9", "11", "13", "refused"]
    assert stamps.refused_output_padding(RANDOM, 4, 3, stride=2, dilation=3, extra=2).answer == "15"


def test_padding_cut_off_one_side_alone_is_a_usual_mistake():
    asked = stamps.transposed_size(RANDOM, 4, 5, 2, 2)
    assert (asked.answer, judged(asked, "9").wrong.forgets.split(".")[0]) == ("7", "That cuts off one side alone")


def test_stamps_overlap_once_twice_and_four_times():
    asked = stamps.overlap_counts(RANDOM, 3, 2)
    assert (asked.answer, [wrong.answer for wrong in asked.wrongs]) == ("1, 2, 4", ["9", "1, 2", "1, 4", "1"])
    assert stamps.overlap_counts(RANDOM, 5, 2).wrongs[2].answer == "4, 9"


def test_a_kernel_that_the_stride_divides_makes_no_checkerboard():
    assert stamps.checkerboard(RANDOM, 4, 2, 1).answer == "4 everywhere"
    assert stamps.checkerboard(RANDOM, 3, 2, 1).answer == "1, 2 and 4 in turn"


def test_the_transposed_layer_is_not_the_inverse():
    image, kernel = torch.arange(25.0).reshape(5, 5), grid("1 0 0", "0 2 0", "0 0 1")
    spike = grid("0 0 0", "0 -1 0", "0 0 0")
    assert stamps.back_again(RANDOM, image, kernel, 1, 0).answer == "The size, but other numbers"
    assert stamps.back_again(RANDOM, image + 1, spike, 1, 0).answer == "The numbers inside; the border is zeros"
    assert stamps.back_again(RANDOM, image + 1, spike, 1, 1).answer == "All numbers"
    even = torch.arange(36.0).reshape(6, 6)
    assert stamps.back_again(RANDOM, even, kernel, 2, 0).answer == "Not even the size"


def test_a_transposed_weight_has_its_inputs_first():
    asked = stamps.transposed_weight(3, 8, (5, 5))
    assert (asked.answer, asked.wrongs[0].answer) == ("3, 8, 5, 5", "8, 3, 5, 5")


# --- a thousand of each -----------------------------------------------------------------------------------------------


def transposed(given, **more):
    """torch's own layer of the drawn numbers, on ones."""
    names = ("kernel_size", "stride", "padding", "output_padding", "dilation")
    settings = {name: given[name] for name in names if name in given} | more
    module = nn.ConvTranspose2d(1, 1, bias=False, **settings)
    module.weight.data.fill_(1)
    return module


def rows_of(given):
    """How many rows torch makes, or its refusal."""
    try:
        return str(transposed(given)(torch.ones(1, given["input_size"], given["input_size"])).shape[1])
    except (RuntimeError, ValueError) as error:
        assert "output padding must be smaller" in str(error)
        return "refused"


def spike_by_loop(given):
    """The window at (row, column) meets the spike, which lies in the middle, with one weight."""
    kernel = given["kernel"].tolist()
    return printed(torch.tensor([[kernel[2 - row][2 - column] for column in range(3)] for row in range(3)]))


def last_row_of(given):
    """The last row, stamp by stamp."""
    image, weight, stride = given["image"].tolist(), given["weight"].tolist(), given["stride"]
    kernel, cells = len(weight), len(image)
    side = (cells - 1) * stride + kernel - 2 * given["padding"] + 1
    row, last = [0.0] * side, side - 1 + given["padding"]
    for i, j, k, m in product(range(cells), range(cells), range(kernel), range(kernel)):
        column = j * stride + m - given["padding"]
        if i * stride + k == last and 0 <= column < side:
            row[column] += image[i][j] * weight[k][m]
    return printed(torch.tensor([row]))


def counts_of(given):
    """The different numbers of torch's output in the middle of a large map of ones."""
    output = transposed(given)(torch.ones(1, 16, 16))[0].detach()
    return output[12:-12, 12:-12].unique().long().tolist()


def in_turn(given):
    counts = counts_of(given)
    return (
        f"{', '.join(map(str, counts[:-1]))} and {counts[-1]} in turn" if len(counts) > 1 else f"{counts[0]} everywhere"
    )


def came_back(given):
    """By the gradient: the way back is the gradient of ⟨y, A x⟩ where y is what came there."""
    image, weight = given["image"], given["weight"][None, None]
    picture = image.clone().requires_grad_()
    there = nn.functional.conv2d(picture[None, None], weight, None, given["stride"], given["padding"])
    (there * there.detach()).sum().backward()
    back = nn.ConvTranspose2d(1, 1, 3, given["stride"], given["padding"], bias=False)
    size = back(there.detach()).shape[-2:]
    if size != image.shape:
        return "Not even the size"
    same = picture.grad == image
    border = torch.ones_like(same)
    border[1:-1, 1:-1] = False
    if same.all():
        return "All numbers"
    inside = same[~border].all() and not picture.grad[border].any()
    return "The numbers inside; the border is zeros" if inside else "The size, but other numbers"


def weight_of(given):
    return written(tuple(nn.ConvTranspose2d(**given).weight.shape))


BY_TORCH = {
    "spike": spike_by_loop,
    "transposed_size": rows_of,
    "output_padding": rows_of,
    "last_row": last_row_of,
    "refused_output_padding": rows_of,
    "overlap_counts": lambda given: written(counts_of(given)),
    "checkerboard": in_turn,
    "way_back": came_back,
    "transposed_weight": weight_of,
}


@pytest.mark.parametrize("kind", stamps.KINDS)
def test_the_answer_is_torchs(kind):
    answers = by_torch(KINDS, kind, BY_TORCH[kind])
    assert len(answers) > 1  # what is always the same is learnt by heart


@pytest.mark.parametrize("kind", ["refused_output_padding", "checkerboard", "last_row", "way_back"])
def test_every_sort_of_answer_comes_up(kind):
    sorts = {
        "refused_output_padding": lambda answer: answer == "refused",
        "checkerboard": lambda answer: "everywhere" in answer,
        "last_row": lambda answer: not answer.strip("0 "),
        "way_back": lambda answer: answer,
    }
    met = [sorts[kind](asked(KINDS, kind, seed).answer) for seed in range(60)]
    assert min(met.count(sort) for sort in {*met}) >= 5 and len({*met}) == (4 if kind == "way_back" else 2)


# --- where to go on ---------------------------------------------------------------------------------------------------


def opened(question, page, settings):
    """The settings that the link of a question opens a page with."""
    name, _, query = question.address.partition("?")
    made, nonsense = from_query(dict(pair.split("=", 1) for pair in query.split("&")), settings)
    assert name == page and not nonsense
    return made


@pytest.mark.parametrize("kind", ["spike", "transposed_size", "output_padding", "last_row", "refused_output_padding"])
@pytest.mark.parametrize("seed", range(20))
def test_step_by_step_shows_the_same(kind, seed):
    question = asked(KINDS, kind, seed)
    settings = opened(question, "step_by_step", StepSettings)
    check(settings)
    output = step_of(settings)(image_of(settings))[0]
    if question.answer != "refused":
        assert torch.equal(output, question.shown[0].values)
    assert torch.equal(image_of(settings)[0], question.pictures[0].values)


@pytest.mark.parametrize("seed", range(20))
def test_up_sampling_shows_the_same_stride(seed):
    for kind in ("overlap_counts", "checkerboard"):
        question = asked(KINDS, kind, seed)
        settings = opened(question, "there_and_back", BackSettings)
        assert (settings.part, settings.scale_factor) == ("larger", question.given["stride"])
        assert settings.up_kernel_size == question.given["kernel_size"]


@pytest.mark.parametrize("seed", range(20))
def test_there_and_back_has_the_same_layer(seed):
    question = asked(KINDS, "way_back", seed)
    settings = opened(question, "there_and_back", BackSettings)
    layer, weight = layer_of(settings, 1)
    given = question.given
    assert layer == Conv2d(1, 1, 3, given["stride"], given["padding"], bias=False)
    assert torch.equal(weight[0, 0], given["weight"]) and settings.maps_from(1) == 1
    assert settings.extra_given in (None, (0, 0))


@pytest.mark.parametrize("seed", range(20))
def test_the_network_has_the_same_weight(seed):
    question = asked(KINDS, "transposed_weight", seed)
    layer = opened(question, "network", NetworkSettings).layers[1].fitted((question.given["in_channels"], 9, 9))
    assert isinstance(layer, ConvTranspose2d) and written(layer.weight_shape) == question.answer

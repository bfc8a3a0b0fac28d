"""What a number sees, what a kernel finds, what pooling keeps: the figures by hand, then a thousand of each."""

from fractions import Fraction
from functools import lru_cache
from itertools import pairwise

import pytest
import torch
from drawn_kinds import asked, by_torch
from torch import nn

from convlab import receptive_field
from convlab.exercises import KINDS, looking
from convlab.exercises.form import judged, written
from convlab.ui.address import from_query
from convlab.ui.network.row import laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.steps.settings import StepSettings, check, image_of, step_of

# --- the figures ------------------------------------------------------------------------------------------------------


def test_pooling_first_sees_farther():
    behind, before = looking.field(3, 2, 3, pool_first=False), looking.field(3, 2, 3, pool_first=True)
    assert (behind.answer, before.answer) == ("8", "10")
    assert (behind.wrongs[0].answer, before.wrongs[0].answer) == ("10", "8")
    assert tuple(behind.shown[0].values.shape) == (8, 8)
    question = looking.field(5, 2, 5, pool_first=True)  # one kernel of 9 behind pooling
    assert (question.answer, judged(question, "17").wrong.forgets[:25]) == ("18", "Each number behind poolin")


def test_dilations_of_one_two_and_four_see_fifteen():
    question = looking.dilations(3, [1, 2, 4])
    assert (question.answer, question.wrongs[0].answer) == ("15", "7")


def test_two_kernels_of_three_are_one_of_five():
    question = looking.two((3, 3))
    assert (question.answer, [wrong.answer for wrong in question.wrongs]) == ("5", ["6", "3", "9"])
    assert question.shown[0].values.tolist()[0] == [1, 2, 3, 2, 1]


def test_relu_leaves_one_edge_of_a_bar():
    question = looking.edges([0, 0, 1, 1, 0], -1)
    assert (question.answer, question.wrongs[0].answer) == ("1", "2")


def test_what_is_shifted_by_one_is_pooled_otherwise():
    question = looking.shifted([1, 5, 2, 0, 3, 4], 2)
    assert "`5 2 4`" in question.text
    assert (question.answer, question.wrongs[0].answer) == ("4, 5, 3", "5, 2, 4")


@pytest.mark.parametrize(("counts", "answer", "other"), [(True, "4/9", "1"), (False, "1", "4/9")])
def test_the_mean_in_a_corner(counts, answer, other):
    question = looking.mean(3, 1, 1, counts)
    assert (question.answer, question.wrongs[0].answer) == (answer, other)
    assert "2/3" in [wrong.answer for wrong in question.wrongs] or not counts


# --- a thousand of each -----------------------------------------------------------------------------------------------


@lru_cache
def rows_seen(*layers):
    """By the gradient: from the first to the last row that moves a number behind (kind, kernel, dilation) in a row."""
    picture = torch.ones(1, 1, 100, 1, requires_grad=True)
    output = picture
    for kind, kernel, dilation in layers:
        if kind == "conv":
            module = nn.Conv2d(1, 1, (kernel, 1), dilation=(dilation, 1), bias=False)
            module.weight.data.fill_(1)
        else:
            module = nn.AvgPool2d((kernel, 1))
        output = module(output)
    output[0, 0, 0, 0].backward()
    rows = picture.grad.flatten().nonzero().flatten()
    return str(int(rows[-1] - rows[0]) + 1)


def field(given):
    first, pool = ("conv", given["first"], 1), ("pool", given["pool"], 1)
    order = (pool, first) if given["pool_first"] else (first, pool)
    return rows_seen(*order, ("conv", given["second"], 1))


def dilated(given):
    return rows_seen(*(("conv", given["kernel_size"], dilation) for dilation in given["dilations"]))


def one_kernel(given):
    return rows_seen(*(("conv", size, 1) for size in given["kernel_sizes"]))


def edges(given):
    row, (first, second) = given["row"].long().tolist(), given["kernel"].tolist()
    products = [first * left + second * right for left, right in pairwise(row)]
    return str(sum(number > 0 for number in products))


def shifted(given):
    row, size = given["row"].long().tolist(), given["size"]
    moved = [row[-1], *row[:-1]]
    return written([max(moved[start : start + size]) for start in range(0, len(moved), size)])


def mean(given):
    kernel, padding, number = given["kernel_size"], given["padding"], given["number"]
    pool = nn.AvgPool2d(kernel, 1, padding, count_include_pad=given["count_include_pad"])
    image = torch.full((1, 9, 9), float(number), dtype=torch.double)
    return str(Fraction(float(pool(image)[0, 0, 0])).limit_denominator(kernel**2))


BY_TORCH = {
    "receptive_field": field,
    "dilated_layers": dilated,
    "one_kernel": one_kernel,
    "edges": edges,
    "shifted_pooling": shifted,
    "padded_mean": mean,
}


@pytest.mark.parametrize("kind", looking.KINDS)
def test_the_answer_is_torchs(kind):
    answers = by_torch(KINDS, kind, BY_TORCH[kind])
    assert len(answers) > 2


def test_what_is_seen_is_as_large_as_the_answer():
    for seed in range(40):
        for kind in ("receptive_field", "dilated_layers", "one_kernel"):
            question = asked(KINDS, kind, seed)
            assert question.shown[0].values.shape[0] == int(question.answer)
        for kind in ("receptive_field", "dilated_layers"):
            for wrong in asked(KINDS, kind, seed).wrongs:
                assert all(picture.values.shape[0] == int(wrong.answer) for picture in wrong.shown)


# --- where to go on ---------------------------------------------------------------------------------------------------


def opened(question, page, settings):
    """The settings that the link of a question opens a page with."""
    name, _, query = question.address.partition("?")
    made, nonsense = from_query(dict(pair.split("=", 1) for pair in query.split("&")), settings)
    assert name == page and not nonsense
    return made


@pytest.mark.parametrize("kind", ["edges", "shifted_pooling", "padded_mean"])
@pytest.mark.parametrize("seed", range(20))
def test_step_by_step_shows_the_same(kind, seed):
    question = asked(KINDS, kind, seed)
    settings = opened(question, "step_by_step", StepSettings)
    check(settings)
    output = step_of(settings)(image_of(settings))[0]
    shown = {"edges": 0, "shifted_pooling": 1, "padded_mean": 0}[kind]
    torch.testing.assert_close(output, question.shown[shown].values)


@pytest.mark.parametrize("kind", ["receptive_field", "dilated_layers", "one_kernel"])
@pytest.mark.parametrize("seed", range(20))
def test_the_network_sees_as_far(kind, seed):
    question = asked(KINDS, kind, seed)
    settings = opened(question, "network", NetworkSettings)
    row = laid(settings.layers, (3, 64, 64))
    assert settings.part == "sight" and row.fault is None
    assert str(receptive_field([step.layer for step in row.steps])[0]) == question.answer

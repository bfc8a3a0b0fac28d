"""Questions about how much: torch's own weights and its counter of operations say the same."""

from random import Random

import pytest
import torch
from asked import answers, forgotten, holds, layer_there, same_again, settings_of_link
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from convlab import compare_costs
from convlab.exercises import counting
from convlab.exercises.drawing import MOST_SIDE
from convlab.exercises.form import judged

RANDOM = Random(0)


# --- the figures of the list ---------------------------------------------------------------------------------------


def test_parameters_of_a_kernel_over_three_channels():
    asked = counting._parameters(RANDOM, 3, 10, 5)
    assert (asked.answer, answers(asked)) == ("760", ["260", "76", "750", "751"])
    assert "forgets the input channels" in forgotten(asked, "260")
    assert "10·3·5·5 = 750" in asked.rule
    assert "750 + 10 = 760" in asked.rule


def test_eight_kernels_over_four_maps():
    asked = counting._weight_shape(RANDOM, 4, 8, 3)
    assert asked.answer == "8, 4, 3, 3"
    assert "input channels first" in forgotten(asked, "4, 8, 3, 3")
    asked = counting._maps_out(RANDOM, 4, 8)
    assert asked.answer == "8"
    assert "each kernel and channel, 8·4" in forgotten(asked, "32")


def test_full_against_depthwise():
    assert counting._parameters(RANDOM, 8, 8, 3).answer == "584"
    asked = counting._depthwise(RANDOM, 8, 3)
    assert (asked.answer, answers(asked)) == ("80", ["584", "10", "73", "72"])
    assert "584 parameters" in asked.text


def test_groups_split_what_a_kernel_reads():
    asked = counting._groups(RANDOM, 8, 12, 3, 4)
    assert (asked.answer, answers(asked)) == ("216", ["864", "54", "18"])


def test_a_stride_of_two_leaves_a_quarter():
    assert counting._multiply_adds(RANDOM, 32, 3, 10, 5).answer == "768000"
    asked = counting._macs_with_stride(RANDOM, 32, 3, 10, 5)
    assert "768,000 multiply-adds with stride 1" in asked.text
    assert (asked.answer, answers(asked)) == ("192000", ["384000", "768000"])
    assert "one axis" in forgotten(asked, "384000")
    assert judged(asked, "192,000").right


def test_a_bottleneck_saves_work():
    asked = counting._bottleneck(RANDOM, 28, 64, 16, 4)
    assert "7,225,344" in asked.text
    assert asked.answer == "652288"
    assert "takes 200,704 itself" in forgotten(asked, "451584")
    assert "91.0% fewer" in asked.rule
    assert answers(asked)[2:] == ["7426048", "7225344"]


# --- drawn numbers -------------------------------------------------------------------------------------------------


def module_of(numbers, **more):
    """The torch module of the given numbers."""
    names = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "groups", "bias")
    return nn.Conv2d(**{name: numbers[name] for name in names if name in numbers} | more, device="meta")


def learned(numbers):
    return str(sum(each.numel() for each in module_of(numbers).parameters()))


def shaped(numbers):
    return ", ".join(map(str, module_of(numbers).weight.shape))


def maps(numbers):
    return str(len(module_of(numbers)(torch.empty(numbers["in_channels"], 9, 9, device="meta"))))


def work(numbers, *modules):
    """What torch's counter counts, which has two operations to a multiply-add."""
    side = numbers["input_size"]
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        nn.Sequential(*modules)(torch.empty(1, numbers["in_channels"], side, side, device="meta"))
    return str(counter.get_total_flops() // 2)


def of_one(numbers):
    return work(numbers, module_of(numbers))


def of_bottleneck(numbers):
    through = numbers["through"]
    narrow = module_of(numbers, out_channels=through, kernel_size=1)
    return work(numbers, narrow, module_of(numbers, in_channels=through, padding="same"))


def of_separable(numbers):
    channels = numbers["in_channels"]
    depthwise = module_of(numbers, out_channels=channels, groups=channels, padding="same")
    return work(numbers, depthwise, module_of(numbers, kernel_size=1))


TRUTH = {
    "parameters": learned,
    "weight_shape": shaped,
    "maps_out": maps,
    "depthwise": learned,
    "groups": learned,
    "multiply_adds": of_one,
    "macs_with_stride": of_one,
    "bottleneck": of_bottleneck,
    "separable": of_separable,
}
WAYS = {"multiply_adds": 0, "macs_with_stride": 4, "bottleneck": 1, "separable": 2}


def test_all_kinds_are_checked():
    assert {*TRUTH} == {*counting.KINDS}


@pytest.mark.parametrize("kind", TRUTH)
@drawn(400)
@given(seed=st.integers(0, 9999))
def test_the_answer_is_torchs(kind, seed):
    asked = same_again(kind, seed)
    holds(asked)
    assert asked.answer == TRUTH[kind](asked.given)


@pytest.mark.parametrize("kind", sorted({*TRUTH} - {*WAYS}))
@drawn(60)
@given(seed=st.integers(0, 9999))
def test_the_second_layer_of_the_row_is_the_same(kind, seed):
    asked = same_again(kind, seed)
    layer, shape = layer_there(asked.address)
    assert layer.parameters == int(learned(asked.given))
    assert layer.weight_shape == tuple(module_of(asked.given).weight.shape)
    assert shape[0] == asked.given["out_channels"]


@pytest.mark.parametrize("kind", WAYS)
@drawn(60)
@given(seed=st.integers(0, 9999))
def test_the_page_of_costs_says_the_same(kind, seed):
    asked = same_again(kind, seed)
    there = settings_of_link(asked.address)
    assert there.part == "cost"
    more = {"through": there.through, "stride": there.cost_stride}
    ways = compare_costs(there.cost_in, there.cost_out, there.cost_size, there.cost_kernel, **more)
    assert str(ways[WAYS[kind]].macs.total) == asked.answer


@drawn(100)
@given(seed=st.integers(0, 9999))
def test_the_drawn_slices_are_the_weight(seed):
    for kind in ("parameters", "weight_shape", "depthwise", "groups"):
        asked = same_again(kind, seed)
        assert asked.shown[0].values[0].numel() == module_of(asked.given).weight.numel()


@drawn(100)
@given(seed=st.integers(0, 9999))
def test_maps_that_are_not_added_up_are_shown_apart(seed):
    asked = same_again("maps_out", seed)
    one_by_one = next(wrong for wrong in asked.wrongs if "added up to one" in wrong.forgets).shown[0].values
    side = MOST_SIDE + 1
    starts = range(0, (side + 1) * asked.given["in_channels"], side + 1)
    assert asked.shown[0].values.equal(sum(one_by_one[start : start + side] for start in starts))


@pytest.mark.parametrize("kind", TRUTH)
def test_seeds_make_many_different_questions(kind):
    assert len({same_again(kind, seed).text for seed in range(40)}) > 12

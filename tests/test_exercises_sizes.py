"""Questions about sizes: their answers are torch's, and their mistakes are told apart."""

from random import Random

import pytest
import torch
from asked import answers, forgotten, holds, layer_there, same_again
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from convlab import ConvLabError
from convlab.exercises import sizes
from convlab.exercises.form import judged

RANDOM = Random(0)


# --- the figures of the list ---------------------------------------------------------------------------------------


def test_a_kernel_of_11_with_stride_4():
    assert sizes._output_size(RANDOM, 227, 11, 4).answer == "55"
    asked = sizes._output_size(RANDOM, 224, 11, 4)
    assert asked.answer == "54"
    assert "round down" in forgotten(asked, "217/4")
    assert judged(asked, "54.25").wrong.answer == "217/4"


def test_one_column_of_ten_is_never_read():
    asked = sizes._left_over(RANDOM, 10, 3, 2)
    assert asked.answer == "1"
    assert "column 9 of 10" in forgotten(asked, "0")
    assert "rounds down" in forgotten(asked, "refused")
    assert asked.options == ["0", "1", "2", "refused"]


def test_both_axes_have_numbers_of_their_own():
    asked = sizes._two_axes(RANDOM, (8, 8), (3, 5), (3, 4), (0, 1))
    assert asked.answer == "2, 2"
    asked = sizes._two_axes(RANDOM, (8, 9), (3, 5), (1, 4), (0, 1))
    assert (asked.answer, answers(asked)) == ("6, 2", ["2, 7", "2, 6", "6, 7", "2, 2"])
    assert "swaps" in forgotten(asked, "2, 7")


def test_a_window_with_gaps_covers_more():
    asked = sizes._dilated_size(RANDOM, 7, 3, 2)
    assert asked.answer == "3"
    assert "forgets the dilation: with dilation 2 a kernel of 3 covers 5" in forgotten(asked, "5")
    assert "gap after the last" in forgotten(asked, "2")


def test_same_padding_with_a_stride_is_refused():
    asked = sizes._same_with_stride(RANDOM, 8, 3, 2)
    assert asked.answer == "refused"
    assert "rounded up" in forgotten(asked, "4")
    assert "only with stride 1" in asked.rule and "with stride 2. Use stride 1, or padding 1 instead" in asked.rule
    asked = sizes._same_with_stride(RANDOM, 8, 3, 2, 1)
    assert (asked.answer, answers(asked)) == ("4", ["8", "refused"])


def test_two_sizes_come_to_the_same():
    asked = sizes._inputs_of_size(RANDOM, 4, 3, 2, 1)
    assert asked.answer == "7, 8"
    assert "8 columns make 4 too" in forgotten(asked, "7")
    assert "forgets the padding" in forgotten(asked, "9, 10")


def test_a_pooling_layers_stride_is_its_kernel():
    asked = sizes._pool_size(RANDOM, 10, 3)
    assert asked.answer == "3"
    assert "stride is its kernel_size" in forgotten(asked, "8")
    asked = sizes._pool_size(RANDOM, 10, 3, ceil_mode=True)
    assert (asked.answer, answers(asked)) == ("4", ["8", "3"])


def test_an_even_kernel_cannot_keep_the_size():
    asked = sizes._even_kernel(RANDOM, 8, 2, 1)
    assert asked.answer == "9"
    assert "odd one" in forgotten(asked, "8")


# --- drawn numbers -------------------------------------------------------------------------------------------------


def module_of(numbers):
    """The torch module of the given numbers."""
    settings = {name: value for name, value in numbers.items() if not name.endswith("put_size")}
    return nn.Conv2d(1, 1, **settings)


def size_of(module, side):
    """Rows and columns that a torch module makes of an input of that size."""
    rows, columns = side if isinstance(side, tuple) else (side, side)
    return tuple(module(torch.empty(1, rows, columns, requires_grad=True)).shape[1:])


def columns_of(numbers):
    return str(size_of(module_of(numbers), numbers["input_size"])[1])


def size_there(numbers):
    return ", ".join(map(str, size_of(module_of(numbers), numbers["input_size"])))


def unread(numbers):
    """The columns to which no number of the map owes anything."""
    image = torch.zeros(1, numbers["input_size"], numbers["input_size"], requires_grad=True)
    module = module_of(numbers)
    nn.init.ones_(module.weight)
    module(image).sum().backward()
    return str(int((image.grad[0].sum(0) == 0).sum()))


def padded(numbers):
    """The columns, or that torch refuses."""
    try:
        return columns_of(numbers)
    except ValueError:
        return "refused"


def inputs(numbers):
    """The sizes that come to the given one, tried one after another."""
    found = []
    for side in range(1, 20):
        try:
            found += [side] * (size_of(module_of(numbers), side)[1] == numbers["output_size"])
        except RuntimeError:
            assert side < 5
    return ", ".join(map(str, found))


def pooled(numbers):
    module = nn.MaxPool2d(numbers["kernel_size"], ceil_mode=numbers.get("ceil_mode", False))
    return str(size_of(module, numbers["input_size"])[1])


TRUTH = {
    "output_size": columns_of,
    "left_over": unread,
    "two_axes": size_there,
    "dilated_size": columns_of,
    "same_with_stride": padded,
    "inputs_of_size": inputs,
    "pool_size": pooled,
    "even_kernel": columns_of,
}


def test_all_kinds_are_checked():
    assert {*TRUTH} == {*sizes.KINDS}


@pytest.mark.parametrize("kind", TRUTH)
@drawn(400)
@given(seed=st.integers(0, 9999))
def test_the_answer_is_torchs(kind, seed):
    asked = same_again(kind, seed)
    holds(asked)
    assert asked.answer == TRUTH[kind](asked.given)


@pytest.mark.parametrize("kind", TRUTH)
@drawn(100)
@given(seed=st.integers(0, 9999))
def test_the_page_that_it_names_shows_the_same_layer(kind, seed):
    asked = same_again(kind, seed)
    if asked.answer == "refused":
        with pytest.raises(ConvLabError, match="same"):
            layer_there(asked.address)
        return
    layer, shape = layer_there(asked.address)
    assert layer.kernel_size == tuple(flat_pair(asked.given["kernel_size"]))
    if kind == "pool_size":
        expected = (int(pooled(asked.given)),) * 2
    elif kind == "inputs_of_size":
        expected = (asked.given["output_size"],) * 2
    else:
        expected = size_of(module_of(asked.given), asked.given["input_size"])
    assert shape == (1, *expected)


def flat_pair(value):
    return value if isinstance(value, tuple) else (value, value)


@pytest.mark.parametrize("kind", sorted({*TRUTH} - {"left_over", "inputs_of_size"}))
@drawn(100)
@given(seed=st.integers(0, 9999))
def test_what_is_shown_is_as_large_as_the_answer_says(kind, seed):
    asked = same_again(kind, seed)
    for answer, shown in [(asked.answer, asked.shown[1:]), *((wrong.answer, wrong.shown) for wrong in asked.wrongs)]:
        for picture in shown:
            size = ", ".join(map(str, picture.values.shape))
            assert answer in (size, size.split(", ")[1])


@pytest.mark.parametrize("kind", TRUTH)
def test_seeds_make_many_different_questions(kind):
    assert len({same_again(kind, seed).text for seed in range(40)}) > 12


def test_a_large_input_is_not_drawn():
    asked = sizes._output_size(RANDOM, 224, 11, 4)
    assert not [*asked.shown, *(picture for wrong in asked.wrongs for picture in wrong.shown)]
    assert "max_side=224" in asked.address

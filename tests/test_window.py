"""Windows: sizes, taps and how often a cell is used."""

import re
from itertools import product
from math import ceil, floor

import pytest
import torch
import torch.nn.functional as F
from draws import drawn, sides
from hypothesis import assume, given
from hypothesis import strategies as st

from convlab import ConvLabError, Window
from convlab.window import by, pair

WINDOWS = st.builds(Window, sides(1, 4), sides(1, 4), sides(0, 3), sides(1, 3))
LOPSIDED = st.builds(
    Window, sides(1, 4), sides(1, 4), sides(0, 3), sides(1, 3), st.tuples(st.integers(0, 3), st.integers(0, 3))
)
SIZES = st.tuples(st.integers(1, 9), st.integers(1, 9))


def settled(window, size, **options):
    """The window's output size; a set whose window does not fit is drawn anew."""
    try:
        return window.output_size(size, **options)
    except ConvLabError:
        assume(False)


def places(size):
    """Every (row, column)."""
    return list(product(*map(range, size)))


def test_a_window_by_hand():
    window = Window((3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
    assert window.dilated_size == (3, 3)
    assert window.padded_size((5, 4)) == (7, 4)
    assert window.output_size((5, 4)) == (3, 2)
    assert window.taps((1, 1)) == [
        ((0, 0), (1, 1)), ((0, 1), (1, 3)),
        ((1, 0), (2, 1)), ((1, 1), (2, 3)),
        ((2, 0), (3, 1)), ((2, 1), (3, 3)),
    ]  # fmt: skip
    assert window.seen_by((1, 2), (3, 2)) == [((0, 0), (2, 1)), ((1, 0), (0, 1))]
    assert window.usage((5, 4)) == ([1, 2, 1, 2, 1], [1, 1, 1, 1])
    assert window.reads(0, {1, 2}) == {1, 2, 3, 4, 5}
    assert window.reads(1, {1}) == {1, 3}
    assert window.stamped_size((3, 2)) == (5, 4)


def test_numbers_become_pairs_once():
    assert Window(3, 2, 1, 4) == Window((3, 3), (2, 2), (1, 1), (4, 4)) == Window([3, 3], [2, 2], [1, 1], [4, 4])
    assert hash(Window(3)) == hash(Window((3, 3)))
    with pytest.raises(AttributeError):
        Window(3).stride = (2, 2)


@pytest.mark.parametrize("value", [1.0, "3", None, (1, 2, 3), (1,), True, (1, True), (2, "a")])
def test_a_pair_is_made_of_whole_numbers(value):
    message = r"^`stride` must be a whole number or a \(height, width\) pair of them: got .*\. Use 1 or \(1, 1\)\.$"
    with pytest.raises(ConvLabError, match=message):
        pair("stride", value, 1)


@pytest.mark.parametrize(("name", "least"), [("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1)])
def test_a_window_names_the_number_that_is_too_small(name, least):
    settings = {"kernel_size": 3} | {name: (5, least - 1)}
    with pytest.raises(ConvLabError, match=rf"^`{name}` must be at least {least}: got \(5, {least - 1}\)\.") as refusal:
        Window(**settings)
    assert refusal.value.fix == {name: (5, least)}


def test_a_size_is_written_with_a_times_sign():
    assert by((3, 235, 180)) == "3×235×180"


def test_the_message_of_a_kernel_that_does_not_fit():
    sentence = (
        "`kernel_size` must fit the padded input: (5, 5) with dilation 3 covers 13×13, the input is 9×9. "
        "Use dilation 2 or padding 2."
    )
    with pytest.raises(ConvLabError) as refusal:
        Window(5, dilation=3).output_size((9, 9))
    assert str(refusal.value) == sentence
    assert refusal.value.fix == {"dilation": (2, 2)}


def test_the_message_names_the_padded_size_and_a_smaller_kernel():
    sentence = (
        "`kernel_size` must fit the padded input: (7, 4) covers 7×4, the input is 2×9, 4×11 with its padding. "
        "Use kernel_size 4 or padding (3, 1)."
    )
    with pytest.raises(ConvLabError) as refusal:
        Window((7, 4), padding=1).output_size((2, 9))
    assert str(refusal.value) == sentence
    assert refusal.value.fix == {"kernel_size": (4, 4)}


@drawn(400)
@given(WINDOWS, SIZES)
def test_taps_are_where_torch_reads(window, size):
    rows, columns = settled(window, size)
    numbered = torch.arange(1.0, size[0] * size[1] + 1).reshape(1, 1, *size)  # 0 is padding
    read = F.unfold(numbered, window.kernel_size, window.dilation, window.padding, window.stride)[0]
    assert read.shape[1] == rows * columns
    for index, place in enumerate(places((rows, columns))):
        taps = window.taps(place)
        assert [weight for weight, _ in taps] == places(window.kernel_size)
        inside = [0 <= r < size[0] and 0 <= c < size[1] for _, (r, c) in taps]
        cells = [r * size[1] + c + 1 if ok else 0 for (_, (r, c)), ok in zip(taps, inside, strict=True)]
        assert cells == read[:, index].tolist()


@drawn(200)
@given(LOPSIDED, SIZES)
def test_seen_by_turns_the_taps_around(window, size):
    output = settled(window, size)
    met = {(cell, place, weight) for place in places(output) for weight, cell in window.taps(place)}
    for cell in places(size):
        seen = window.seen_by(cell, output)
        assert seen == sorted(seen)
        assert {(cell, *pair) for pair in seen} == {meeting for meeting in met if meeting[0] == cell}
    rows, columns = window.usage(size)
    assert [[r * c for c in columns] for r in rows] == [
        [len(window.seen_by((r, c), output)) for c in range(size[1])] for r in range(size[0])
    ]


@drawn(400)
@given(LOPSIDED, SIZES, st.booleans())
def test_usage_is_the_transposed_convolution_of_ones(window, size, ceil_mode):
    output = settled(window, size, ceil_mode=ceil_mode)
    ones, kernel = torch.ones(1, 1, *output), torch.ones(1, 1, *window.kernel_size)
    stamps = F.conv_transpose2d(ones, kernel, stride=window.stride, dilation=window.dilation)[0, 0]
    top, left = window.padding
    used = F.pad(stamps, (0, 20, 0, 20))[top : top + size[0], left : left + size[1]]
    rows, columns = window.usage(size, ceil_mode)
    assert torch.equal(torch.tensor(rows)[:, None] * torch.tensor(columns), used.long())


@drawn(300)
@given(LOPSIDED, SIZES)
def test_leftover_is_what_lies_beyond_the_last_window(window, size):
    rows, columns = settled(window, size)
    _, last = window.taps((rows - 1, columns - 1))[-1]
    ends = (size[0] + window.padding_end[0] - 1, size[1] + window.padding_end[1] - 1)
    assert window.leftover(size) == (ends[0] - last[0], ends[1] - last[1])
    assert all(left < stride for left, stride in zip(window.leftover(size), window.stride, strict=True))


def test_leftover_needs_a_window_that_fits():
    with pytest.raises(ConvLabError, match="must fit the padded input"):
        Window(5).leftover((4, 9))


@drawn(300)
@given(LOPSIDED, st.integers(0, 1), st.sets(st.integers(0, 9), min_size=1))
def test_reads_are_the_cells_of_the_taps(window, axis, places):
    cells = {cell[axis] for place in places for _, cell in window.taps((place, place))}
    assert window.reads(axis, places) == cells


@drawn(300)
@given(WINDOWS, st.integers(0, 1), st.sets(st.integers(0, 12), min_size=1))
def test_stamped_by_are_the_cells_whose_stamps_reach(window, axis, places):
    reaching = {c for c in range(-20, 40) if {place[axis] for _, place in window.taps((c, c))} & places}
    assert window.stamped_by(axis, places) == reaching


@drawn(300)
@given(WINDOWS, SIZES, sides(0, 3))
def test_stamped_size_is_torchs(window, size, extra):
    extra = pair("output_padding", extra, 0)
    assume(all(e < max(s, d) for e, s, d in zip(extra, window.stride, window.dilation, strict=True)))
    rows, columns = window.stamped_size(size, extra)
    assume(min(rows, columns) > 0)
    output = F.conv_transpose2d(
        torch.zeros(1, 1, *size), torch.zeros(1, 1, *window.kernel_size), None,
        window.stride, window.padding, extra, 1, window.dilation,
    )  # fmt: skip
    assert output.shape == (1, 1, rows, columns)


@drawn(300)
@given(LOPSIDED, SIZES)
def test_stamps_of_the_output_cover_the_input_but_for_the_leftover(window, size):
    output = settled(window, size)
    left = window.leftover(size)
    assert window.stamped_size(output, left) == size


# --- the formula, written out ---


def worked_out(formula):
    """Both sides of a written formula, the left one computed."""
    left, right = formula.translate(str.maketrans({"·": "*", "−": "-"})).split(" = ")
    left = re.sub(r"⌊(.*)⌋", r"floor(\1)", re.sub(r"⌈(.*)⌉", r"ceil(\1)", left))
    return eval(left, {"floor": floor, "ceil": ceil}), int(right)


@drawn(300)
@given(LOPSIDED, SIZES, st.booleans())
def test_a_written_formula_is_true(window, size, ceil_mode):
    output = settled(window, size, ceil_mode=ceil_mode)
    for axis in (0, 1):
        assert worked_out(window.formula(axis, size[axis], ceil_mode)) == (output[axis], output[axis])
        if not ceil_mode:
            assert worked_out(window.short_formula(axis, size[axis])) == (output[axis], output[axis])


@drawn(200)
@given(WINDOWS, SIZES, st.integers(0, 2))
def test_a_written_formula_of_stamps_is_true(window, size, extra):
    output = window.stamped_size(size, (extra, extra))
    for axis in (0, 1):
        assert worked_out(window.stamped_formula(axis, size[axis], extra)) == (output[axis], output[axis])

"""The page's settings: their address, their checks, and the ways out."""

import re
from dataclasses import fields, replace
from functools import partial
from urllib.parse import parse_qsl

import pytest
from conftest import blobs_of
from hypothesis import given, settings
from hypothesis import strategies as st

from convlab import ConvLabError
from convlab.ui.address import from_query, link, to_address, to_query
from convlab.ui.fields import Cells, Choice, Decimal, Edit, Flag, Sides, Whole, settings_of
from convlab.ui.layer_settings import TASK, LayerSettings, kernel_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.pictures import OWN, sample_picture
from convlab.ui.playground.settings import PlaygroundSettings as Settings
from convlab.ui.playground.settings import check, from_address, pin_of, steps_of
from convlab.ui.playground.show import shown
from convlab.ui.steps.settings import StepSettings
from convlab.ui.steps.settings import check as check_step
from convlab.ui.teach.settings import TeachSettings
from convlab.ui.there_and_back.settings import BackSettings
from convlab.ui.way_out import difference, in_words, mended, refusal_of

LESSON = ("lesson", "step", "state", "question_seed", "answer", "found", "only")
PLACES = ("pinned", "pixel", "chosen", "at", "view", *LESSON, *TASK)  # set otherwise than by a control
often = settings(max_examples=400, deadline=None, derandomize=True)
edit = LayerSettings.kind("edits").edit


def value_of(kind):
    """Values that a kind of setting can have."""
    if isinstance(kind, Whole):
        return st.integers(kind.low, kind.high)
    if isinstance(kind, Sides):
        return st.tuples(st.integers(kind.low, kind.high), st.integers(kind.low, kind.high))
    if isinstance(kind, Decimal):
        return st.sampled_from([kind.low, kind.high, *(n for n in (0.0, 0.25) if kind.low <= n <= kind.high)])
    if isinstance(kind, Choice):
        return st.sampled_from(list(kind.options))
    if isinstance(kind, Flag):
        return st.booleans()
    assert isinstance(kind, Cells)
    cell = st.builds(
        Edit,
        st.integers(0, 7),
        st.integers(kind.channels.start, min(kind.channels.stop - 1, 3)),
        st.integers(0, kind.side - 1),
        st.integers(0, kind.side - 1),
        st.integers(-9, 9).map(lambda quarters: quarters / 4),
    )
    cells = st.lists(cell, max_size=3, unique_by=lambda edit: edit.place)
    return cells.map(lambda found: tuple(sorted(found)))


def every_control(page=Settings):
    """Settings that a page's controls can reach; places and pins are set otherwise."""
    kinds = {name: known.kind for name, known in settings_of(page).items() if name not in PLACES}
    return st.builds(page, **{name: value_of(kind) for name, kind in kinds.items()})


@pytest.mark.parametrize("page", [Settings, StepSettings, BackSettings, LessonSettings, TeachSettings])
def test_every_default_is_a_value_of_its_kind(page):
    for name, known in settings_of(page).items():
        default = getattr(page(), name)
        assert name == "pinned" or known.kind.take(default) == default
        assert known.label or name in ("edits", "cells", *PLACES)
        assert not {"_", "`"} & {*known.label, *known.help, *"".join(getattr(known.kind, "options", {}).values())}


@often
@given(every_control(StepSettings), st.sampled_from(["", "https://example.org/lab/"]))
def test_a_link_restores_every_setting_of_the_step_page(state, base):
    state = replace(state, at="1,2,3")
    path, _, query = link("step_by_step", state, base).partition("?")
    assert path == (base or "./") + "step_by_step"
    assert from_query(dict(parse_qsl(query)), StepSettings) == (state, [])


@often
@given(every_control(), every_control())
def test_an_address_restores_every_setting(state, other):
    state = replace(state, pinned=pin_of(other))
    back, bad = from_query(to_query(state), Settings)
    assert back == state
    assert bad == []
    assert from_address(to_address(state)) == replace(state, pinned="", hatched=False)


def test_the_default_page_has_a_bare_address():
    assert to_query(Settings()) == {}
    assert to_address(Settings()) == ""


@often
@given(st.dictionaries(st.sampled_from([e.name for e in fields(Settings)]) | st.text(), st.text()))
def test_nonsense_in_a_link_is_named_and_left_at_the_default(query):
    state, bad = from_query(query, Settings)
    for name in bad:
        assert name not in Settings.__dataclass_fields__ or getattr(state, name) == getattr(Settings(), name)
    assert from_query(to_query(state), Settings) == (state, [])


def test_pins_within_pins_go_no_deeper():
    state, bad = from_query({"pinned": "pinned=" * 2000 + "stride=2"}, Settings)
    assert (state.pinned, bad) == ("picture=panda", [])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stride", "0"),
        ("stride", "7"),
        ("stride", "1x2x3"),
        ("stride", ""),
        ("kernel_size", "5.0"),
        ("max_side", "100000"),
        ("picture", "dog"),
        ("grey", "yes"),
        ("bias", "nan"),
        ("bias", "inf"),
        ("edits", "0,0,0,0"),
        ("edits", "0,0,0,0:nan"),
        ("edits", "0,0,-1,0:1"),
        ("edits", "0,0,99,0:1"),
        ("nothing", "1"),
    ],
)
def test_each_kind_of_nonsense(name, text):
    assert from_query({name: text}, Settings) == (Settings(), [name])


@often
@given(every_control(), st.sampled_from([(235, 180), (8, 8), (512, 40)]))
def test_every_combination_works_or_is_refused_with_a_way_out(state, size):
    try:
        check(state, size)
    except ConvLabError as error:
        assert error.rule and error.numbers
        refusal = refusal_of(state, partial(check, full_size=size))
        kinds = {name: known.kind for name, known in settings_of(Settings).items()}
        for name, side, other in re.findall(r"(\w+) \(?(\d+)(?:, (\d+)\))?", refusal.error.advice):
            kind = kinds.get(name)
            if isinstance(kind, Whole | Sides):
                assert all(kind.low <= int(number) <= kind.high for number in (side, other or side))
        way_out = refusal.way_out
        assert way_out is not None
        check(way_out, size)
        assert_in_words(refusal, state)


@often
@given(every_control(StepSettings))
def test_every_refusal_of_the_step_page_speaks_as_its_controls_do(state):
    refusal = refusal_of(state, check_step)
    if refusal:
        assert_in_words(refusal, state)


def assert_in_words(refusal, state):
    """What a page says of a refusal has none of the names that a program gives the settings."""
    words, button = in_words(refusal.error, type(state)), difference(state, refusal.way_out)
    assert not {"_", "`", '"', "("} & {*words, *button}
    assert words[0].isupper() and button.startswith("Set ") and " to " in button


@pytest.mark.parametrize(
    ("state", "words", "button"),
    [
        (Settings(operation="transposed", padding_kind="same"), "Set Padding to Number.", "Set Padding to Number"),
        (
            Settings(stride=(2, 2), padding_kind="same"),
            "Use stride 1, or padding 2 instead of Same.",
            "Set Padding to 2",
        ),
        (Settings(bank="sobel", kernel_size=(2, 2)), "Use kernel size 3 or another kernel.", "Set Kernel size to 3"),
    ],
)
def test_a_refusal_says_what_the_controls_say(state, words, button):
    refusal = refusal_of(state, partial(check, full_size=(64, 64)))
    assert in_words(refusal.error, Settings).endswith(words)
    assert difference(state, refusal.way_out) == button


def test_a_transposed_convolution_is_offered_no_same():
    assert list(Settings().options("padding_kind")) == ["numbers", "same", "valid"]
    assert list(Settings(operation="transposed").options("padding_kind")) == ["numbers", "valid"]
    assert "same" in Settings(operation="transposed", padding_kind="same").options("padding_kind")  # it was asked for


@settings(max_examples=60, deadline=None, derandomize=True)
@given(every_control())
def test_what_is_not_refused_is_shown(state):
    state = replace(state, max_side=min(state.max_side, 64))
    picture = sample_picture(state.picture if state.picture != OWN else "panda")
    try:
        check(state, picture.size)
    except ConvLabError:
        return
    header, arrays = blobs_of(shown(picture, state, dark=False).shown.message())
    first = header["panels"][0]["layers"][0]["rows"][0]
    planes = {plane if plane >= 0 else -1 - plane for plane in first["pixels"]["planes"]}
    assert len(arrays[first["pixels"]["blob"]["name"]]) == len(planes) * first["width"] * first["height"]


def test_work_is_refused_before_it_is_spent():
    state = Settings(operation="transposed", stride=(6, 6), layers="two", max_side=512)
    with pytest.raises(ConvLabError, match="`work` must be at most"):
        check(state, (512, 512))


def test_the_numbers_of_all_maps_are_bounded_and_a_pinned_a_takes_half():
    state = Settings(operation="transposed", stride=(2, 2), max_side=512, layers="two")  # 19 million in all
    check(state, (512, 512))
    with pytest.raises(ConvLabError, match="`work` must be at most 10,000,000 numbers: these layers take 1"):
        check(replace(state, pinned="stride=2"), (512, 512))
    with pytest.raises(ConvLabError, match="`work` must be at most 20,000,000 numbers: these layers take 26,309,016"):
        check(
            replace(
                state, pool_stride=1, pool_size=(1, 1), dilation=(6, 6), layers="one", out_channels=8, bank="random"
            ),
            (512, 512),
        )


def test_a_pooling_error_names_the_pooling_control():
    message = r"^`pool_size` must fit the padded input: \(8, 8\) covers 8×8, the input is 6×6\. Use pool_size 6\.$"
    with pytest.raises(ConvLabError, match=message) as refused:
        check(Settings(pool_size=(8, 8), kernel_size=(11, 11)), (16, 16))
    assert refused.value.parameter == "pool_size"
    way_out = mended(
        Settings(pool_size=(8, 8), kernel_size=(11, 11)), partial(check, full_size=(16, 16)), refused.value.fix
    )
    assert way_out.pool_size == (6, 6)


@pytest.mark.parametrize(
    ("state", "words", "change"),
    [
        (
            Settings(padding_kind="same", stride=(2, 2), kernel_size=(11, 11), dilation=(6, 6)),
            "Set Stride to 1.",
            "Set Stride to 1",
        ),
        (Settings(kernel_size=(11, 11), dilation=(6, 6), max_side=16), "Set Dilation to 1.", "Set Dilation to 1"),
        (
            Settings(kernel_size=(11, 11), dilation=(2, 2), max_side=16),
            "Use dilation 1 or padding 3.",
            "Set Dilation to 1",
        ),
    ],
)
def test_a_way_out_never_lies_beyond_a_slider(state, words, change):
    error, way_out = refusal_of(state, partial(check, full_size=(512, 512)))
    assert error.advice == words
    assert difference(state, way_out) == change


def test_flip_turns_every_kernel():
    plain, turned = (steps_of(Settings(flip=flip, bank="emboss"), 1)[0].weight for flip in (False, True))
    assert (plain.flip(-2, -1) == turned).all()
    assert not (plain == turned).all()


def test_depthwise_gives_each_channel_a_kernel():
    layer = steps_of(Settings(depthwise=True), 3)[0].layer
    assert (layer.in_channels, layer.out_channels, layer.groups) == (3, 3, 3)


def test_the_mixing_layer_weighs_one_half_quarter_minus_one():
    weight = steps_of(Settings(layers="two_1x1"), 3)[-2].weight
    assert weight.flatten().tolist() == [1.0, 0.5, 0.25, -1.0]


def test_an_edit_reaches_one_channel_or_all():
    state = Settings().with_cell(edit(1, -1, 2, 3, "−4,5"))
    assert kernel_of(state, 3)[1, :, 2, 3].tolist() == [-4.5, -4.5, -4.5]
    state = state.with_cell(edit(1, 0, 2, 3, "7"))
    assert kernel_of(state, 3)[1, :, 2, 3].tolist() == [7.0, -4.5, -4.5]
    assert len(state.with_cell(edit(1, 0, 2, 3, "8")).edits) == 2
    assert kernel_of(state.with_cell(edit(1, -1, 2, 3, "9")), 3)[1, :, 2, 3].tolist() == [9.0, 9.0, 9.0]


def test_so_many_cells_can_be_set_by_hand_and_no_more():
    places = [(kernel, row, column) for kernel in range(5) for row in range(10) for column in range(10)]
    full = Settings(edits=tuple(Edit(kernel, -1, row, column, 1.0) for kernel, row, column in places))
    assert from_query(to_query(full), Settings) == (full, [])
    assert full.with_cell(edit(4, -1, 9, 9, "2")).edits[-1].value == 2.0
    with pytest.raises(
        ConvLabError, match=r"^`edits` must be at most 500 cells set by hand: there are 500 already\. U"
    ):
        full.with_cell(edit(5, -1, 0, 0, "2"))
    assert from_query({"edits": to_query(full)["edits"] + ";5,-1,0,0:1"}, Settings) == (Settings(), ["edits"])


def test_a_cell_takes_numbers_alone():
    with pytest.raises(ConvLabError, match="`weight` must be a number from -1000 to 1000: got 'x'"):
        edit(0, -1, 0, 0, "x")
    with pytest.raises(ConvLabError, match="`weight` must be a number"):
        edit(0, -1, 0, 0, "1e9")


def test_a_button_says_what_it_changes():
    new = replace(Settings(), dilation=(2, 2), padding_kind="valid")
    assert difference(Settings(), new) == "Set Padding to Valid, Dilation to 2"

"""A number of the playground, carried along to the step page: there it is the same number."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from draws import drawn
from hypothesis import assume, given
from hypothesis import strategies as st
from test_settings import every_control

from convlab import ConvLabError
from convlab.explanations import explain
from convlab.ui.address import from_query
from convlab.ui.network.row import Row
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.traced import traced
from convlab.ui.onward import layer_to_steps, steps_settings, to_steps
from convlab.ui.pictures import sample_picture
from convlab.ui.playground.settings import PlaygroundSettings, check
from convlab.ui.playground.show import stages_of
from convlab.ui.steps.settings import StepSettings, image_of, step_of
from convlab.ui.steps.settings import check as check_steps
from convlab.ui.way_out import refusal_of

PANDA = sample_picture("panda")


def number_of(settings):
    """The number that the step page has at its pinned place."""
    channel, row, column = (int(part) for part in settings.at.split(","))
    step = step_of(settings)
    return explain(
        step.layer, image_of(settings), step.weight, step.bias, channel=channel, position=(row, column)
    ).total


@drawn(150)
@given(every_control(), st.tuples(*[st.floats(0, 1, exclude_max=True)] * 3))
def test_the_step_page_has_the_same_number(state, share):
    state = replace(state, picture="panda", max_side=min(state.max_side, 64), layers="one", pool="none")
    try:
        check(state, PANDA.size)
    except ConvLabError:
        assume(False)
    image, stages = stages_of(PANDA, state)
    place = tuple(int(part * side) for part, side in zip(share, stages[0].output.shape, strict=True))
    carried = steps_settings(state, image, place)
    if carried is None:
        assert state.transposed
        return
    if refusal_of(carried, check_steps):  # too many cells to draw
        assert to_steps(state, image, place) == ""
        return
    query = to_steps(state, image, place).partition("?")[2]
    assert from_query(dict(parse_qsl(query)), StepSettings) == (carried, [])
    weights = sum(abs(weight) for weight in step_of(carried).weight.flatten().tolist())
    assert number_of(carried) == pytest.approx(stages[0].output[place].item(), abs=1e-5 * (1 + weights))


def test_the_link_opens_what_was_carried():
    state = PlaygroundSettings(bank="random", edits=())
    image, _ = stages_of(PANDA, state)
    path, _, query = to_steps(state, image, (1, 100, 60)).partition("?")
    assert path == "./step_by_step"
    assert from_query(dict(parse_qsl(query)), StepSettings) == (steps_settings(state, image, (1, 100, 60)), [])
    assert len(query) < 2500


def test_a_place_that_no_stamp_reaches_leads_nowhere():
    state = PlaygroundSettings(operation="transposed", kernel_size=(1, 1), stride=(2, 2))
    image, _ = stages_of(PANDA, state)
    assert to_steps(state, image, (0, 1, 1)) == ""


LAYERS = [
    "Conv2d,out_channels:4,kernel_size:5,weight:gradients,padding:2,padding_mode:reflect",
    "Conv2d,out_channels:6,kernel_size:3,stride:2,dilation:2,seed:3",
    "Conv2d,kernel_size:3,padding:1,groups:each,weight:sobel",
    "ConvTranspose2d,out_channels:2,kernel_size:3,stride:2,padding:1,seed:1",
    "MaxPool2d,kernel_size:3,stride:2",
    "AvgPool2d,kernel_size:2x3",
]


@pytest.mark.parametrize("text", LAYERS)
@pytest.mark.parametrize("share", [(0, 0.4, 0.6), (0.99, 0.1, 0.9)])
def test_a_number_of_a_row_is_the_same_step_by_step(text, share):
    settings = NetworkSettings(layers=Row().read(text), max_side=48)
    made = traced(PANDA, settings)
    (stage,) = made.stages
    place = tuple(int(part * side) for part, side in zip(share, stage.shape, strict=True))
    query = layer_to_steps(settings.layers[0], stage, made.image, place).partition("?")[2]
    carried, bad = from_query(dict(parse_qsl(query)), StepSettings)
    assert query and not bad
    assert number_of(carried) == pytest.approx(stage.output[place].item(), abs=2e-4)


@pytest.mark.parametrize(
    "text",
    [
        "ReLU",
        "Conv2d,out_channels:9,kernel_size:3",
        "Conv2d,out_channels:3,kernel_size:3,groups:3",
        "Conv2d,out_channels:5,kernel_size:3;Conv2d,out_channels:2,kernel_size:3",
        "Conv2d,out_channels:1,kernel_size:1,weight:written,numbers:1_2_3",
        "MaxPool2d,kernel_size:2,padding:1",
    ],
)
def test_a_layer_that_the_step_page_has_no_room_for_leads_nowhere(text):
    settings = NetworkSettings(layers=Row().read(text), max_side=48)
    made = traced(PANDA, settings)
    assert layer_to_steps(settings.layers[-1], made.stages[-1], made.read_by(len(made.stages))[0], (0, 0, 0)) == ""

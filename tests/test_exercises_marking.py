"""Cells that are marked: some by hand, then a thousand of each against the gradients of torch's own layers."""

from random import Random

import pytest
import torch
from drawn_kinds import SEEDS, asked
from torch import nn

from convlab.exercises import KINDS, marking
from convlab.exercises.form import cells_of
from convlab.layers import Conv2d, ConvTranspose2d
from convlab.ui.address import from_query
from convlab.ui.network.row import laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.steps.settings import StepSettings, check, step_of


def conv(*settings):
    return Conv2d(1, 1, *settings, bias=False)


# --- by hand ----------------------------------------------------------------------------------------------------------


def test_a_corner_is_read_once_and_a_middle_four_times():
    image = torch.zeros(4, 4)
    assert marking.read_by(conv(2), image, (0, 0)).answer == "0,0"
    question = marking.read_by(conv(2), image, (1, 1))
    assert (question.answer, question.wrongs[0].answer) == ("0,0 0,1 1,0 1,1", "1,1 1,2 2,1 2,2")


def test_a_window_that_begins_in_the_corner_does_not_lie_around_its_place():
    around = [wrong.forgets for wrong in marking.read_by(conv(3), torch.zeros(6, 6), (2, 2)).wrongs][-1]
    assert around.startswith("A window does not lie around")
    for layer in (conv(3, 2), conv(3, 1, 1), conv(3, 1, 0, 2)):
        wrongs = marking.read_by(layer, torch.zeros(7, 7), (3, 3)).wrongs
        assert not [wrong for wrong in wrongs if "around" in wrong.forgets]


def test_a_stride_leaves_the_last_row_and_column():
    question = marking.never_read(conv(3, 2), torch.zeros(6, 6))
    assert question.answer == "0,5 1,5 2,5 3,5 4,5 5,0 5,1 5,2 5,3 5,4 5,5"
    assert question.wrongs[0].answer == "5,5"
    assert "never meet row 5 and column 5." in question.rule
    assert question.rule.startswith("Output row o reads the input rows 2·o, 2·o + 1 and 2·o + 2;")
    assert "never meet column 4." in marking.never_read(conv(2, 2), torch.zeros(8, 5)).rule


def test_dilation_leaves_gaps():
    question = marking.one_reads(conv(2, 1, 0, 3), torch.zeros(5, 5), (0, 1))
    assert question.answer == "0,1 0,4 3,1 3,4"
    assert [len(cells_of(wrong.answer)) for wrong in question.wrongs] == [16, 4]


def test_a_stamp_begins_at_the_place_times_the_stride():
    question = marking.stamped(ConvTranspose2d(1, 1, 2, 2, bias=False), torch.zeros(3, 3), (1, 2))
    assert (question.answer, question.wrongs[0].answer) == ("2,4 2,5 3,4 3,5", "1,2 1,3 2,2 2,3")


def test_two_layers_carry_a_change_on():
    question = marking.changed([conv(2), conv(2)], torch.zeros(5, 5), (1, 1))
    assert question.answer == "0,0 0,1 1,0 1,1"
    question = marking.changed([conv(3), conv(2)], torch.zeros(7, 7), (1, 3))
    assert question.answer == "0,0 0,1 0,2 0,3 1,0 1,1 1,2 1,3"
    assert question.wrongs[0].answer == "0,1 0,2 0,3 1,1 1,2 1,3"


# --- a thousand of each -----------------------------------------------------------------------------------------------


def ones(kind, settings):
    """torch's layer with weights of 1."""
    module = kind(1, 1, **settings, bias=False)
    module.weight.data.fill_(1)
    return module


def of(given, kind=nn.Conv2d):
    return ones(kind, {name: given[name] for name in ("kernel_size", "stride", "padding", "dilation")})


def not_zero(values):
    return [tuple(cell) for cell in values.nonzero().tolist()]


def moved_by(module, given):
    """The outputs that an input cell moves: those other than 0 where it alone is 1, for the layer is linear."""
    image = torch.zeros(1, *given["input_size"])
    image[(0, *given["cell"])] = 1
    with torch.inference_mode():
        return not_zero(module(image)[0])


def gradient_of(module, given, place=None):
    """What moves one output, or the sum of all of them."""
    image = torch.zeros(1, *given["input_size"], requires_grad=True)
    output = module(image)[0]
    (output.sum() if place is None else output[place]).backward()
    return image.grad[0]


def two_layers(given):
    names = ("kernel_size", "stride", "padding", "dilation")
    return nn.Sequential(
        *(ones(nn.Conv2d, dict(zip(names, given[which], strict=True))) for which in ("first", "second"))
    )


BY_TORCH = {
    "read_by": lambda given: moved_by(of(given), given),
    "read_in_steps": lambda given: moved_by(of(given), given),
    "never_read": lambda given: not_zero(gradient_of(of(given), given) == 0),
    "reads": lambda given: not_zero(gradient_of(of(given), given, given["place"])),
    "stamped": lambda given: moved_by(of(given, nn.ConvTranspose2d), given),
    "changed": lambda given: moved_by(two_layers(given), given),
}


@pytest.mark.parametrize("kind", marking.KINDS)
def test_the_cells_are_those_of_the_gradient(kind):
    for seed in range(SEEDS):
        question = asked(KINDS, kind, seed)
        cells = cells_of(question.answer)
        assert cells == BY_TORCH[kind](question.given), (seed, question.text)
        assert question.form == "cells" and question.board is not None and max(question.board.shape) <= 9
        assert 0 < len(cells) < question.board.numel()


@pytest.mark.parametrize("kind", marking.KINDS)
def test_what_is_shown_are_the_cells(kind):
    for seed in range(30):
        question = asked(KINDS, kind, seed)
        for each in (question, *question.wrongs):
            assert not_zero(each.shown[0].values) == cells_of(each.answer)
            assert each.shown[0].values.shape == question.board.shape


# --- where to go on ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", marking.KINDS)
@pytest.mark.parametrize("seed", range(20))
def test_the_page_has_the_same_layers(kind, seed):
    question = asked(KINDS, kind, seed)
    given, (name, _, query) = question.given, question.address.partition("?")
    page = {"step_by_step": StepSettings, "network": NetworkSettings}[name]
    settings, nonsense = from_query(dict(pair.split("=", 1) for pair in query.split("&")), page)
    assert not nonsense and (name == "network") == (kind == "changed")
    if kind == "changed":
        row = laid(settings.layers, (1, *given["input_size"]))
        assert row.fault is None and row.shapes[-1][1:] == tuple(question.board.shape)
        return
    check(settings)
    layer = step_of(settings).layer
    assert settings.input_size == tuple(given["input_size"]) and layer.stamps == (kind == "stamped")
    assert [side[0] for side in layer.window.sides.values()] == [given[side] for side in layer.window.sides]
    if kind == "reads":
        assert settings.at == "0,{},{}".format(*given["place"])


def test_the_numbers_of_an_output_do_not_say_which_stamp_is_whose():
    for seed in range(20):
        assert KINDS["stamped"].make(Random(seed)).board.isnan().all()

"""Questions about one number of a map, against torch.nn and by hand."""

import pytest
import torch
from asked import holds, layer_there, same_again, settings_of_link
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st

from convlab.exercises import question
from convlab.exercises.summing import one_number
from convlab.ui.steps.settings import image_of, step_of


def test_one_number_by_hand():
    image = torch.tensor([[1.0, 2, 3], [4, 5, 6], [7, 8, 9]])
    asked = one_number(image, torch.tensor([[1.0, 0], [-1, 2]]), (1, 0))
    assert asked.answer == "13"
    assert asked.rule.endswith("4·1 + 5·0 + 7·(−1) + 8·2 = 13.")
    assert [wrong.answer for wrong in asked.wrongs] == ["11", "9", "24", "16"]


@pytest.mark.hypothesis
@drawn(400)
@given(st.integers(0, 10**6))
def test_the_number_is_what_torch_has_there(seed):
    asked = question.__wrapped__("one_number", seed)
    holds(asked)
    image, kernel = (picture.values for picture in asked.pictures)
    layer = torch.nn.Conv2d(1, 1, kernel.shape, bias=False)
    layer.weight.data[:] = kernel
    place = asked.given["row"], asked.given["column"]
    made = layer(image[None, None]).detach()
    assert float(made[0, 0][place]) == int(asked.answer)
    settings = settings_of_link(asked.address)
    assert image_of(settings)[0].equal(image)
    assert step_of(settings).weight[0, 0].equal(kernel)
    assert layer_there(asked.address)[1][1:] == made.shape[2:]
    same_again("one_number", seed)
    shown = [(asked.answer, asked.shown[-1]), *((wrong.answer, each) for wrong in asked.wrongs for each in wrong.shown)]
    assert [int(each.values[each.ring]) for _, each in shown] == [int(said) for said, _ in shown]
    assert len({(each.values.numpy().tobytes(), each.ring) for _, each in shown}) == len(shown)

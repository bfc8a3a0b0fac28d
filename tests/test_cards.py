"""A number of a map taken apart, down to the picture: every part against torch's maps."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from test_settings import every_control

from convlab import ConvLabError
from convlab.layers import AvgPool2d, MaxPool2d, ReLU
from convlab.ui.address import from_query, to_query
from convlab.ui.pictures import sample_picture
from convlab.ui.playground.settings import PlaygroundSettings as Settings
from convlab.ui.playground.settings import check, pin_of
from convlab.ui.playground.show import cards_of, stages_of

PANDA = sample_picture("panda")


def value_at(image, stages, place):
    """The number at a place."""
    stage, channel, row, column = place
    maps = image if stage < 0 else stages[stage].output
    return maps[channel, row, column].item()


def read_by(number):
    """What is read where: channel, row, column and the number, for each tap that meets a number."""
    for block, (tap, source) in product(number["blocks"], enumerate(number["sources"])):
        if source:
            yield block["channel"], *source, block["inputs"][tap]


@drawn(60)
@given(every_control(), st.tuples(*[st.integers(0, n) for n in (8, 7, 100, 100)]))
def test_every_card_is_the_maps_number(state, place):
    state = replace(
        state, picture="panda", max_side=min(state.max_side, 64), pinned="", pixel=",".join(map(str, place))
    )
    try:
        check(state, PANDA.size)
    except ConvLabError:
        return
    image, stages = stages_of(PANDA, state)
    shown = cards_of(PANDA, state)
    if place[0] >= len(stages):
        assert shown == []
        return
    # down to the picture, or to a number that no stamp of a transposed layer reaches
    assert len(shown) == place[0] + 1 or not any(shown[-1]["number"]["sources"])
    for stage, card in zip(range(place[0], -1, -1), shown, strict=False):
        number = card["number"]
        assert card["place"][0] == stage
        assert number["total"] == value_at(image, stages, card["place"])
        if isinstance(stages[stage].layer, ReLU):
            before = value_at(image, stages, (stage - 1, *card["place"][1:]))
            assert (number["kind"], number["before"], number["total"]) == ("relu", before, max(0, before))
            continue
        assert number["blocks"]
        for channel, row, column, value in read_by(number):
            assert np.float32(value) == value_at(image, stages, (stage - 1, channel, row, column))
        if isinstance(stages[stage].layer, MaxPool2d):
            assert number["blocks"][0]["inputs"][number["winner"]] == number["total"]
        elif isinstance(stages[stage].layer, AvgPool2d):
            assert number["blocks"][0]["sum"] / number["divisor"] == pytest.approx(number["total"], abs=1e-5)
        else:
            sums = [block["sum"] for block in number["blocks"]]
            for block in number["blocks"]:
                inputs, weights = (np.float32(block[name]).astype(float) for name in ("inputs", "weights"))
                assert (inputs * weights).sum() == pytest.approx(block["sum"], rel=1e-9, abs=1e-9)
            assert sum(sums) + number["bias"] == pytest.approx(number["total"], rel=1e-4, abs=1e-3)


def test_the_numbers_go_down_to_the_picture():
    shown = cards_of(PANDA, Settings(layers="two", pixel="5,2,20,30"))
    titles = [card["title"].partition(",")[0] for card in shown]
    assert titles == ["After pooling", "After ReLU", "Before ReLU"] * 2
    assert [block["name"] for block in shown[-1]["number"]["blocks"]] == ["Red", "Green", "Blue"]
    assert [block["name"] for block in shown[2]["number"]["blocks"]] == ["Map 1", "Map 2", "Map 3", "Map 4"]
    assert all(len(block["inputs"]) == 25 for block in shown[-1]["number"]["blocks"])


def test_a_number_chosen_in_a_card_is_followed():
    first = cards_of(PANDA, Settings(pixel="2,0,10,10"))[0]
    row, column = first["number"]["sources"][3]
    assert (row, column) == (21, 21)
    followed = cards_of(PANDA, Settings(pixel="2,0,10,10;1,0,21,21"))
    assert followed[1]["place"] == (1, 0, 21, 21)
    elsewhere = cards_of(PANDA, Settings(pixel="2,0,10,10;1,0,0,0"))
    assert elsewhere[1]["place"] == first["next"]


def test_a_place_beyond_its_map_moves_to_the_edge():
    assert cards_of(PANDA, Settings(stride=(6, 6), pixel="0,3,9999,9999"))[0]["place"] == (0, 3, 38, 29)
    assert cards_of(PANDA, Settings(pixel="9,0,0,0")) == []


def test_the_window_is_where_the_number_looks():
    card = cards_of(PANDA, Settings(stride=(2, 2), padding=(1, 1), dilation=(3, 3), pixel="0,0,0,5"))[0]
    assert card["window"] == {"top": 0, "left": 9, "height": 12, "width": 13, "maps": [0, 1, 2]}


def test_the_address_keeps_the_place_and_a_pin_does_not():
    state = Settings(pixel="2,0,10,10;1,0,21,21")
    assert from_query(to_query(state), Settings) == (state, [])
    assert pin_of(state) == "picture=panda"


@pytest.mark.parametrize(
    "text", ["1", "1,2,3", "1,2,3,x", "1,2,3,4;", "-1,0,0,0", "1,2,3,4;" * 30 + "1,2,3,4", "²,0,0,0"]
)
def test_nonsense_is_left_out(text):
    assert from_query({"pixel": text}, Settings) == (Settings(), ["pixel"])

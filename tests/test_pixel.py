"""A number of a map taken apart, down to the picture: every part against torch's maps."""

from dataclasses import replace

import pytest
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from test_settings import every_control

from convlab import ConvLabError
from convlab.layers import AvgPool2d, MaxPool2d, ReLU
from convlab.ui.panel import sample_picture, stages_of
from convlab.ui.pixel import cards, figure
from convlab.ui.settings import Settings, check, from_query, pin_of, to_query

PANDA = sample_picture("panda")


def value_at(image, stages, place):
    """The number at a place."""
    stage, channel, row, column = place
    maps = image if stage < 0 else stages[stage].output
    return maps[channel, row, column].item()


def number_of(text):
    """The number in a text as it is shown."""
    return float(text.removeprefix("sum ").replace("−", "-").replace("≈", ""))


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
    shown = cards(PANDA, state)
    assert len(shown) == (place[0] + 1 if place[0] < len(stages) else 0)
    for number, card in zip(range(place[0], -1, -1), shown, strict=False):
        assert card["place"][0] == number
        assert card["value"] == figure(value_at(image, stages, card["place"]))
        if isinstance(stages[number].layer, ReLU):
            before = value_at(image, stages, (number - 1, *card["place"][1:]))
            assert card["total"] == f"max(0, {figure(before)}) = {card['value']}"
            assert ("becomes 0" in card["words"]) == (before < 0)
            continue
        assert card["blocks"]
        if not isinstance(stages[number].layer, MaxPool2d | AvgPool2d):
            sums = [number_of(block["sum"]) for block in card["blocks"]]
            products = sum(number_of(cell["text"]) for block in card["blocks"] for cell in block["cells"])
            total = value_at(image, stages, card["place"]) - state.bias * (
                len(stages) - number > 1 or state.layers != "two_1x1"
            )
            assert sum(sums) == pytest.approx(total, abs=0.01 * len(sums) + 1e-3 * abs(total))
            assert products == pytest.approx(total, abs=0.006 * 121 * len(sums))
        for block in card["blocks"]:
            for cell in block["cells"]:
                if cell["to"] and isinstance(stages[number].layer, MaxPool2d | AvgPool2d):
                    assert cell["text"] == figure(value_at(image, stages, cell["to"]))


def test_the_numbers_go_down_to_the_picture():
    shown = cards(PANDA, Settings(layers="two", pixel="5,2,20,30"))
    titles = [card["title"].partition(",")[0] for card in shown]
    assert titles == ["After pooling", "After ReLU", "Before ReLU"] * 2
    assert [block["name"] for block in shown[-1]["blocks"]] == ["Red", "Green", "Blue"]
    assert all(len(block["cells"]) == 25 for block in shown[-1]["blocks"])


def test_a_number_chosen_in_a_card_is_followed():
    first = cards(PANDA, Settings(pixel="2,0,10,10"))[0]
    chosen = first["blocks"][0]["cells"][3]["to"]
    assert chosen == [1, 0, 21, 21]
    followed = cards(PANDA, Settings(pixel="2,0,10,10;" + ",".join(map(str, chosen))))
    assert followed[1]["place"] == chosen
    elsewhere = cards(PANDA, Settings(pixel="2,0,10,10;1,0,0,0"))
    assert elsewhere[1]["place"] == list(first["next"])


def test_a_place_beyond_its_map_moves_to_the_edge():
    assert cards(PANDA, Settings(stride=(6, 6), pixel="0,3,9999,9999"))[0]["place"] == [0, 3, 38, 29]
    assert cards(PANDA, Settings(pixel="9,0,0,0")) == []


def test_the_window_is_where_the_number_looks():
    card = cards(PANDA, Settings(stride=(2, 2), padding=(1, 1), dilation=(3, 3), pixel="0,0,0,5"))[0]
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

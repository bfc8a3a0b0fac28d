"""The tiles' message: every number can be read again, nothing is nothing, and words are as they were given."""

import json
import zlib

import numpy as np
import pytest
import torch

from convlab.ui.components.tiles import Row, Tile, drawn


def read(message):
    """The header of a message and the numbers of each of its tiles, row by row, column by column."""
    length = int.from_bytes(message[:4], "little")
    header = json.loads(zlib.decompress(message[4 : 4 + length], -zlib.MAX_WBITS))
    data = zlib.decompress(message[4 + length :], -zlib.MAX_WBITS)
    return header, [[[numbers(tile, data) for tile in column] for column in row["columns"]] for row in header["rows"]]


def numbers(tile, data):
    """The numbers of a tile: sums of differences, lower halves first."""
    start, length = tile["data"]
    halves = np.frombuffer(data, np.uint8, length, start).astype(np.uint16)
    steps = np.cumsum(halves[: length // 2] | (halves[length // 2 :] << 8), dtype=np.uint16).astype(np.int16)
    return steps.reshape(tile["channels"], tile["rows"], tile["columns"]) * tile["unit"]


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (3, 6, 4)])
@pytest.mark.parametrize("size", [1e-6, 1.0, 4e5])
def test_every_number_is_read_again_to_half_a_unit(shape, size):
    values = torch.randn(shape, generator=torch.manual_seed(1)) * size
    header, (((found,),),) = read(drawn([Row([Tile(values, "Map")])]).message())
    (((tile,),),) = (row["columns"] for row in header["rows"])
    largest = values.abs().max().item()
    assert tile["unit"] == pytest.approx(largest / 32640) and tile["bound"] == pytest.approx(largest)
    assert np.abs(found - values.numpy().reshape(found.shape)).max() <= 0.51 * tile["unit"]


def test_zero_is_zero_and_the_largest_is_the_largest():
    values = torch.tensor([[0.0, -0.3], [0.7, 0.0]])
    _, (((found,),),) = read(drawn([Row([Tile(values, "Map", bound=0.5)])]).message())
    assert found[0, 0, 0] == 0 == found[0, 1, 1]
    assert found.max() == pytest.approx(0.7)  # beyond the end of the colours, and still itself


def test_what_a_picture_file_holds_is_exact():
    values = torch.arange(256).reshape(16, 16) / 255
    _, (((found,),),) = read(drawn([Row([Tile(values, "Picture", kind="picture")])]).message())
    assert np.abs(found[0] - values.double().numpy()).max() < 1e-7


def test_nothing_but_zeros_has_a_scale():
    header, (((found,),),) = read(drawn([Row([Tile(torch.zeros(2, 2), "Map")])]).message())
    assert not found.any() and header["rows"][0]["columns"][0][0]["end"] == "1"


def test_a_picture_ends_at_one_whatever_is_in_it():
    header, _ = read(drawn([Row([Tile(torch.full((2, 2), 0.2), "Picture", kind="picture")])]).message())
    assert header["rows"][0]["columns"][0][0]["bound"] == 1


def test_words_keys_and_what_stands_under():
    below = Tile(torch.ones(2, 2), "Overlap", kind="bright")
    tile = Tile(torch.ones(2, 3), "Map", "2×3", word="conv", key="a", pressed=True, under=below)
    header, _ = read(
        drawn([Row([tile], "Row", "each", 30)]).message(linked=False, status="Wait.", below=9, seen_edit=4)
    )
    (row,) = header["rows"]
    ((one, under),) = row["columns"]
    assert (row["title"], row["side"], one["alt"], one["word"], one["key"], one["pressed"]) == (
        "Row", 30, "Map", "conv", "a", True,
    )  # fmt: skip
    assert (under["title"], under["kind"]) == ("Overlap", "bright")
    assert (header["linked"], header["status"], header["below"], header["seen_edit"]) == (False, "Wait.", 9, 4)


def test_cells_are_written_as_pages_write_numbers():
    header, _ = read(drawn([Row([Tile(torch.tensor([[-0.5, 1e-3]]), "Kernel", cells=True, edits="weight")])]).message())
    assert header["rows"][0]["columns"][0][0]["texts"] == ["−0.5", "0.001"]


def test_what_is_ringed_is_said_and_does_not_change_the_name():
    def header(mark, place="sight"):
        return drawn([Row([Tile(torch.ones(4, 4), "Map", place=place, mark=mark)], scale="even")]).header

    one, other, none = header((0, 1, 2, 3)), header((1, 1, 2, 2)), header(None)
    assert one["name"] == other["name"] == none["name"] != header(None, "")["name"]
    marks = [row["columns"][0][0]["mark"] for shown in (one, other, none) for row in shown["rows"]]
    assert marks == [[0, 1, 2, 3], [1, 1, 2, 2], []]
    assert one["rows"][0]["even"] and one["rows"][0]["columns"][0][0]["place"] == "sight"


def test_the_same_tiles_have_the_same_name():
    def name(value, caption=""):
        return drawn([Row([Tile(torch.tensor([[value]]), "Map", caption, bound=1.0)])]).header["name"]

    assert name(0.25) == name(0.25)
    assert len({name(0.25), name(0.5), name(0.25, "half")}) == 3

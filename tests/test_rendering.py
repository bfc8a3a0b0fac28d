"""Pictures of maps: every pixel's colour at known numbers."""

import io

import numpy as np
import pytest
import torch
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from convlab import SAMPLES, load_image
from convlab.rendering import bright_table, colours, entries, histogram, limit_of, npz, rgb, sheet_png, signed_table

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
RED_END, BLUE_END = (103, 0, 31), (5, 48, 97)  # the ends of ColorBrewer's RdBu


def opened(png):
    """The PNG as an RGB picture."""
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return picture.convert("RGB")


def as_numbers(colour):
    """#rrggbb as (r, g, b)."""
    return tuple(bytes.fromhex(colour[1:]))


# --- the scale ---


def test_the_light_scale_by_hand():
    table = signed_table()
    assert table.shape == (256, 3) and table.dtype == np.uint8
    assert tuple(table[0]) == RED_END
    assert tuple(table[127]) == WHITE
    assert tuple(table[254]) == BLUE_END


def lightness(table):
    """CIE L* of colours: 0 black, 100 white."""
    parts = table.astype(float) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    light = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(light > 0.008856, 116 * np.cbrt(light) - 16, 903.3 * light)


def test_the_dark_scale_is_black_at_zero_and_bright_at_the_ends():
    table = signed_table(dark=True)
    assert tuple(table[127]) == BLACK
    light = lightness(table)
    assert (np.diff(light[:128]) <= 0).all() and (np.diff(light[127:255]) >= 0).all()
    assert min(light[0], light[254]) > 70
    assert light[254] - light[0] > 12  # the ends differ for eyes that see no hue


def test_the_bright_scale_is_black_at_zero_and_white_at_the_ends():
    table = bright_table().astype(int)
    assert table.shape == (256, 3)
    assert (tuple(table[0]), tuple(table[127]), tuple(table[254])) == (WHITE, BLACK, WHITE)
    assert (np.diff(table[127:255], axis=0) >= 2).all() and (table[:127] == table[254:127:-1]).all()


@pytest.mark.parametrize("dark", [False, True])
def test_below_zero_is_red_and_above_is_blue(dark):
    red, _, blue = signed_table(dark).astype(int).T
    assert (red[:120] > blue[:120]).all()
    assert (red[134:255] < blue[134:255]).all()


def test_the_light_scale_darkens_outwards():
    brightness = signed_table().astype(int).sum(1)
    assert (np.diff(brightness[:128]) >= 0).all() and (np.diff(brightness[127:255]) <= 0).all()


def test_entries_by_hand():
    numbers = torch.tensor([-9.0, -4.0, -2.0, -0.01, 0.0, 0.01, 2.0, 4.0, 9.0])
    assert entries(numbers, 4.0).tolist() == [0, 0, 63, 127, 127, 127, 191, 254, 254]
    assert numbers[0] == -9  # the maps themselves are left alone


@drawn(300)
@given(st.lists(st.floats(-10, 10, width=32), min_size=1, max_size=20), st.floats(0.5, 10, width=32))
def test_signs_are_symmetric_and_the_order_is_kept(numbers, limit):
    values = torch.tensor(sorted(numbers))
    made = entries(values, limit).long()
    assert (made.diff() >= 0).all()
    assert ((made + entries(-values, limit).long()) - 254).abs().max() <= 1  # a number halfway between two entries
    expected = values.clamp(-limit, limit) / limit * 127
    assert ((made - 127) - expected).abs().max() <= 0.5 + 1e-3
    assert (made[values == 0] == 127).all()


def test_the_limit_is_the_largest_magnitude_of_all():
    assert limit_of(torch.tensor([1.0, -3.0]), torch.tensor([2.0])) == 3
    assert limit_of(torch.tensor([1.0]), torch.tensor([-5.0, 2.0])) == 5
    assert limit_of(torch.zeros(2, 2), torch.zeros(1)) == 1


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_the_tables(dark):
    numbers = torch.tensor([[-2.0, 0.0], [1.0, 2.0]])
    table = signed_table(dark)
    assert [as_numbers(colour) for colour in colours(numbers, 2.0, dark)] == [
        tuple(table[e]) for e in (0, 127, 191, 254)
    ]


def test_a_histogram_counts_every_number_once_with_zero_in_the_middle():
    numbers = torch.tensor([-4.0, -4.0, -1.4, -1.2, 0.0, 0.1, -0.1, 2.5, 4.0])
    assert histogram(numbers, 4.0, bins=5) == [2, 2, 3, 0, 2]
    assert histogram(numbers.reshape(3, 3), 4.0, bins=5) == [2, 2, 3, 0, 2]
    counts = histogram(numbers, 4.0)
    assert len(counts) == 41 and sum(counts) == 9 and counts[20] == 1 and counts[0] == 2 and counts[40] == 1


# --- entries of the table ---


@pytest.mark.parametrize("dark", [False, True])
def test_entries_wear_the_colours_that_are_written(dark):
    maps = torch.tensor([[[-1.0, 0.0, 1.0], [0.5, -0.5, 0.0]], [[0.0, 3.0, -3.0], [1.0, 1.0, 0.0]]])
    shown = signed_table(dark)[entries(maps, 1.0).numpy()]
    zero = [0, 0, 0] if dark else [255, 255, 255]
    low, high = (signed_table(dark)[end].tolist() for end in (0, 254))
    assert shown[0, 0].tolist() == [low, zero, high]
    assert shown[1, 0].tolist() == [zero, high, low]  # beyond the limit: its end
    assert shown.reshape(-1, 3).tolist() == [list(as_numbers(colour)) for colour in colours(maps, 1.0, dark)]


def test_a_map_and_its_negative_wear_opposite_entries():
    maps = torch.linspace(-0.9, 0.9, 31)
    assert (entries(maps, 0.9).int() + entries(-maps, 0.9).int() - 254).abs().max() <= 1
    assert entries(torch.tensor([-0.9, 0.9]), 0.9).tolist() == [0, 254]


# --- the picture itself ---


@pytest.mark.parametrize("name", ["panda", "photographer"])
def test_a_picture_comes_back_whole(name):
    image = load_image(SAMPLES[name].path)
    assert torch.equal(rgb(image).movedim(-1, 0) / 255, image)


def test_a_grey_picture_and_numbers_beyond_the_range():
    pixels = rgb(torch.tensor([[[-0.5, 0.0, 0.2, 0.301, 1.0, 7.0]]]))
    assert pixels.shape == (1, 6, 3)
    for channel in range(3):
        assert pixels[0, :, channel].tolist() == [0, 0, 51, 77, 255, 255]  # 0.301 · 255 = 76.8


# --- sheets ---


def test_the_size_of_a_sheet():
    rows = [(torch.zeros(4, 10, 20), 1.0), (torch.zeros(2, 200, 30), 1.0)]
    sheet = opened(sheet_png(rows, gap=3, least=64))
    first = (4 * (7 * 20 + 3) + 3, 7 * 10 + 2 * 3)  # 10 rows, each number 7×7 pixels, are the first to reach 64
    second = (2 * (30 + 3) + 3, 200 + 2 * 3)
    assert sheet.size == (max(first[0], second[0]), first[1] + second[1])


def test_a_sheet_shows_each_number_as_a_square():
    sheet = np.asarray(opened(sheet_png([(torch.tensor([[[1.0, 0.0]], [[-1.0, 1.0]]]), 1.0)], gap=1, least=2)))
    w, r, b = WHITE, RED_END, BLUE_END
    line = [w, b, b, w, w, w, r, r, b, b, w]
    assert sheet.tolist() == [[list(colour) for colour in row] for row in ([w] * 11, line, line, [w] * 11)]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_sheet_frames_every_map(count):
    sheet = np.asarray(opened(sheet_png([(torch.ones(count, 3, 3), 1.0)], gap=2, least=3)))
    assert sheet.shape == (7, 5 * count + 2, 3)
    filled = (sheet == BLUE_END).all(-1)
    assert filled.sum() == 9 * count
    assert not filled[:2].any() and not filled[-2:].any() and not filled[:, ::5].any() and not filled[:, 1::5].any()
    assert (sheet[~filled] == 255).all()


def test_each_row_of_a_sheet_has_its_own_scale():
    sheet = np.asarray(opened(sheet_png([(torch.ones(1, 1, 1), 1.0), (torch.ones(1, 1, 1), 1000.0)], gap=0, least=1)))
    assert tuple(sheet[0, 0]) == BLUE_END and tuple(sheet[1, 0]) == WHITE


# --- numbers ---


def test_an_archive_gives_the_same_numbers_back():
    arrays = {"layer_1": torch.randn(4, 5, 6), "picture": torch.arange(3.0)}
    with np.load(io.BytesIO(npz(arrays)), allow_pickle=False) as archive:
        assert set(archive.files) == set(arrays)
        for name, tensor in arrays.items():
            np.testing.assert_array_equal(archive[name], tensor)
            assert archive[name].dtype == np.float32

"""The animation: its pictures are counted and measured, not only made."""

import io
from itertools import pairwise
from operator import attrgetter

import numpy as np
import pytest
from PIL import Image, ImageSequence
from scipy.ndimage import label

from convlab import AvgPool2d, Conv2d, ConvLabError, ConvTranspose2d, MaxPool2d, ReLU
from convlab.animation import animate, frames

title = attrgetter("title")
NOW, INPUT, DONE, CUT = (240, 163, 10), (207, 228, 247), (169, 220, 198), (251, 227, 180)
STAMPED = [(217, 239, 230), (169, 220, 198), (124, 201, 171), (82, 181, 143)]


def decoded(data):
    """The pictures of an animation as a viewer shows them, and how long each stays."""
    with Image.open(io.BytesIO(data)) as animation:
        shown = [(frame.convert("RGB"), frame.info["duration"]) for frame in ImageSequence.Iterator(animation)]
        return animation.format, animation.info["loop"], *zip(*shown, strict=True)


def cells(picture, colour):
    """How many cells of a colour a picture holds: patches of it, between lines; crumbs inside digits left out."""
    patches, count = label((np.asarray(picture.convert("RGB")) == colour).all(-1))
    return int((np.bincount(patches.ravel())[1:] > 100).sum()) if count else 0


@pytest.mark.parametrize("format", ["gif", "webp"])
@pytest.mark.parametrize("layer", [Conv2d(1, 1, 3), ConvTranspose2d(1, 1, 3, stride=2, padding=1)], ids=["conv", "up"])
def test_the_file_holds_every_picture(format, layer):
    data = animate(layer, 4, format, milliseconds=300)
    kind, loop, pictures, durations = decoded(data)
    made = [picture.convert("RGB") for picture in frames(layer, 4)]
    assert (kind, loop) == (format.upper(), 0)
    assert durations == (300,) * (len(made) - 1) + (1200,)
    assert [picture.tobytes() for picture in pictures] == [picture.tobytes() for picture in made]
    assert data == animate(layer, 4, format, milliseconds=300)


@pytest.mark.parametrize(
    "layer",
    [
        Conv2d(1, 1, 3, padding=2),  # the largest file
        Conv2d(1, 1, 3, padding=4),  # the largest input
        ConvTranspose2d(1, 1, 3, stride=1),
        AvgPool2d(3, 1, 1),
    ],
    ids=title,
)
def test_a_7_by_7_input_fits_a_slide(layer):
    sizes = {format: len(animate(layer, (7, 7), format)) for format in ("gif", "webp")}
    assert max(sizes.values()) < 300_000
    assert sizes["webp"] < sizes["gif"]


def test_the_window_slides_and_the_output_fills():
    pictures = list(frames(Conv2d(1, 1, 3), 5))
    assert [cells(picture, NOW) for picture in pictures] == [10] * 9 + [0]  # nine cells and the output's one
    assert [cells(picture, DONE) for picture in pictures] == list(range(10))
    assert [cells(picture, INPUT) for picture in pictures] == [16] * 9 + [25]


def test_the_gaps_of_a_dilated_window_are_left_out():
    picture = next(frames(Conv2d(1, 1, 2, dilation=3), 4))
    assert (cells(picture, NOW), cells(picture, INPUT)) == (5, 12)


def test_stamps_are_added_up():
    pictures = list(frames(ConvTranspose2d(1, 1, (2, 3), stride=(2, 2)), (2, 2)))
    assert [cells(picture, NOW) for picture in pictures] == [7, 7, 7, 7, 0]
    assert [cells(pictures[-1], colour) for colour in STAMPED] == [16, 4, 0, 0]  # the middle column twice
    assert [cells(pictures[1], colour) for colour in STAMPED] == [4, 0, 0, 0]


def test_the_newest_stamp_is_counted_once():
    first, last = (np.asarray(picture.convert("RGB")) for picture in frames(ConvTranspose2d(1, 1, 1), 1))
    patches, _ = label((last == STAMPED[0]).all(-1))
    rows, columns = np.nonzero(patches == np.bincount(patches.ravel())[1:].argmax() + 1)  # the output's one cell
    inside = slice(rows.min() + 8, rows.max() - 8), slice(columns.min() + 8, columns.max() - 8)
    ink = [(picture[inside] < 100).all(-1) for picture in (first, last)]
    assert (ink[0] != ink[1]).sum() < 0.2 * ink[0].sum()  # the same digit, 1, but for its smooth edge


def test_padding_cuts_stamps_off():
    pictures = list(frames(ConvTranspose2d(1, 1, 3, padding=1), 2))
    assert (cells(pictures[0], NOW), cells(pictures[0], CUT)) == (5, 5)
    assert cells(pictures[-1], STAMPED[3]) == 4


def test_left_over_cells_are_struck_out():
    struck, whole = (list(frames(layer, 3))[-1] for layer in (Conv2d(1, 1, 2, stride=2), Conv2d(1, 1, 2)))
    dark = [sum(count for count, shade in picture.convert("RGB").getcolors(1 << 20) if shade == (77, 86, 94))
            for picture in (struck, whole)]  # fmt: skip
    assert dark[0] > dark[1] + 5 * 40 - 4 * 50  # five strokes more, and fewer lines in a smaller output


@pytest.mark.parametrize(
    ("layer", "size", "count"),
    [
        (Conv2d(1, 1, 3), 4, 5),
        (Conv2d(3, 6, 3, stride=2, padding=1, groups=3), (6, 5), 10),
        (ConvTranspose2d(2, 4, 3, output_padding=1, stride=2), (2, 3), 7),
        (MaxPool2d(2, ceil_mode=True), 5, 10),
        (AvgPool2d(3, 1, 1), (2, 3), 7),
        (Conv2d(1, 1, 3, padding="same", padding_mode="circular"), 3, 10),
        (ConvTranspose2d(1, 1, 1, padding=1, output_padding=2, dilation=4), 1, 2),  # no stamp lands
    ],
)
def test_one_picture_a_step_and_the_finished_one(layer, size, count):
    pictures = list(frames(layer, size))
    assert len(pictures) == count
    assert len({picture.size for picture in pictures}) == 1
    assert all(one.tobytes() != other.tobytes() for one, other in pairwise(pictures))


@pytest.mark.parametrize(("most", "count"), [(1, 1), (2, 2), (10, 10), (25, 25), (26, 26), (1000, 26)])
def test_the_number_of_pictures_is_bounded(most, count):
    pictures = list(frames(Conv2d(1, 1, 3), 7, max_frames=most))
    assert len(pictures) == count
    assert cells(pictures[-1], DONE) == 25
    filled = [cells(picture, DONE) for picture in pictures]
    assert filled == sorted(filled)


def test_progress_rises_to_one():
    told = []
    animate(Conv2d(1, 1, 3), 5, progress=told.append)
    assert told == sorted(set(told))
    assert (len(told), told[-1], told[-2]) == (11, 1.0, 0.9)


@pytest.mark.parametrize(("kernel", "side"), [(1, 1), (1, 2), (3, 9), (5, 28), (1, 32)])
def test_words_and_maps_stay_on_the_paper(kernel, side):
    for picture in frames(Conv2d(1, 1, kernel, padding=kernel // 2), side, max_frames=3):
        page = picture.convert("RGB")
        edges = [page.crop((0, 0, 20, page.height)), page.crop((page.width - 20, 0, page.width, page.height)),
                 page.crop((0, page.height - 8, page.width, page.height))]  # fmt: skip
        assert all(edge.getcolors() == [(edge.width * edge.height, (255, 255, 255))] for edge in edges)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (Conv2d(1, 1, (5, 3)), "Convolution: kernel 5×3, stride 1"),
        (Conv2d(1, 1, 4, padding="same"), "Convolution: kernel 4×4, stride 1, padding 1 before and 2 after"),
        (
            Conv2d(1, 1, 3, padding=(1, 2), dilation=2, padding_mode="reflect"),
            "Convolution: kernel 3×3, stride 1, padding (1, 2) (reflect), dilation 2",
        ),
        (
            ConvTranspose2d(1, 1, 3, stride=2, output_padding=(1, 0)),
            "Transposed convolution: kernel 3×3, stride 2, output_padding (1, 0)",
        ),
        (MaxPool2d(2), "Maximum pooling: kernel 2×2, stride 2"),
        (AvgPool2d(3, 1, 1), "Average pooling: kernel 3×3, stride 1, padding 1"),
    ],
)
def test_titles(layer, words):
    assert title(layer) == words


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: animate(Conv2d(1, 1, 3), 7, "mp4"), '`format` must be "gif" or "webp": got \'mp4\'. Use "gif".'),
        (lambda: animate(Conv2d(1, 1, 3), 33), "the input and what lies around it take 33×33. Use a smaller input."),
        (
            lambda: animate(Conv2d(1, 1, 3, padding=1), 31),
            "`input_size` must keep both maps within 32 rows and columns",
        ),
        (lambda: animate(ConvTranspose2d(1, 1, 3, stride=2), 16), "the output and what lies around it take 33×33"),
        (lambda: animate(Conv2d(1, 1, 3), 2), "`kernel_size` must fit the padded input"),
        (lambda: animate(Conv2d(1, 1, 3), 0), "`input_size` must be at least 1"),
        (lambda: animate(Conv2d(1, 1, 3), 7, max_frames=0), "`max_frames` must be at least 1"),
        (lambda: animate(Conv2d(1, 1, 3), 7, milliseconds=0), "`milliseconds` must be at least 1"),
        (lambda: animate(ReLU(), 7), "`layer` must be Conv2d or ConvTranspose2d or MaxPool2d or AvgPool2d"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ConvLabError) as caught:
        call()
    assert message in str(caught.value)

"""Pictures: every format and mode that people send, and every file that only looks like one."""

import io
import os
import re
import struct
import subprocess
import sys
import threading
import time
import warnings
import zlib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

import convlab
from convlab import SAMPLES, ConvLabError, load_image
from convlab.images import AT_ONCE, MAX_PIXELS, fitted, open_guarded, open_image, to_grey, to_tensor

ON_LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak where Linux keeps it")
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def patches(mode="RGB"):
    """A picture of 24×16 in four patches, no two sides alike."""
    picture = Image.new("RGB", (24, 16), WHITE)
    picture.paste(RED, (0, 0, 8, 8))
    picture.paste(GREEN, (8, 0, 24, 8))
    picture.paste(BLUE, (0, 8, 8, 16))
    return picture.convert(mode)


def saved(picture, format, **options):
    """The file's bytes."""
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def pixels(image):
    """(height, width, 3), from 0 to 255."""
    return (image * 255).movedim(0, -1).numpy()


def close(image, picture, within=0.0):
    """Whether the tensor shows that picture."""
    expected = np.asarray(picture.convert("RGB"), dtype=float)
    return image.shape[1:] == expected.shape[:2] and np.abs(pixels(image) - expected).max() <= within + 1e-3


# --- formats ---


@pytest.mark.parametrize(
    ("format", "options", "within"),
    [
        ("JPEG", {"quality": 100, "subsampling": 0}, 6),
        ("JPEG", {"quality": 100, "subsampling": 0, "progressive": True}, 6),
        ("PNG", {}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("GIF", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
    ],
)
def test_formats(format, options, within):
    image = load_image(saved(patches(), format, **options))
    assert image.shape == (3, 16, 24)
    assert image.dtype == torch.float32
    assert close(image, patches(), within)


def test_webp_with_losses():
    assert close(load_image(saved(patches("L"), "WEBP", quality=100)), patches("L"), within=6)


def test_a_tensor_holds_256_steps_from_0_to_1():
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    image = load_image(saved(ramp, "PNG"))
    assert torch.equal(image, (torch.arange(256.0) / 255).reshape(1, 16, 16).expand(3, 16, 16))


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_the_first_frame_of_a_moving_picture(format):
    options = {"lossless": True} if format == "WEBP" else {}
    moving = saved(patches(), format, save_all=True, append_images=[Image.new("RGB", (24, 16), RED)], **options)
    assert close(load_image(moving), patches())


def test_a_phones_picture_with_a_second_one_inside():
    double = saved(
        patches(), "MPO", save_all=True, append_images=[Image.new("RGB", (24, 16), RED)], quality=100, subsampling=0
    )
    assert close(load_image(double), patches(), within=6)


# --- modes ---


@pytest.mark.parametrize("mode", ["L", "1", "P"])
@pytest.mark.parametrize("format", ["PNG", "TIFF", "BMP", "GIF"])
def test_modes_without_alpha(format, mode):
    assert close(load_image(saved(patches(mode), format)), patches(mode))


@pytest.mark.parametrize(
    ("format", "mode", "options"),
    [
        ("PNG", "RGBA", {}),
        ("PNG", "LA", {}),
        ("WEBP", "RGBA", {"lossless": True, "exact": True}),
        ("TIFF", "RGBA", {}),
        ("TIFF", "LA", {}),
    ],
)
def test_alpha_lies_over_white(format, options, mode):
    colour = (100, 100, 100) if mode == "LA" else (200, 100, 0)
    picture = Image.new("RGBA", (3, 1), (*colour, 0))
    picture.putpixel((1, 0), (*colour, 51))
    picture.putpixel((2, 0), (*colour, 255))
    image = pixels(load_image(saved(picture.convert(mode), format, **options)))[0]
    part = [255 + (side - 255) * 51 / 255 for side in colour]  # a fifth of the colour over four fifths of white
    np.testing.assert_allclose(image, [WHITE, part, colour], atol=1e-3)


def test_a_clear_place_does_not_bleed_its_colour_when_the_picture_shrinks():
    picture = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 32, 64))
    image = pixels(load_image(saved(picture, "PNG"), max_side=16))
    assert image[:, :, 0].min() > 250  # red and white only: black would show where they meet


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_a_palette_with_one_clear_colour(format):
    picture = Image.new("P", (2, 1), 0)
    picture.putpalette([*RED, *BLUE])
    picture.putpixel((1, 0), 1)
    image = load_image(saved(picture, format, transparency=1))
    assert pixels(image)[0].tolist() == [list(RED), list(WHITE)]


def test_a_palette_with_half_clear_colours():
    picture = Image.new("P", (2, 1), 0)
    picture.putpalette([*RED, *BLUE])
    picture.putpixel((1, 0), 1)
    image = load_image(saved(picture, "PNG", transparency=bytes([255, 51])))
    np.testing.assert_allclose(pixels(image)[0], [RED, (204, 204, 255)], atol=1e-3)


@pytest.mark.parametrize("format", ["PNG", "TIFF"])
@pytest.mark.parametrize(
    "numbers", [[0, 65535, 32768, 256], [0, 100, 200, 255], [0, 1, 1, 0], [0, 20000, 10000, 300]], ids=str
)
def test_16_bit_grey_keeps_its_brightness(format, numbers):
    picture = Image.fromarray(np.array([numbers], dtype=np.uint16))
    image = load_image(saved(picture, format))
    expected = torch.tensor(numbers) / 65535
    assert (image - expected).abs().max() <= 1 / 255


def test_16_bit_grey_shrinks_and_turns():
    ramp = np.linspace(0, 65535, 64 * 32).reshape(64, 32).astype(np.uint16)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3
    image = load_image(saved(Image.fromarray(ramp), "PNG", exif=exif), max_side=32)
    assert image.shape == (3, 32, 16)
    assert image[0, 0, 0] > 0.9 and image[0, -1, -1] < 0.1


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_a_number_that_is_none_does_not_spoil_the_picture(odd):
    picture = Image.fromarray(np.array([[0.0, odd], [0.5, 1.0]], dtype=np.float32))
    image = load_image(saved(picture, "TIFF"))
    assert image.shape == (3, 2, 2) and image[0, 0, 0] == 0
    assert image.min() >= 0 and image.max() <= 1


def test_16_bit_big_endian_tiff():
    numbers = np.array([[0, 65535], [32768, 100]], dtype=">u2")
    image = load_image(saved(Image.frombytes("I;16B", (2, 2), numbers.tobytes()), "TIFF"))
    assert (image - torch.tensor(numbers.astype(float)) / 65535).abs().max() <= 1 / 255


@pytest.mark.parametrize("format", ["JPEG", "TIFF"])
def test_cmyk(format):
    options = {"quality": 100, "subsampling": 0} if format == "JPEG" else {}
    picture = patches("CMYK")
    assert picture.mode == "CMYK"
    assert close(load_image(saved(picture, format, **options)), patches(), within=8)


# --- orientation: which visual side the stored first row and first column are ---

SIDES = {
    1: ("top", "left"), 2: ("top", "right"), 3: ("bottom", "right"), 4: ("bottom", "left"),
    5: ("left", "top"), 6: ("right", "top"), 7: ("right", "bottom"), 8: ("left", "bottom"),
}  # fmt: skip


def stored(upright, orientation):
    """The picture as a camera with that orientation stores it."""
    cells = np.asarray(upright)
    cells = cells[::-1] if "bottom" in SIDES[orientation] else cells
    cells = cells[:, ::-1] if "right" in SIDES[orientation] else cells
    cells = cells if orientation < 5 else cells.swapaxes(0, 1)
    return Image.fromarray(np.ascontiguousarray(cells))


@pytest.mark.parametrize("orientation", SIDES)
@pytest.mark.parametrize(
    ("format", "options", "within"),
    [("JPEG", {"quality": 100, "subsampling": 0}, 6), ("PNG", {}, 0), ("WEBP", {"lossless": True}, 0), ("TIFF", {}, 0)],
)
def test_orientation(format, options, within, orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    for mode in ("RGB", "L"):
        file = saved(stored(patches(mode), orientation), format, exif=exif, **options)
        assert close(load_image(file), patches(mode), within)
    assert load_image(file, max_side=12).shape == (3, 8, 12)


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA"])
def test_orientation_of_the_other_modes(mode):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    file = saved(stored(patches(), 6).convert(mode), "PNG", exif=exif)
    assert close(load_image(file), patches("L" if mode == "LA" else "RGB"), within=1)


@pytest.mark.parametrize("orientation", [0, 9, 300])
def test_an_orientation_that_says_nothing(orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    assert close(load_image(saved(patches(), "PNG", exif=exif)), patches())


@pytest.mark.parametrize("notes", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0junk"])
def test_broken_notes_do_not_spoil_the_picture(notes):
    file = saved(patches(), "JPEG", quality=100, subsampling=0, exif=notes)
    assert close(load_image(file), patches(), within=6)


def test_reading_leaves_the_processs_warnings_alone():
    """The list of filters belongs to all threads; putting it aside and back is not safe while others do the same."""
    data, called = saved(patches(), "PNG"), set()
    sys.setprofile(lambda frame, event, _: called.add(frame.f_code) if event == "call" else None)
    try:
        image = load_image(data)
    finally:
        sys.setprofile(None)
    assert load_image.__code__ in called and warnings.catch_warnings.__enter__.__code__ not in called
    assert close(image, patches())


# --- sizes ---


@pytest.mark.parametrize(
    ("size", "expected"), [((40, 20), (5, 10)), ((20, 40), (10, 5)), ((200, 3), (1, 10)), ((9, 10), (10, 9))]
)
def test_max_side_brings_down_and_never_up(size, expected):
    image = load_image(saved(Image.new("RGB", size, RED), "PNG"), max_side=10)
    assert image.shape == (3, *expected)
    assert close(image, Image.new("RGB", expected[::-1], RED))


@drawn(200)
@given(st.tuples(st.integers(1, 4000), st.integers(1, 4000)), st.integers(1, 600))
def test_a_fitted_size_keeps_its_shape(size, max_side):
    rows, columns = fitted(size, max_side)
    if max(size) <= max_side:
        assert (rows, columns) == size
        return
    assert max(rows, columns) == max_side and min(rows, columns) >= 1
    share = max_side / max(size)
    assert abs(rows - size[0] * share) <= 0.5 + 1e-9 or rows == 1
    assert abs(columns - size[1] * share) <= 0.5 + 1e-9 or columns == 1


def test_the_default_max_side():
    assert load_image(saved(Image.new("L", (1024, 600)), "PNG")).shape == (3, 300, 512)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_of_one_pixel(format):
    assert close(load_image(saved(Image.new("RGB", (1, 1), WHITE), format)), Image.new("RGB", (1, 1), WHITE), within=2)


def test_a_large_photo_is_decoded_small():
    ramp = Image.linear_gradient("L").resize((3000, 2000)).convert("RGB")
    file = saved(ramp, "JPEG", quality=95)
    image = load_image(file, max_side=150)
    assert image.shape == (3, 100, 150)
    assert close(image, ramp.resize((150, 100)), within=6)


@pytest.mark.parametrize(
    ("format", "mode"),
    [("PNG", "RGB"), ("PNG", "L"), ("PNG", "1"), ("PNG", "P"), ("PNG", "I;16"), ("TIFF", "CMYK"), ("TIFF", "F")],
)
def test_a_large_picture_of_any_mode_is_brought_down(format, mode):
    ramp = Image.linear_gradient("L").resize((2111, 2003))
    picture = Image.fromarray(np.asarray(ramp) * np.uint16(257)) if mode == "I;16" else ramp.convert(mode)
    image = load_image(saved(picture, format), max_side=200)
    assert close(image, ramp.convert("RGB").resize((200, 190), Image.Resampling.BOX), within=50 if mode == "1" else 2)


def test_a_large_clear_picture_turns_and_lies_over_white():
    picture = Image.new("RGBA", (2111, 2003), (0, 0, 0, 0))
    picture.paste((*RED, 255), (0, 0, 1000, 2003))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    image = pixels(load_image(saved(picture, "PNG", exif=exif), max_side=200))
    assert image.shape == (200, 190, 3)
    assert image[:, :, 0].min() > 250  # red and white only
    assert image[0, 0].tolist() == list(RED) and image[-1, -1].tolist() == list(WHITE)


@pytest.mark.parametrize("max_side", [0, -5])
def test_max_side_is_at_least_one(max_side):
    with pytest.raises(ConvLabError, match=rf"^`max_side` must be at least 1: got {max_side}\. Use 512\.$"):
        load_image(SAMPLES["panda"].path, max_side=max_side)


# --- sources ---


def test_path_text_bytes_and_open_file_are_one(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(data := saved(patches(), "PNG"))
    with path.open("rb") as file:
        images = [load_image(source) for source in (path, str(path), data, bytearray(data), memoryview(data), file)]
    assert all(torch.equal(image, images[0]) for image in images)
    assert close(images[0], patches())
    assert torch.equal(to_tensor(open_image(data)), images[0])


@pytest.mark.parametrize("make", [Path, str])
def test_a_missing_path(tmp_path, make):
    message = r"^`picture` must be a file that can be opened: gone\.png: No such file or directory\. Check the path\.$"
    with pytest.raises(ConvLabError, match=message):
        load_image(make(tmp_path / "gone.png"))


@pytest.mark.parametrize("source", [Path(__file__).parent, "a\0b.png", "x" * 5000])
def test_a_path_that_is_no_file(source):
    with pytest.raises(ConvLabError, match="must be a file that can be opened"):
        load_image(source)


# --- files that only look like pictures ---


def chunk(name, content):
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_claiming(width, height, rows=b""):
    """A grey PNG whose header says that size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif"])
def test_heic_is_named(brand):
    with pytest.raises(
        ConvLabError, match=r"^`picture` must be a JPEG, PNG, .* file: this file is HEIC.*Save it as JPEG first"
    ):
        load_image(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + bytes(64))


def test_a_video_is_named():
    with pytest.raises(ConvLabError, match="this file is a video"):
        load_image(b"\0\0\0\x18ftypisom\0\0\2\0isomiso2" + bytes(64))


def test_an_empty_file():
    with pytest.raises(ConvLabError, match=r"must be a JPEG, PNG, WebP, GIF, BMP or TIFF file: the file is empty\."):
        load_image(b"")
    with pytest.raises(ConvLabError, match="the file is empty"):
        load_image(io.BytesIO())


def test_a_text_with_a_pictures_name(tmp_path):
    (path := tmp_path / "note.png").write_text("Dear diary")
    with pytest.raises(ConvLabError, match="this file is something else, whatever its name says"):
        load_image(path)


@pytest.mark.parametrize("format", ["PPM", "ICO", "EPS", "PDF"])
def test_formats_that_are_not_offered(format):
    with pytest.raises(ConvLabError, match="this file is something else"):
        load_image(saved(patches(), format))


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_file_cut_short(format):
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    whole = saved(Image.fromarray(noise), format)
    message = r"^`picture` must be a whole file: this one is broken or cut short\. Save or send it again"
    with pytest.raises(ConvLabError, match=message):
        load_image(whole[: len(whole) // 2])
    for length in range(1, len(whole) - 64, len(whole) // 40):
        with pytest.raises(ConvLabError):
            load_image(whole[:length])


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_damaged_file_is_refused_or_shown(format):
    """No damage leads to any other error."""
    dice = np.random.default_rng(1)
    whole = bytearray(saved(patches(), format))
    for _ in range(60):
        damaged = bytearray(whole)
        for place in dice.integers(0, len(whole), 4):
            damaged[place] = dice.integers(256)
        try:
            image = load_image(bytes(damaged))
        except ConvLabError:
            continue
        assert image.min() >= 0 and image.max() <= 1


@pytest.mark.parametrize(("side", "size"), [(30_000, ""), (20_000, ""), (8_000, "its header says 8000×8000")])
def test_a_header_that_claims_too_much(side, size):
    start = time.perf_counter()
    with pytest.raises(ConvLabError, match=f"^`picture` must be at most 40 megapixels: .*{size}.* Bring it down first"):
        load_image(png_claiming(side, side))
    assert time.perf_counter() - start < 0.5


@pytest.mark.parametrize("warned", ["error", "ignore"])
def test_a_size_that_pillow_warns_of_is_refused_in_our_words(warned):
    warnings.simplefilter(warned)  # pytest puts the filters back
    with pytest.raises(ConvLabError, match=r"^`picture` must be at most 40 megapixels: "):
        load_image(png_claiming(10_000, 10_000))


def test_the_largest_picture_allowed():
    assert MAX_PIXELS == 40_000_000
    with pytest.raises(ConvLabError, match=r"its header says 4000×10001"):
        load_image(png_claiming(10_001, 4_000))
    with pytest.raises(ConvLabError, match="broken or cut short"):  # the size passes; the rows are missing
        load_image(png_claiming(10_000, 4_000))


def test_a_gif_frame_larger_than_its_screen():
    file = bytearray(saved(Image.new("P", (7000, 7000)), "GIF"))
    file[6:10] = struct.pack("<HH", 1, 1)  # the screen says 1×1, the frame 7000×7000
    with pytest.raises(ConvLabError, match="must be at most 40 megapixels"):
        load_image(bytes(file))


def peak():
    """The most memory that this process has taken, in megabytes."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024


BOMB = """
import sys, zlib
sys.path[:0] = {path!r}
from test_images import peak, png_claiming
from convlab import ConvLabError, load_image

packer = zlib.compressobj()
rows = b"".join(packer.compress(bytes(7001)) for _ in range(7000)) + packer.flush()
bomb = png_claiming(7000, 7000).replace(zlib.compress(b""), rows)
load_image(png_claiming(2, 2, bytes(6)))
before = peak()
try:
    load_image(bomb)
except ConvLabError as error:
    print(peak() - before, error)
"""


@ON_LINUX
def test_a_small_file_that_unpacks_into_much_is_refused_before_it_does():
    code = BOMB.format(path=[str(Path(__file__).parent), str(Path(convlab.__file__).parents[1])])
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    grown, message = ran.stdout.split(" ", 1)
    assert "must be at most 40 megapixels" in message
    assert int(grown) < 10  # megabytes; unpacked it is 49


LARGE = """
import os, sys
sys.path[:0] = {path!r}
import numpy as np
from PIL import Image
from test_images import UNPACKED, peak, saved
from convlab import load_image

for dtype, mode, format in UNPACKED:
    if child := os.fork():  # each in a process of its own: what one frees, the next would take
        os.waitpid(child, 0)
        continue
    picture = Image.fromarray(np.zeros((4000, 4000), dtype))
    file = saved(picture.convert(mode) if mode else picture, format)
    del picture
    load_image(saved(Image.new("RGB", (3, 3)), "PNG"))
    with open("/proc/self/clear_refs", "w") as marks:
        marks.write("5")  # the peak counts from here
    before = peak()
    load_image(file)
    print(peak() - before, flush=True)
    os._exit(0)
"""
UNPACKED = {  # the numbers of a picture, its mode and its format; megabytes
    ("uint16", "", "PNG"): 32,
    ("float32", "", "TIFF"): 64 + 64,  # the file itself is not compressed
    ("uint8", "RGBA", "PNG"): 64,
    ("uint8", "CMYK", "TIFF"): 64 + 64,
    ("uint8", "P", "PNG"): 16,
    ("uint8", "1", "PNG"): 16,
}


@ON_LINUX
def test_a_large_picture_is_never_converted_as_a_whole():
    code = LARGE.format(path=[str(Path(__file__).parent), str(Path(convlab.__file__).parents[1])])
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    taken = dict(zip(UNPACKED, map(int, ran.stdout.split()), strict=True))
    assert all(taken[each] < unpacked + 40 for each, unpacked in UNPACKED.items()), taken


# --- files made to take long or much ---


def tiff(width, height, data, tags):
    """A grey TIFF of eight bits with further tags, {number: values}; its data begins at byte 8."""
    tags = {256: [width], 257: [height], 258: [8], 262: [1], 277: [1], **tags}
    data += bytes(len(data) % 2)
    entries = b""
    for tag, values in sorted(tags.items()):
        packed = struct.pack(f"<{len(values)}I", *values)
        if len(values) > 1:
            packed, data = struct.pack("<I", 8 + len(data)), data + packed
        entries += struct.pack("<HHI", tag, 4, len(values)) + packed
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + struct.pack("<H", len(tags)) + entries + bytes(4)


def one_tile(side, width=100, height=100, rows=()):
    """A TIFF with one tile."""
    packer = zlib.compressobj()
    data = b"".join(map(packer.compress, rows)) + packer.flush()
    return tiff(width, height, data, {259: [8], 322: [side], 323: [side], 324: [8], 325: [len(data)]})


def strips(count, compression=1):
    """A TIFF one pixel wide with a strip for each row."""
    ones = [1] * count
    return tiff(1, count, bytes(1), {259: [compression], 273: [8] * count, 278: [1], 279: ones})


def scans(count, size=(64, 64), mark=b""):
    """A progressive JPEG with one of its scans, and a mark, repeated until it has so many."""
    whole = saved(Image.linear_gradient("L").resize(size).convert("RGB"), "JPEG", progressive=True)
    starts = [found.start() for found in re.finditer(rb"\xff\xda", whole)]
    shortest = min((whole[a:b] for a, b in pairwise(starts)), key=len)
    return whole[:-2] + (shortest + mark) * (count - len(starts)) + whole[-2:]


def stuffed(filling):
    """A JPEG with something between its start and its first segment."""
    whole = saved(patches(), "JPEG")
    return whole[:2] + filling + whole[2:]


def webp_claiming(width, height, kind):
    """The start of a WebP, by each kind of header."""
    bits = (width - 1 | height - 1 << 14).to_bytes(4, "little")
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    lossy = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    header = {b"VP8 ": lossy, b"VP8L": b"\x2f" + bits + bytes(5), b"VP8X": bytes(4) + sides}[kind]
    return b"RIFF" + struct.pack("<I", 22) + b"WEBP" + kind + struct.pack("<I", 10) + header


def talkative_gif(size):
    """A GIF with a comment in pieces of two letters."""
    whole = saved(Image.new("1", (8, 8)), "GIF")
    place = whole.index(b",\0\0\0\0\x08\0")
    return whole[:place] + b"!\xfe" + b"\2ab" * (size // 3) + b"\0" + whole[place:]


def sparse_bmp(width=40_000, height=1000):
    """A compressed BMP of 5 KB with one pixel a row; the rest is filled up one by one."""
    body = b"\1\7\0\0" * height + b"\0\1"
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(body), 0, 0, 256, 256)
    return b"BM" + struct.pack("<IHHI", 1078 + len(body), 0, 0, 1078) + info + bytes(1024) + body


HOSTILE = {
    "a tile of 46000×46000": (lambda: one_tile(46_000), "at most 40 megapixels: its tiles are 46000×46000"),
    "padding all over": (lambda: one_tile(6000, 30_000, 100), "its tiles are 6000×6000"),
    "strips": (lambda: strips(1_200_000), "must be made of at most 100,000 pieces: this TIFF has more"),
    "compressed strips": (lambda: strips(1_200_000, 8), "must be made of at most 100,000 pieces"),
    "scans": (lambda: scans(30_000), "must be made of at most 100 scans: this JPEG has more"),
    "scans behind marks without a length": (lambda: scans(30_000, mark=b"\xff\1\xff\xff"), "at most 100 scans"),
    "fill": (lambda: stuffed(b"\xff" * 9_900_000), "must be an ordinary JPEG: this one is mostly filling"),
    "rubbish": (lambda: stuffed(b"\xff\0" * 4_900_000), "must be an ordinary JPEG"),
    "segments": (lambda: stuffed(b"\xff\xfe\0\2" * 2_400_000), "must be an ordinary JPEG"),
    "starts": (lambda: stuffed(b"\xff\xd8" * 4_900_000), "must be an ordinary JPEG"),
    "WebP": (lambda: webp_claiming(8000, 5000, b"VP8X"), "at most 20 megapixels as WebP: its header says 5000×8000"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_would_take_long_or_much_is_refused_unread(case):
    make, words = HOSTILE[case]
    with pytest.raises(ConvLabError, match=rf"^`picture` .*{words}.*\. .+\.$"):
        load_image(make())


@pytest.mark.parametrize("kind", [b"VP8 ", b"VP8L", b"VP8X"])
def test_a_webps_size_by_each_of_its_headers(kind):
    for size, words in [((10_001, 4000), "at most 40 megapixels: its"), ((5000, 4001), "as WebP: .* Save it as JPEG")]:
        with pytest.raises(ConvLabError, match=words):
            load_image(webp_claiming(*size, kind))
    with pytest.raises(ConvLabError, match="broken or cut short"):  # the size passes
        load_image(webp_claiming(5000, 4000, kind))


@pytest.mark.parametrize(
    "make",
    [
        lambda: strips(100_000),
        lambda: scans(100),
        lambda: stuffed(b"\xff" * 1000),
        lambda: stuffed(b"\xff\xfe\0\2" * 1000),
        lambda: one_tile(512, rows=[bytes(512)] * 512),
        lambda: saved(patches(), "JPEG", comment=b"\xff\xda\xff\xd9" * 1000),  # a note may hold what looks like scans
        lambda: saved(patches(), "JPEG") + b"\xff\xda\0\2" * 1000,  # and so may a film behind the picture
    ],
)
def test_an_odd_picture_is_read_all_the_same(make):
    assert load_image(make()).shape[0] == 3


def test_a_long_progressive_panorama_is_read_at_a_part_of_its_size():
    ramp = Image.linear_gradient("L").rotate(90).resize((10_000, 500)).convert("RGB")
    image = load_image(saved(ramp, "JPEG", progressive=True, quality=90), max_side=200)
    assert close(image, ramp.resize((200, 10), Image.Resampling.BOX), within=4)


PEAKS = """
import sys
sys.path[:0] = {path!r}
import test_images
from test_images import HOSTILE, peak
from convlab import ConvLabError, load_image

files = [make() for make, _ in HOSTILE.values()]
load_image(test_images.saved(test_images.patches(), "TIFF", compression="tiff_lzw"))
for file in files:
    with open("/proc/self/clear_refs", "w") as marks:
        marks.write("5")  # the peak counts from here
    before = peak()
    try:
        load_image(file)
    except ConvLabError:
        print(peak() - before)
"""


@ON_LINUX
def test_to_refuse_it_takes_little_memory():
    code = PEAKS.format(path=[str(Path(__file__).parent), str(Path(convlab.__file__).parents[1])])
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    grown = dict(zip(HOSTILE, map(int, ran.stdout.split()), strict=True))
    assert max(grown.values()) < 100, grown  # megabytes; the numbers of 1.2 million strips are 40


# --- in a process of its own ---

GUARDED = """
import atexit, re, sys, types
sys.modules["convlab"] = package = types.ModuleType("convlab")
package.__path__ = [sys.argv[1]]
from convlab.decoding import answer

status = open("/proc/self/status")
atexit.register(lambda: print(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1], file=sys.stderr))
answer()
"""


@ON_LINUX
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: talkative_gif(9_900_000), b"must be readable within 3 seconds and 400 MB of memory"),
        (lambda: saved(Image.new("RGB", (5000, 4000), RED), "WEBP", method=0), b'"size": [512, 410]'),
        (lambda: saved(Image.new("RGB", (8000, 5000), RED), "JPEG", progressive=True, subsampling=0), b'"size": [512,'),
    ],
    ids=["a GIF's comment of 10 MB", "the largest WebP", "the largest progressive JPEG"],
)
def test_a_process_of_its_own_takes_at_most_400_megabytes(make, words):
    command = [sys.executable, "-c", GUARDED, str(Path(convlab.__file__).parent), "512"]
    ran = subprocess.run(command, input=make(), capture_output=True, check=True)
    assert words in ran.stdout
    assert int(ran.stderr) * 1024 <= 400_000_000


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_read_apart_is_the_same(name):
    apart, here = open_guarded(SAMPLES[name].path), open_image(SAMPLES[name].path)
    assert (apart.size, apart.tobytes()) == (here.size, here.tobytes())


def turned(mode, **options):
    """A picture of that mode as a turned camera stores it, with a colour profile."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(stored(patches(), 6).convert(mode), "PNG", exif=exif, icc_profile=profile, **options)


@pytest.mark.parametrize(
    "make",
    [
        lambda: turned("RGB"),
        lambda: turned("RGBA"),
        lambda: turned("P", transparency=1),
        lambda: saved(Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 100), "PNG"),
        lambda: saved(patches("CMYK"), "JPEG"),
        lambda: saved(patches(), "WEBP"),
        lambda: saved(Image.linear_gradient("L").resize((3000, 2000)), "JPEG"),
    ],
    ids=["turned", "clear", "palette", "deep", "cmyk", "webp", "large"],
)
def test_a_picture_read_apart_is_the_same(make):
    file = make()  # once: a colour profile says when it was made
    apart, here = open_guarded(file, 400), open_image(file, 400)
    assert (apart.mode, apart.size, apart.tobytes()) == (here.mode, here.size, here.tobytes())
    assert apart.info.get("icc_profile") == here.info.get("icc_profile")


@pytest.mark.parametrize(
    "make",
    [lambda: b"", lambda: b"Dear diary", lambda: scans(101), lambda: saved(patches(), "PNG")[:-30]],
    ids=["empty", "text", "scans", "cut"],
)
def test_a_refusal_read_apart_is_the_same(make):
    said = []
    for read in (open_guarded, open_image):
        with pytest.raises(ConvLabError) as refused:
            read(make())
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_side_and_a_path_are_looked_at_first(tmp_path):
    with pytest.raises(ConvLabError, match="`max_side` must be at least 1"):
        open_guarded(SAMPLES["panda"].path, max_side=0)
    with pytest.raises(ConvLabError, match="must be a file that can be opened"):
        open_guarded(tmp_path / "gone.png")


@ON_LINUX
def test_a_good_file_is_answered_while_a_bad_one_is_read():
    refused, events = [], []

    def bad():
        try:
            open_guarded(sparse_bmp())
        except ConvLabError as error:  # a very quick machine may be done in time
            refused.append(error)
        events.append("bad")

    visit = threading.Thread(target=bad)
    visit.start()
    while not Path(f"/proc/self/task/{visit.native_id}/children").read_text():  # its process is there
        assert visit.is_alive()
    assert open_guarded(saved(patches(), "PNG")).size == (24, 16)
    events.append("good")
    visit.join()
    assert events == ["good", "bad"]
    assert all("must be readable within 3 seconds and 400 MB" in str(error) for error in refused)


@pytest.fixture
def interpreter(monkeypatch, tmp_path):
    """Put a shell script in the place of the interpreter that reads a picture."""
    if sys.platform == "win32":
        pytest.skip("needs a shell")

    def put(script):
        path = tmp_path / "python"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(path))

    return put


def test_a_process_that_never_ends_is_ended(interpreter, tmp_path):
    interpreter(f"echo $$ > {tmp_path}/number\nexec sleep 600")
    with pytest.raises(ConvLabError, match=r"^`picture` must be readable within 3 seconds and 400 MB of memory: this"):
        open_guarded(saved(patches(), "PNG"))
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "number").read_text()), 0)


def test_a_process_that_dies_is_a_refusal(interpreter):
    interpreter("kill -SEGV $$")
    with pytest.raises(ConvLabError, match="must be readable within 3 seconds and 400 MB of memory"):
        open_guarded(saved(patches(), "PNG"))


def test_only_a_few_are_read_at_a_time(interpreter, tmp_path):
    interpreter(f"echo 1 >> {tmp_path}/log\nsleep 0.3\necho -1 >> {tmp_path}/log\nexit 1")

    def read():
        with pytest.raises(ConvLabError):
            open_guarded(b"x")

    visits = [threading.Thread(target=read) for _ in range(3 * AT_ONCE)]
    for visit in visits:
        visit.start()
    for visit in visits:
        visit.join()
    steps = np.array((tmp_path / "log").read_text().split(), dtype=int)
    assert len(steps) == 6 * AT_ONCE and steps.cumsum().max() == AT_ONCE


# --- samples ---


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_load(name):
    image = load_image(SAMPLES[name].path)
    assert image.shape[0] == 3 and max(image.shape) <= 512
    assert 0 <= image.min() < 0.2 and 0.8 < image.max() <= 1
    assert SAMPLES[name].title and SAMPLES[name].alt.endswith(".") and SAMPLES[name].credit


def test_the_panda_has_the_posts_size():
    assert load_image(SAMPLES["panda"].path).shape == (3, 235, 180)


def test_every_sample_is_listed_and_credited():
    folder = Path(convlab.__file__).parent / "samples"
    credits = (folder / "CREDITS.md").read_text()
    files = {path.name for path in folder.iterdir()} - {"CREDITS.md"}
    assert files == {sample.file for sample in SAMPLES.values()}
    assert all(f"`{file}`" in credits for file in files)


def test_grey_by_hand():
    image = torch.tensor([1.0, 0.5, 0.25]).reshape(3, 1, 1)
    torch.testing.assert_close(to_grey(image), torch.tensor([[[0.2989 + 0.587 / 2 + 0.114 / 4]]]))
    assert to_grey(torch.zeros(3, 4, 5)).shape == (1, 4, 5)

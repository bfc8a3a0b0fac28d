"""Bytes to a small RGB picture: looked at first, then decoded; without torch, so that a light process can do it."""

import io
import json
import re
import sys
from itertools import product

from PIL import ExifTags, Image, ImageOps, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from convlab.errors import ConvLabError
from convlab.window import Pair, by

FORMATS = ("JPEG", "PNG", WebPImagePlugin.WebPImageFile.format, "GIF", "BMP", TiffImagePlugin.TiffImageFile.format)
MAX_PIXELS = 40_000_000
MAX_WEBP_PIXELS = 20_000_000  # of WebP, Pillow holds four whole copies
MEGABYTES = 400  # that a process of its own may take
SECONDS = 3  # that it may work, and that it is waited for
_MAX_SCANS = 100  # of a JPEG: ordinary ones have 1, progressive ones some 10
_MAX_SEGMENTS = 10_000  # of a JPEG: ordinary ones have some 10
_MAX_FILL = 100_000  # bytes of a JPEG between its segments, where ordinary ones have none
_MAX_PIECES = 100_000  # strips or tiles of a TIFF
_LARGE = 4_000_000  # pixels; what has more is first made smaller by whole factors
_TILE = 512
_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # neither fill, nor a byte of a scan, nor a restart within one
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
_READABLE = "JPEG, PNG, WebP, GIF, BMP or TIFF"
_AGAIN = "Save it again as JPEG or PNG."


def fitted(size: Pair, max_side: int) -> Pair:
    """The size that a picture is brought down to: larger side `max_side`, same shape, never enlarged.

    Parameters
    ----------
    size : (int, int)
        Rows and columns of the picture.
    max_side : int
        The most pixels of its larger side.

    Returns
    -------
    (int, int)
        Rows and columns, each at least 1.

    Examples
    --------
    >>> fitted((470, 360), 235), fitted((20, 10), 235)
    ((235, 180), (20, 10))
    """
    share = min(1.0, max_side / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def decode(data: bytes, max_side: int) -> Image.Image:
    """The picture in a file's bytes.

    Parameters
    ----------
    data : bytes
        The whole file: JPEG, PNG, WebP, GIF, BMP or TIFF.
    max_side : int
        A larger picture is brought down until its larger side has this many pixels.

    Returns
    -------
    PIL.Image.Image
        RGB, upright, laid over white.

    Raises
    ------
    ConvLabError
        If the file is empty, broken, of another kind, or would take too much to decode.
    """
    try:
        _look(data)
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_pixels(picture.size)
            return _unpack(picture, max_side)
    except ConvLabError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # where warnings are errors, that one too
        raise refusal(_at_most(MAX_PIXELS), "it is far larger", "Bring it down first.") from None
    except MemoryError:
        raise too_much() from None
    except Exception as error:  # whatever a damaged file makes a decoder raise
        raise refusal(*_reason(data, error)) from None


def refusal(rule: str, numbers: str, advice: str) -> ConvLabError:
    """The error of a picture that cannot be used."""
    return ConvLabError("picture", None, rule, numbers=numbers, advice=advice)


def too_much() -> ConvLabError:
    """The error of a picture that is too much work, whatever its header says."""
    rule = f"must be readable within {SECONDS} seconds and {MEGABYTES} MB of memory"
    return refusal(rule, "this one takes more", "Save it as an ordinary JPEG or PNG, or bring it down first.")


def answer() -> None:
    """What the process of its own does: a file comes in, its pixels or the refusal's words go out.

    Its one argument is `max_side`. The answer is a line of JSON, then the colour profile, then the pixels.
    """
    _limit()
    said: dict[str, object]
    try:
        picture = decode(sys.stdin.buffer.read(), int(sys.argv[-1]))
        profile = picture.info.get("icc_profile") or b""
        said, rest = {"size": picture.size, "profile": len(profile)}, profile + picture.tobytes()
    except ConvLabError as error:
        said, rest = {"rule": error.rule, "numbers": error.numbers, "advice": error.advice}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + rest)


def _limit() -> None:
    """Bound this process's memory and work, where the system can (Windows cannot, macOS bounds the work alone)."""
    try:
        import resource
    except ImportError:
        return
    memory, work, traces = resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_CORE  # a crash leaves no picture
    for kind, most in ((memory, MEGABYTES * 1_000_000), (work, SECONDS), (traces, 0)):
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):
            continue


def _reason(data: bytes, error: Exception) -> tuple[str, str, str]:
    """Rule, facts and way out for a file that could not be opened."""
    if not data:
        return f"must be a {_READABLE} file", "the file is empty", "Choose another file."
    if data[4:8] == b"ftyp":
        kind = "HEIC or AVIF" if data[8:12] in _HEIC else "a video"
        advice = "Save it as JPEG first; a phone's share menu offers that."
        return f"must be a {_READABLE} file", f"this file is {kind}", advice
    if isinstance(error, UnidentifiedImageError):
        return f"must be a {_READABLE} file", "this file is something else, whatever its name says", "Choose another."
    return "must be a whole file", "this one is broken or cut short", "Save or send it again, or choose another."


def _at_most(pixels: int) -> str:
    """The rule about a picture's size."""
    return f"must be at most {pixels // 1_000_000} megapixels"


def _check_pixels(size: Pair) -> None:
    """Refuse a (width, height) that would unpack into too much, from the header alone."""
    if size[0] * size[1] > MAX_PIXELS:
        raise refusal(_at_most(MAX_PIXELS), f"its header says {by(size[::-1])}", "Bring it down first.")


def _look(data: bytes) -> None:
    """Refuse what would take long or much to decode, as far as the file itself says so."""
    if data.startswith(b"\xff\xd8\xff"):
        _look_at_jpeg(data)
    elif data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        _look_at_tiff(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _look_at_webp(data)


def _look_at_jpeg(data: bytes) -> None:
    """Count its segments, its scans, and the bytes that are in neither."""
    place = scans = segments = fill = 0
    while marker := _MARKER.search(data, place):
        code, start = marker[0][1], marker.end()
        fill += 0 if scans else marker.start() - place
        if code == _END and scans:
            return
        place = start if code in (_START, _END) else start + max(2, int.from_bytes(data[start : start + 2]))
        scans += code == _SCAN
        segments += 1
        if scans > _MAX_SCANS:
            raise refusal(f"must be made of at most {_MAX_SCANS} scans", "this JPEG has more", _AGAIN)
        if segments > _MAX_SEGMENTS or fill > _MAX_FILL:
            raise refusal("must be an ordinary JPEG", "this one is mostly filling", _AGAIN)


def _look_at_tiff(data: bytes) -> None:
    """Count its strips or tiles, and the pixels that its tiles hold."""
    tags = TiffImagePlugin.ImageFileDirectory_v2(data[: 16 if data[2] == ord("+") else 8])
    file = io.BytesIO(data)
    file.seek(tags.next)
    tags.load(file)
    offsets = tags.get(TiffImagePlugin.STRIPOFFSETS, ()), tags.get(TiffImagePlugin.TILEOFFSETS, ())
    if max(map(len, offsets)) > _MAX_PIECES:
        raise refusal(f"must be made of at most {_MAX_PIECES:,} pieces", "this TIFF has more", _AGAIN)
    tile = tags.get(TiffImagePlugin.TILELENGTH, 0), tags.get(TiffImagePlugin.TILEWIDTH, 0)
    size = tags.get(TiffImagePlugin.IMAGELENGTH, 0), tags.get(TiffImagePlugin.IMAGEWIDTH, 0)
    if min(tile) > 0:
        down, across = (-(-whole // side) for whole, side in zip(size, tile, strict=True))
        if max(tile[0] * tile[1], down * across * tile[0] * tile[1] // 2) > MAX_PIXELS:  # at the edges they are padded
            raise refusal(_at_most(MAX_PIXELS), f"its tiles are {by(tile)}", _AGAIN)


def _look_at_webp(data: bytes) -> None:
    """Its size, by each of the three headers that it may have: Pillow takes memory for all of it already to open it."""
    kind, header = data[12:16], data[20:30]
    if kind == b"VP8X":
        size = int.from_bytes(header[4:7], "little") + 1, int.from_bytes(header[7:10], "little") + 1
    elif kind == b"VP8L":
        bits = int.from_bytes(header[1:5], "little")
        size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif kind == b"VP8 ":
        size = int.from_bytes(header[6:8], "little") & 0x3FFF, int.from_bytes(header[8:10], "little") & 0x3FFF
    else:
        return
    _check_pixels(size)
    if size[0] * size[1] > MAX_WEBP_PIXELS:
        rule, numbers = _at_most(MAX_WEBP_PIXELS) + " as WebP", f"its header says {by(size[::-1])}"
        raise refusal(rule, numbers, "Save it as JPEG, or bring it down first.")


def _unpack(picture: Image.Image, max_side: int) -> Image.Image:
    """Decode, bring down, turn upright, lay over white."""
    large = picture.width * picture.height > _LARGE
    if large:
        picture.draft(None, _draft(picture.size, 2 * max_side))  # JPEG alone: decode fewer pixels
    picture.load()
    white = _white(picture)
    factor = max(1, max(picture.size) // (3 * max_side)) if large else 1
    small = _reduced(picture, white, factor) if factor > 1 else _eight_bits(picture, white)
    orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    note = Image.Exif()
    note[ExifTags.Base.Orientation] = orientation
    small.info["exif"] = note.tobytes()
    height, width = fitted((picture.height, picture.width), max_side)
    if small.size != (width, height):
        whole = (0, 0, picture.width / factor, picture.height / factor)
        small = small.resize((width, height), Image.Resampling.LANCZOS, whole)
    small = ImageOps.exif_transpose(small)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    return small.convert("RGB")


def _draft(size: Pair, enough: int) -> Pair:
    """The least size to decode to: `enough` for both sides, for the longer alone where the other has less already."""
    if min(size) >= enough:
        return enough, enough
    return (enough, 1) if size[0] > size[1] else (1, enough)


def _reduced(picture: Image.Image, white: float, factor: int) -> Image.Image:
    """Any mode as L, RGB or RGBA, the mean of each factor×factor pixels as one.

    Tile by tile: converted as a whole, a large picture would take several times the memory that it has.
    """
    width, height = picture.size
    side = factor * max(1, _TILE // factor)
    tiles = []
    for left, top in product(range(0, width, side), range(0, height, side)):
        tile = picture.crop((left, top, min(left + side, width), min(top + side, height)))
        tiles.append((_eight_bits(tile, white).reduce(factor), (left // factor, top // factor)))
    small = Image.new(tiles[0][0].mode, (-(-width // factor), -(-height // factor)))
    for tile, place in tiles:
        small.paste(tile, place)
    return small


def _eight_bits(picture: Image.Image, white: float) -> Image.Image:
    """Any mode as L, RGB or RGBA with eight bits a channel; `white` is the number that becomes 255."""
    if _deep(picture):
        import numpy as np  # a process of its own starts without it: few pictures are deep

        with np.errstate(invalid="ignore"):  # a floating-point file may hold what is no number: it becomes 0
            pixels = np.asarray(picture).astype(np.float32) * (255.0 / white)
            return Image.fromarray(pixels.clip(0, 255).round().astype(np.uint8))
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def _deep(picture: Image.Image) -> bool:
    """Whether the picture is grey of 16 bits, 32 bits or floating point."""
    return picture.mode.startswith(("I", "F"))


def _white(picture: Image.Image) -> float:
    """The number that stands for white: of 32 bits and floating point, by the range that the picture uses."""
    if not _deep(picture) or picture.mode.startswith("I;16"):
        return 65535.0
    high = float(picture.getextrema()[1])  # type: ignore[arg-type]
    usual, least = (65535.0, 255.0) if picture.mode == "I" else (255.0, 1.0)
    return max(high, usual if high > least else least)

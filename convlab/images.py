"""Bytes to an image tensor, safely; the sample pictures."""

import io
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.vision import functional
from convlab.window import Pair, by

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MAX_PIXELS = 40_000_000
_AT_MOST = f"must be at most {MAX_PIXELS // 1_000_000} megapixels"
_LARGE = 4_000_000  # pixels; what has more is first made smaller by whole factors
_TILE = 512
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")
_READABLE = "JPEG, PNG, WebP, GIF, BMP or TIFF"


@dataclass(frozen=True)
class Sample:
    """A picture that ships with ConvLab.

    Attributes
    ----------
    file : str
        Its file in ``convlab/samples``.
    title, alt : str
        Its name on the screen, and what it shows.
    credit : str
        Who made it, and the licence.
    """

    file: str
    title: str
    alt: str
    credit: str

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return Path(__file__).parent / "samples" / self.file


SAMPLES = {
    "panda": Sample(
        "panda.png",
        "Panda (drawn)",
        "A drawn giant panda sits in a bamboo grove and holds a leafy bamboo stem.",
        "drawn for ConvLab",
    ),
    "test_card": Sample(
        "test_card.png",
        "Test card",
        "A test card with rings, a star, stripes in four directions, the letters F and R, and colour patches.",
        "drawn for ConvLab",
    ),
    "astronaut": Sample(
        "astronaut.jpg",
        "Astronaut",
        "An astronaut in an orange space suit smiles at the camera.",
        "NASA, public domain",
    ),
    "cat": Sample(
        "chelsea.jpg",
        "Cat",
        "The face of a ginger tabby cat, close up.",
        "Stefan van der Walt, CC0",
    ),
    "coffee": Sample(
        "coffee.jpg",
        "Coffee cup",
        "A cup of espresso on a red saucer with a spoon, on a wooden table.",
        "Rachel Michetti, CC0",
    ),
    "photographer": Sample(
        "camera.jpg",
        "Photographer (grey)",
        "A man in a dark coat looks through a camera on a tripod.",
        "Lav Varshney, CC0",
    ),
}


def load_image(source: str | Path | bytes | BinaryIO, max_side: int = 512) -> Tensor:
    """A picture as numbers: red, green and blue from 0 to 1.

    Parameters
    ----------
    source : path, bytes or open binary file
        JPEG, PNG, WebP, GIF (its first frame), BMP or TIFF; grey, palette, alpha (laid over white), 16-bit, CMYK.
        The orientation that a camera noted is applied.
    max_side : int, default 512
        A larger picture is brought down, before any other work, until its larger side has this many pixels.

    Returns
    -------
    Tensor
        (3, height, width), float32 in [0, 1].

    Raises
    ------
    ConvLabError
        If the file is empty, broken, of another kind, or larger than `MAX_PIXELS` when unpacked. The size is
        read from the header, before anything is unpacked.

    Examples
    --------
    >>> load_image(SAMPLES["panda"].path).shape
    torch.Size([3, 235, 180])
    """
    return to_tensor(open_image(source, max_side))


def to_tensor(picture: Image.Image) -> Tensor:
    """An RGB picture as a tensor (3, height, width) of float32 in [0, 1].

    Parameters
    ----------
    picture : PIL.Image.Image
        RGB, eight bits a channel.

    Returns
    -------
    Tensor
        (3, height, width), float32 in [0, 1].
    """
    return functional.to_tensor(picture)


def to_grey(image: Tensor) -> Tensor:
    """One channel of brightness, (1, height, width): 0.2989 red + 0.587 green + 0.114 blue.

    Parameters
    ----------
    image : Tensor
        (3, height, width): red, green and blue.

    Returns
    -------
    Tensor
        (1, height, width), of the image's type and range.

    References
    ----------
    torchvision.transforms.functional.rgb_to_grayscale
    """
    return functional.rgb_to_grayscale(image)


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


def bring_down(picture: Image.Image, max_side: int) -> Image.Image:
    """A Pillow picture of the size that `fitted` says.

    Parameters
    ----------
    picture : PIL.Image.Image
        Any picture that Pillow can resize.
    max_side : int
        The most pixels of its larger side.

    Returns
    -------
    PIL.Image.Image
        The picture itself where it is small enough.
    """
    height, width = fitted((picture.height, picture.width), max_side)
    return picture.resize((width, height), Image.Resampling.LANCZOS) if picture.size != (width, height) else picture


def open_image(source: str | Path | bytes | BinaryIO, max_side: int = 512) -> Image.Image:
    """The same as `load_image`, as an RGB Pillow picture.

    Parameters
    ----------
    source : path, bytes or open binary file
        As in `load_image`.
    max_side : int, default 512
        As in `load_image`.

    Returns
    -------
    PIL.Image.Image
        RGB, upright, its larger side at most `max_side`.

    Raises
    ------
    ConvLabError
        As in `load_image`.
    """
    if max_side < 1:
        raise ConvLabError("max_side", max_side, "must be at least 1", advice="Use 512.", fix={"max_side": 512})
    data = _read(source)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            _check_size(picture)
            return _unpack(picture, max_side)
    except ConvLabError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):  # where warnings are errors, that one too
        raise _refusal(_AT_MOST, "it is far larger", "Bring it down first.") from None
    except Exception as error:  # whatever a damaged file makes a decoder raise
        raise _refusal(*_reason(data, error)) from None


def _read(source: str | Path | bytes | BinaryIO) -> bytes:
    """The bytes of a path, an open file or bytes."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    if not isinstance(source, (str, Path)):
        return source.read()
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        numbers = f"{Path(source).name}: {getattr(error, 'strerror', None) or 'no such name'}"
        raise _refusal("must be a file that can be opened", numbers, "Check the path.") from None


def _refusal(rule: str, numbers: str, advice: str) -> ConvLabError:
    """The error of a picture that cannot be used."""
    return ConvLabError("picture", None, rule, numbers=numbers, advice=advice)


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


def _check_size(picture: Image.Image) -> None:
    """Refuse what would unpack into too much, from the header alone."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        numbers = f"its header says {by((height, width))}"
        raise _refusal(_AT_MOST, numbers, "Bring it down first.")


def _unpack(picture: Image.Image, max_side: int) -> Image.Image:
    """Decode, bring down, turn upright, lay over white."""
    large = picture.width * picture.height > _LARGE
    if large:
        picture.draft(None, (2 * max_side, 2 * max_side))  # JPEG alone: decode fewer pixels
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

"""Bytes to an image tensor, safely; the sample pictures."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore
from typing import BinaryIO

from PIL import Image
from torch import Tensor

from convlab.decoding import MAX_PIXELS, SECONDS, decode, fitted, refusal, too_much
from convlab.errors import ConvLabError
from convlab.vision import functional

__all__ = [
    "AT_ONCE",
    "GREY",
    "MAX_PIXELS",
    "SAMPLES",
    "Sample",
    "bring_down",
    "fitted",
    "load_image",
    "open_guarded",
    "open_image",
    "to_grey",
    "to_tensor",
]

GREY = (0.2989, 0.587, 0.114)  # how red, green and blue are weighed
AT_ONCE = 2  # processes that decode: each may take `decoding.MEGABYTES`
_PATIENCE = 20  # seconds that a picture waits for its turn
_turns = BoundedSemaphore(AT_ONCE)
_START = """
import sys, types
convlab = sys.modules["convlab"] = types.ModuleType("convlab")  # instead of the package's own start, which needs torch
convlab.__path__ = [sys.argv[1]]
sys.path[:] = sys.argv[2:-1]
from convlab.decoding import answer
answer()
"""


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
        If the file is empty, broken, of another kind, or larger than `MAX_PIXELS` when unpacked (WebP: half of
        that). The size is read from the header, before anything is unpacked.

    Notes
    -----
    A file made to do harm can still take seconds. `open_guarded` reads a stranger's file.

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
    _check_side(max_side)
    return decode(_read(source), max_side)


def open_guarded(source: str | Path | bytes | BinaryIO, max_side: int = 512) -> Image.Image:
    """A file as a picture, read in a process of its own: for files of strangers.

    Whatever is in the file, it is read within `decoding.SECONDS` and `decoding.MEGABYTES` or refused (the memory is
    bounded on Linux alone), and other work goes on meanwhile. `AT_ONCE` files are read at a time.

    Parameters
    ----------
    source : path, bytes or open binary file
        As in `load_image`.
    max_side : int, default 512
        As in `load_image`.

    Returns
    -------
    PIL.Image.Image
        RGB, turned as its EXIF data say, brought down to `max_side`.

    Raises
    ------
    ConvLabError
        As in `load_image`; and if the file takes too much, or its turn does not come.
    """
    _check_side(max_side)
    data = _read(source)
    if not _turns.acquire(timeout=_PATIENCE):
        raise refusal("must wait for its turn", "too many pictures are being read", "Try again in a moment.")
    try:
        answer = _decoded_apart(data, max_side)
    finally:
        _turns.release()
    line, _, rest = answer.partition(b"\n")
    said = json.loads(line)
    if "rule" in said:
        raise refusal(**said)
    profile, pixels = rest[: said["profile"]], rest[said["profile"] :]
    picture = Image.frombytes("RGB", said["size"], pixels)
    if profile:
        picture.info["icc_profile"] = profile
    return picture


def _decoded_apart(data: bytes, max_side: int) -> bytes:
    """What the process of its own answers; it is ended when its time is over."""
    command = [sys.executable, "-I", "-S", "-c", _START, str(Path(__file__).parent), *sys.path, str(max_side)]
    quiet = os.environ | {"OPENBLAS_NUM_THREADS": "1"}  # each thread of it would take of the memory that is allowed
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    try:
        ran = subprocess.run(command, input=data, stdout=pipe, stderr=nowhere, timeout=SECONDS, check=True, env=quiet)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise too_much() from None
    return ran.stdout


def _check_side(max_side: int) -> None:
    """A picture has a pixel at least."""
    if max_side < 1:
        raise ConvLabError("max_side", max_side, "must be at least 1", advice="Use 512.", fix={"max_side": 512})


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
        raise refusal("must be a file that can be opened", numbers, "Check the path.") from None

"""The picture that a page shows: a sample, or the visitor's own. No streamlit here."""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from PIL import Image
from torch import Tensor

from convlab import images
from convlab.errors import ConvLabError
from convlab.layers import Shape
from convlab.ui.kept import Kept
from convlab.window import Pair, by

T = TypeVar("T")

OWN = "own"
PICTURES = {name: sample.title for name, sample in images.SAMPLES.items()} | {OWN: "Your picture"}
LEAST_SIDE = 8  # rows and columns, or there is nothing to see


@dataclass(frozen=True)
class Picture:
    """A visitor's picture, at most 512 pixels wide and high; two with the same digest are the same.

    Attributes
    ----------
    digest : str
        Of its pixels and its words.
    title, alt : str
        Its name, and what it shows.
    file : str
        What a program opens to read it.
    pixels : PIL.Image.Image
        RGB.
    own : bool
        Whether a visitor brought it: nothing made of it is then kept for others.
    """

    digest: str
    title: str
    alt: str
    file: str
    pixels: Image.Image
    own: bool = False

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Picture) and self.digest == other.digest

    @property
    def size(self) -> Pair:
        """Rows and columns."""
        return self.pixels.height, self.pixels.width


def picture_of(pixels: Image.Image, title: str, alt: str, file: str, own: bool = False) -> Picture:
    """A Pillow picture with its digest, of its pixels and its words."""
    shown = repr((pixels.size, title, alt, file)).encode()
    digest = hashlib.blake2b(pixels.tobytes() + shown, digest_size=16).hexdigest()
    return Picture(digest, title, alt, file, pixels, own)


@lru_cache(maxsize=16)
def sample_picture(name: str) -> Picture:
    """One of the sample pictures."""
    sample = images.SAMPLES[name]
    return picture_of(
        images.open_image(sample.path),
        f"{sample.title}, {sample.credit}",
        sample.alt,
        sample.path.with_suffix(".png").name,
    )


def brought_down(picture: Picture, side: int) -> Tensor:
    """A picture as numbers, (3, H, W) from 0 to 1, its larger side at most so many pixels."""
    return (_brought_down if picture.own else _kept_down)(picture, side)


def image_of(picture: Picture, side: int, grey: bool) -> Tensor:
    """The same as layers read it: in colour, or grey, (1, H, W)."""
    colours = brought_down(picture, side)
    return images.to_grey(colours) if grey else colours


def input_shape(full_size: Pair, side: int, grey: bool) -> Shape:
    """The shape of that, of a picture of `full_size` rows and columns.

    Parameters
    ----------
    full_size : (int, int)
        Rows and columns of the picture before it is brought down.
    side : int
        Pixels of its larger side afterwards, at most.
    grey : bool
        One channel, not three.

    Returns
    -------
    (int, int, int)
        Channels, rows, columns.

    Examples
    --------
    >>> input_shape((470, 360), 256, grey=True)
    (1, 256, 196)
    """
    return (1 if grey else 3, *images.fitted(full_size, side))


def fitted_enough(full_size: Pair, side: int) -> Pair:
    """Rows and columns of a picture that is brought down to that side.

    Raises
    ------
    ConvLabError
        If so little is left of it that there is nothing to see.
    """
    size = images.fitted(full_size, side)
    if min(size) < LEAST_SIDE:
        rule, numbers = f"must have at least {LEAST_SIDE} rows and columns", f"here it has {by(size)}"
        fix = {"picture": "panda"}
        raise ConvLabError("picture", size, rule, numbers=numbers, advice="Choose another one.", fix=fix)
    return size


def once(kept: Kept[T], picture: Picture, what: Hashable, make: Callable[[], T]) -> T:
    """What is made of a picture: of a sample it is kept, for all visitors; of a visitor's own nothing is."""
    return make() if picture.own else kept.get((picture, what), make)


def _brought_down(picture: Picture, side: int) -> Tensor:
    """The same, made anew."""
    return images.to_tensor(images.bring_down(picture.pixels, side))


_kept_down = lru_cache(maxsize=12)(_brought_down)  # of the sample pictures, for all visitors

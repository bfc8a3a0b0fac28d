"""Up-sampling: a small picture made larger in four ways, and where checkerboards come from."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import streamlit as st
import torch

from convlab.meetings import overlap
from convlab.ui import own_pictures, session
from convlab.ui.components.tiles import Row, Tile, tiles
from convlab.ui.pictures import image_of
from convlab.ui.session import Visit
from convlab.ui.there_and_back import show
from convlab.ui.there_and_back.settings import MOST_UP, SIDES, BackSettings
from convlab.upsampling import LARGEST, Evenness, Larger, enlarged, enlarging, evenness, rule_of
from convlab.window import by

_KEY, _TABLE = "larger", "larger_table"
_BELOW = 60  # pixels of the sentence below
_SIZES, _STRIDES = range(1, MOST_UP + 1), range(2, LARGEST + 1)
_THUMB = 54  # pixels that one is wide
_SHOWN = 12  # rows of a thumbnail, and half of its columns: a multiple of every stride


def view(visit: Visit[BackSettings], good: BackSettings) -> None:
    """The four ways, the table, and the rule."""
    size, factor = good.up_kernel_size, good.scale_factor
    picture = own_pictures.current(good.picture)
    small = image_of(picture, SIDES["larger"], good.grey)
    ways = enlarged(small, factor, size)
    left, right = st.columns([7, 3])
    with left:
        first = Tile(small, "Picture", by(small.shape), picture.alt, "picture")
        tiles(_KEY, [Row([first, *(_way(way, factor) for way in ways)])], below=_BELOW)
        st.markdown(_about(size, factor, ways))
    with right:
        st.markdown("**Kernel size and stride** of the transposed layer. Below each: how many stamps a number gets.")
        table = thumbnails(size, factor)
        tiles(_TABLE, table, on_choose=lambda: _choose(visit, session.sent(_TABLE, "choose")))
        st.markdown(f"**{rule_of(_table())}**")


def _way(way: Larger, factor: int) -> Tile:
    """What one way makes of it; its overlap below."""
    counts = _inner_counts(way, factor)
    said = f"{_listed(counts, 'product')} a number: {'even' if len(counts) == 1 else 'uneven'}"
    below = Tile(way.overlap, "Overlap", said, f"{way.title}: {said}", "bright")
    alt = f"{way.title}, {factor} times larger"
    return Tile(way.result, way.title, show.caption_of(way.result), alt, "picture", under=below)


def _inner_counts(way: Larger, factor: int) -> list[int]:
    """How many products make the numbers in its middle, all places of the new pixels among them."""
    middle = way.overlap
    for axis, side in enumerate(way.overlap.shape):
        middle = middle.narrow(axis, side // 2 - factor, 2 * factor)
    return middle.unique().tolist()


def thumbnails(kernel_size: int, factor: int) -> list[Row]:
    """The table: the overlap for each kernel size and stride."""
    return [
        Row(
            [_thumbnail(size, stride, (size, stride) == (kernel_size, factor)) for stride in _STRIDES],
            f"{size}×{size}",
            "each",
            _THUMB,
        )
        for size in _SIZES
    ]


def _thumbnail(size: int, stride: int, chosen: bool) -> Tile:
    """One of them: how often each cell is stamped."""
    found = _table()[size, stride]
    title = f"{found.counts[0]} ✓" if found.even else ", ".join(map(str, found.counts))
    alt = f"Kernel size {size}, stride {stride}: {_listed(found.counts, 'stamp')} on a number"
    head = f"stride {stride}" if size == 1 else ""
    return Tile(_pattern(size, stride), title, "", alt, "bright", word=head, key=f"{size},{stride}", pressed=chosen)


@cache
def _table() -> dict[tuple[int, int], Evenness]:
    """How even each kernel size and stride is."""
    return evenness(_SIZES, _STRIDES)


@cache
def _pattern(size: int, stride: int) -> torch.Tensor:
    """How often the cells inside the output of such a layer are stamped."""
    cells = overlap(enlarging(stride, size), (1, 3 * _SHOWN, 3 * _SHOWN))
    return cells[_SHOWN : 2 * _SHOWN, _SHOWN : 3 * _SHOWN]


def _about(size: int, stride: int, ways: Sequence[Larger]) -> str:
    """What the chosen kernel size and stride make, and what the other ways make, in a few sentences."""
    found = _table()[size, stride]
    end = "no checkerboard" if found.even else "a checkerboard"
    told = f"Kernel size {size}, stride {stride}: each number gets {_listed(found.counts, 'stamp')}, so there is {end}."
    if all(len(_inner_counts(way, stride)) == 1 for way in ways[1:]):
        told += " In the other three, every number is made of as many products: they have none, whatever the kernel."
    return told


def _listed(counts: Sequence[int], what: str) -> str:
    """1, 2 or 4 stamps; 1 stamp."""
    numbers = " or ".join(filter(None, (", ".join(map(str, counts[:-1])), str(counts[-1]))))
    return f"{numbers} {what}{'' if counts[-1] == 1 else 's'}"


def _choose(visit: Visit[BackSettings], sent: object) -> None:
    """A thumbnail was clicked."""
    pairs = {f"{size},{stride}": (size, stride) for size in _SIZES for stride in _STRIDES}
    if isinstance(sent, str) and sent in pairs:
        size, stride = pairs[sent]
        visit.show(replace(visit.asked, up_kernel_size=size, scale_factor=stride))

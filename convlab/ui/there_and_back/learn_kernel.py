"""Learning a kernel: gradient descent finds the one that made a map; and kernels that were learnt from photographs."""

from collections.abc import Sequence
from functools import lru_cache, partial
from itertools import islice
from typing import NamedTuple

import streamlit as st
from torch import Tensor

from convlab import kernels
from convlab.layers import Conv2d
from convlab.learned import LEARNED, Learned
from convlab.learning import Progress, learn_kernel, off_by
from convlab.ui import own_pictures
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, tiles
from convlab.ui.jobs import Task
from convlab.ui.pictures import Picture, image_of, sample_picture
from convlab.ui.session import Visit
from convlab.ui.there_and_back import show
from convlab.ui.there_and_back.running import STEPS, curve, running
from convlab.ui.there_and_back.settings import SIDES, BackSettings
from convlab.window import by

_LAYER = Conv2d(1, 1, 5, bias=False)
_HIDDEN_SEED = 1000  # of a random hidden kernel: no run can start from it


class Lesson(NamedTuple):
    """The kernel to be found, and what the run sees."""

    hidden: Tensor
    picture: Tensor
    map: Tensor
    alt: str
    start: Progress


def lesson_of(picture: Picture, settings: BackSettings) -> Lesson:
    """What the settings ask to be found."""
    return (_lesson if picture.own else _kept)(picture, settings.hidden, settings.seed)


def _lesson(picture: Picture, hidden: str, seed: int) -> Lesson:
    """The same, made anew."""
    image = image_of(picture, SIDES["learn_kernel"], True)
    kernel = kernels.bank(hidden, _LAYER.kernel_size, 1, seed=_HIDDEN_SEED)[:1]
    made = _LAYER(image, kernel)
    (start,) = islice(learn_kernel(_LAYER, image, made, seed=seed), 1)
    return Lesson(kernel, image, made, picture.alt, start)


_kept = lru_cache(maxsize=8)(_lesson)  # of the sample pictures, for all visitors


def warm() -> None:
    """Make what a first visitor sees."""
    lesson_of(sample_picture("panda"), BackSettings())
    _learned()


def view(visit: Visit[BackSettings], good: BackSettings) -> None:
    """The run and what it has found; below, kernels that were found in the same way."""
    picture = own_pictures.current(good.picture)
    lesson = lesson_of(picture, good)
    run = partial(learn_kernel, seed=good.seed, learning_rate=good.learning_rate, steps=STEPS)
    learn = partial(run, _LAYER, lesson.picture, lesson.map)
    what = (picture.digest, good.hidden, good.seed, good.learning_rate)
    running(visit, Task("learn_kernel", what, learn, STEPS), partial(_draw, lesson), partial(_explain, lesson))
    _photographs()


def _draw(lesson: Lesson, progress: Progress | None) -> None:
    """Picture and map; the kernel as it emerges beside the hidden one."""
    tiles("learn_kernel", [Row(_tiles(lesson, kernel_of(progress or lesson.start)))], below=330)


def _explain(lesson: Lesson, progress: Progress | None, losses: Sequence[float]) -> None:
    """The losses, and how the kernel is found."""
    left, right = st.columns(2, gap="medium")
    with left:
        curve(losses or [lesson.start.loss])
    with right:
        st.markdown(_words(lesson, kernel_of(progress or lesson.start)))


def kernel_of(progress: Progress) -> Tensor:
    """The kernel that a run has found."""
    weight = progress.model[0].weight
    assert weight is not None
    return weight


def _words(lesson: Lesson, found: Tensor) -> str:
    """How far the kernel is off, and how it is found."""
    return (
        f"The learnt kernel is **off by {_off(lesson, found)}**; the random numbers that it began with were off by "
        f"{_off(lesson, kernel_of(lesson.start))}. The run knows the picture and the map alone. At each step it asks "
        "how the map's error changes with each of the 25 numbers, and moves all of them a little downhill."
    )


def _off(lesson: Lesson, found: Tensor) -> str:
    """How far a kernel is from the hidden one."""
    off = off_by(found, lesson.hidden)
    return "less than 0.1%" if off < 0.001 else f"{off:.1%}" if off < 0.1 else f"{off:.0%}"


def _tiles(lesson: Lesson, found: Tensor) -> list[Tile]:
    """What the run sees, and the kernels."""
    size, bound = by(_LAYER.kernel_size), float(lesson.hidden.abs().max())
    return [
        Tile(lesson.picture, "Picture", by(lesson.picture.shape), lesson.alt, "picture"),
        Tile(lesson.map, "Map", show.caption_of(lesson.map), "What the hidden kernel makes.", word=f"hidden {size}"),
        Tile(_legible(found), "Learnt so far", f"off by {_off(lesson, found)}", "The kernel now.", bound=bound,
             cells=True),
        Tile(_legible(lesson.hidden), "Hidden kernel", "the run does not see it", "The kernel to be found.",
             bound=bound, cells=True),
    ]  # fmt: skip


def _legible(kernel: Tensor) -> Tensor:
    """Its rows and columns, with as many decimals as a cell has room for."""
    return kernel[0, 0].round(decimals=2) + 0.0  # no negative zeros


def _photographs() -> None:
    """The kernels that were learnt from photographs."""
    mean = sum(one.explained for one in LEARNED) / len(LEARNED)
    st.markdown(
        f"**{len(LEARNED)} kernels learnt from photographs**, each above the Gabor kernel that fits it best: a wave "
        f"under a bump. On average that explains {mean:.0%} of the learnt one. All pages have them as a bank."
    )
    tiles("learned", _learned(), linked=False)


@lru_cache(maxsize=1)
def _learned() -> Drawn:
    """The learnt kernels and the Gabor kernel that fits each best, in pairs."""
    return drawn([Row([_beside(one) for one in LEARNED], scale="each", side=46)])


def _beside(one: Learned) -> Tile:
    """A learnt kernel, and its Gabor kernel under it."""
    gabor = Tile(as_colours(one.gabor.kernel()), f"{one.explained:.0%}", "", f"Gabor: {one.label}", "picture")
    return Tile(as_colours(one.weight), "", "", one.label, "picture", under=gabor)


def as_colours(kernel: Tensor) -> Tensor:
    """A kernel in colour as a picture: grey for 0, black for −1, white for 1."""
    return ((kernel + 1) / 2).clamp(0, 1)

"""Learning the way back: a transposed layer learns to return the picture from its maps."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice, zip_longest
from typing import NamedTuple

import streamlit as st
from torch import Tensor

from convlab.charts import loss_curve
from convlab.learning import Progress, best, learn_back
from convlab.recovery import CASES, Case
from convlab.ui import own_pictures
from convlab.ui.components.tiles import Row, Tile, tiles
from convlab.ui.figures import exact
from convlab.ui.jobs import Task
from convlab.ui.pictures import Picture, image_of, sample_picture
from convlab.ui.session import Visit
from convlab.ui.there_and_back.running import STEPS, curve, running
from convlab.ui.there_and_back.settings import SIDES, BackSettings
from convlab.window import by

_BOUND = 0.5  # of the error's colours, the same for all steps: it is seen to fade
_MORE = " Two layers with ReLU between guess this picture better than the best 3×3 layer. Are they as good on another?"
_OTHERS = ("astronaut", "cat")  # the other picture: the first that is not the one learnt from


class Pair(NamedTuple):
    """A picture and its maps."""

    title: str
    picture: Tensor
    maps: Tensor


class Lesson(NamedTuple):
    """What is to be learnt from what, and what is known before."""

    case: Case
    why: str
    seen: Pair
    other: Pair  # never learnt from
    alt: str
    start: Progress
    limit: Progress


def lesson_of(picture: Picture, settings: BackSettings) -> Lesson:
    """What the settings ask to be learnt of a picture."""
    return (_lesson if picture.own else _kept)(picture, settings.case, settings.seed)


def _lesson(picture: Picture, case: str, seed: int) -> Lesson:
    """The same, made anew."""
    chosen = CASES[case]
    other = next(sample for sample in map(sample_picture, _OTHERS) if sample != picture)
    seen = _pair(chosen, picture)
    (start,) = islice(learn_back(chosen.back, seen.picture, seen.maps, seed=seed), 1)
    limit = best(chosen.single, seen.maps, seen.picture)
    return Lesson(chosen, chosen.why, seen, _pair(chosen, other), picture.alt, start, limit)


_kept = lru_cache(maxsize=8)(_lesson)  # of the sample pictures, for all visitors


def _pair(case: Case, picture: Picture) -> Pair:
    """A picture as the case's layer reads it, and its maps."""
    image = case.picture(image_of(picture, SIDES["learn_back"], True))
    return Pair(picture.title.partition(",")[0], image, case.maps(image))


def warm() -> None:
    """Make what a first visitor sees."""
    lesson = lesson_of(sample_picture("panda"), BackSettings())
    loss_curve([lesson.start.loss], STEPS, lesson.limit.loss)


def view(visit: Visit[BackSettings], good: BackSettings) -> None:
    """The case, the run, and what it has learnt."""
    picture = own_pictures.current(good.picture)
    lesson = lesson_of(picture, good)
    run = partial(learn_back, seed=good.seed, learning_rate=good.learning_rate, steps=STEPS)
    learn = partial(run, lesson.case.back, lesson.seen.picture, lesson.seen.maps)
    what = (picture.digest, good.case, good.seed, good.learning_rate)
    running(visit, Task("learn_back", what, learn, STEPS), partial(_draw, lesson), partial(_explain, lesson))


def _draw(lesson: Lesson, progress: Progress | None) -> None:
    """Picture, maps, result, error."""
    tiles("learn_back", [Row(_tiles(lesson, progress or lesson.start))], below=275)


def _explain(lesson: Lesson, progress: Progress | None, losses: Sequence[float]) -> None:
    """The losses, the errors on both pictures, and why they end where they end."""
    left, right = st.columns(2, gap="medium")
    with left:
        curve(losses or [lesson.start.loss], lesson.limit.loss)
    with right:
        st.markdown(_table(lesson, progress or lesson.start))
        st.markdown(f"**{lesson.case.title}.** {lesson.why}{_MORE if len(lesson.case.back) > 1 else ''}")


def _tiles(lesson: Lesson, now: Progress) -> list[Tile]:
    """What the run sees, and what it makes."""
    _, picture, maps = lesson.seen
    result = now.result(maps)
    off = now.error(maps, picture).largest
    there, back = lesson.case.layer, lesson.case.back
    return [
        Tile(picture, "Picture", by(picture.shape), lesson.alt, "picture"),
        *_maps(maps, f"conv {by(there.kernel_size)}, stride\u00a0{there.stride[0]}"),
        Tile(result, "Result", by(result.shape), "What the layer makes of the maps now.", "picture",
             word=f"learnt {', '.join(by(layer.kernel_size) for layer in back)}"),
        Tile(result - picture, "Error", f"largest {exact(off)}", "Result minus picture.", bound=_BOUND,
             word="−\u00a0picture"),
    ]  # fmt: skip


def _maps(maps: Tensor, word: str) -> list[Tile]:
    """The maps, two in a column, in the same colours."""
    bound, named = float(maps.abs().max()), len(maps) > 1
    each = [Tile(one, f"Map {number}" if named else "Map", bar=not named, bound=bound, word=word if number == 1 else "")
            for number, one in enumerate(maps, start=1)]  # fmt: skip
    return [replace(first, under=second) for first, second in zip_longest(each[::2], each[1::2])]


def _table(lesson: Lesson, now: Progress) -> str:
    """Mean errors at the start, now and at best, on the picture that is learnt from and on the other one."""
    best_of = "best possible" if len(lesson.case.back) == 1 else "one layer's best"
    lines = [f"| Mean error | start | now | {best_of} |", "|---|---|---|---|"]
    for pair, title in ((lesson.seen, "this picture"), (lesson.other, f"never seen: {lesson.other.title}")):
        means = (progress.error(pair.maps, pair.picture).mean for progress in (lesson.start, now, lesson.limit))
        lines.append(f"| {title} | {' | '.join(map(exact, means))} |")
    return "\n".join(lines)

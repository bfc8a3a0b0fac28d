"""What the kinds of question share: numbers drawn until the mistakes show, and the small pictures beside an answer."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.exercises.form import Picture, Question, Wrong, written
from convlab.layers import Windowed
from convlab.window import by

MOST_SIDE = 12  # of what is drawn number by number
_TRIES = 1000


def drawn(
    draw: Callable[[Random], Mapping[str, Any]], asked: Callable[..., Question], usual: int = 1
) -> Callable[[Random], Question]:
    """What makes a kind's questions: numbers are drawn until each usual mistake makes another answer.

    Parameters
    ----------
    draw : callable
        The numbers, by their names.
    asked : callable
        The question of a `Random` and these numbers; some of its wrong answers may be the same.
    usual : int, default 1
        So many of its wrong answers, from the first on, have to be there; of the others each that is like one before
        it is left out.

    Returns
    -------
    callable
        As `Kind` takes it.
    """

    def make(random: Random) -> Question:
        for _ in range(_TRIES):
            question = asked(random, **draw(random))
            wrongs = apart(question.answer, question.wrongs)
            if len(wrongs) >= usual and wrongs[:usual] == [*question.wrongs[:usual]]:
                return replace(question, wrongs=wrongs)
        rule, advice = "must be drawn so that each usual mistake makes another answer", "Draw from other numbers."
        raise ConvLabError("question", asked.__name__, rule, advice=advice)

    return make


def apart(answer: str, wrongs: Iterable[Wrong]) -> list[Wrong]:
    """The wrong answers that are none of those before them, and not the right one.

    Examples
    --------
    >>> [wrong.forgets for wrong in apart("4", [Wrong("4", "a"), Wrong("5", "b"), Wrong("5", "c")])]
    ['b']
    """
    kept: dict[str, Wrong] = {}
    for wrong in wrongs:
        if wrong.answer != answer:
            kept.setdefault(wrong.answer, wrong)
    return [*kept.values()]


def numbers(random: Random, rows: int, columns: int) -> Tensor:
    """An input of one channel, whole numbers from 0 to 9, (1, rows, columns) float32; a large one has a shape alone."""
    if max(rows, columns) > MOST_SIDE:
        return torch.empty(1, rows, columns, device="meta")
    return torch.tensor([*random.randbytes(rows * columns)]).remainder(10).float().reshape(1, rows, columns)


def through(layer: Windowed, image: Tensor) -> Tensor:
    """What a layer makes of an input: its first map; its weights are all 1, so that its numbers are sums."""
    shape = layer.weight_shape
    return layer(image, None if shape is None else torch.ones(shape, device=image.device))[0]


def pictured(title: str, values: Tensor) -> tuple[Picture, ...]:
    """A picture with its size in its title; none where it has no numbers, or too many to draw each."""
    drawn_whole = max(values.shape) <= MOST_SIDE and not values.is_meta
    return (Picture(f"{title}: {by(values.shape)}", values),) if drawn_whole else ()


def if_so(layer: Windowed, image: Tensor, title: str, forgets: str, *, both: bool = False) -> list[Wrong]:
    """How many columns come out of the layer of a mistake, or its size; nothing where that layer does not fit."""
    try:
        values = through(layer, image)
    except ConvLabError:
        return []
    answer = written(tuple(values.shape) if both else values.shape[-1])
    return [Wrong(answer, forgets, pictured(title, values))]


def shown_of(layer: Windowed, image: Tensor) -> tuple[Picture, ...]:
    """The input and what comes out of it."""
    out = pictured("What comes out", through(layer, image))
    return (*pictured("Input", image[0]), *out) if out else ()


def size_rule(layer: Windowed, image: Tensor) -> str:
    """The size formula, with names and with its numbers; rows and columns apart where they differ."""
    rows, columns = layer.formula(image.shape)
    letters = layer.letters(image.shape)[1]
    if rows == columns:
        return f"out = {letters}. Here: {rows}."
    return f"out = {letters}. Rows: {rows}. Columns: {columns}."


def given_of(layer: Windowed, input_size: Sequence[int]) -> dict[str, Any]:
    """The numbers of a layer of one channel and of its input, by PyTorch's names."""
    rows, columns = input_size
    settings = {name: each for name, each in layer.settings().items() if name not in ("in_channels", "out_channels")}
    return {"input_size": rows if rows == columns else (rows, columns)} | settings


def steps_address(given: Mapping[str, Any], operation: str = "") -> str:
    """The page Step by step with the given layer, on an input of the same size."""
    named = {"padding_kind" if isinstance(each, str) else name: each for name, each in given.items()}
    chosen = f"operation={operation}" if operation else "bank=box"
    return "&".join([f"step_by_step?{chosen}", *(f"{name}={_in_address(each)}" for name, each in named.items())])


def _in_address(value: Any) -> str:
    """A value as an address has it."""
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)

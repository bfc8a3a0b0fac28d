"""What the kinds of questions share: numbers drawn, printed, shown, and written into a link."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.exercises.form import Cell, Kind, Picture, Question, Wrong
from convlab.window import by

_TRIES = 200


def digits(random: Random, rows: int, columns: int, low: int = 0, high: int = 9) -> Tensor:
    """Whole numbers, (rows, columns).

    Examples
    --------
    >>> digits(Random(0), 1, 3)
    tensor([[8., 7., 4.]])
    """
    drawn = random.choices(range(low, high + 1), k=rows * columns)
    return torch.tensor(drawn, dtype=torch.float32).reshape(rows, columns)


def spike(size: Sequence[int], cell: Cell) -> Tensor:
    """1 in one cell, 0 elsewhere.

    Examples
    --------
    >>> spike((1, 3), (0, 2))
    tensor([[0., 0., 1.]])
    """
    values = torch.zeros(*size)
    values[cell] = 1
    return values


def printed(values: Tensor) -> str:
    """A small grid of whole numbers in one line, its rows apart.

    Examples
    --------
    >>> printed(torch.tensor([[0.0, 1.0], [2.0, -3.0]]))
    '0 1 / 2 −3'
    """
    return " / ".join(" ".join(f"{number + 0:.0f}" for number in row) for row in values.tolist()).replace("-", "−")


def listed(numbers: Iterable[Any]) -> str:
    """Numbers in a sentence.

    Examples
    --------
    >>> listed([1, 2, 4])
    '1, 2 and 4'
    """
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}" if first else last


def sized(title: str, values: Tensor, ring: Cell | None = None) -> Picture:
    """A picture with its size in its name, and perhaps a number of it ringed.

    Examples
    --------
    >>> sized("Input", torch.zeros(2, 3)).title
    'Input 2×3'
    """
    return Picture(f"{title} {by(values.shape[-2:])}", values, ring)


def shuffled(random: Random, answer: str, wrongs: Sequence[Wrong]) -> tuple[str, ...]:
    """The right answer and the wrong ones, in some order."""
    options = [answer, *(wrong.answer for wrong in wrongs)]
    return tuple(random.sample(options, len(options)))


def mistakes(answer: str, wrongs: Iterable[Wrong]) -> tuple[Wrong, ...]:
    """The wrong answers that differ from the right one and from those before; none where the first one does not.

    The first is the mistake that the question is about.

    Examples
    --------
    >>> wrongs = [Wrong("6", "one"), Wrong("5", "two"), Wrong("6", "three")]
    >>> [wrong.forgets for wrong in mistakes("5", wrongs)], mistakes("6", wrongs)
    (['one'], ())
    """
    kept: dict[str, Wrong] = {}
    for number, wrong in enumerate(wrongs):
        if wrong.answer != answer:
            kept.setdefault(wrong.answer, wrong)
        elif number == 0:
            return ()
    return tuple(kept.values())


def drawn_kind(title: str, make: Callable[[Random], Question]) -> Kind:
    """A kind that draws again where a layer does not fit, or the usual mistake leads to the same answer."""
    return Kind(title, partial(_redrawn, make))


def _redrawn(make: Callable[[Random], Question], random: Random) -> Question:
    """The first drawn question that can be asked."""
    for _ in range(_TRIES):
        with suppress(ConvLabError):
            asked = make(random)
            if asked.wrongs:
                return asked
    raise RuntimeError(f"{make.__name__} draws nothing that can be asked")


def link(page: str, **settings: Any) -> str:
    """A page with settings, as addresses write them: a pair as 1x2, a grid cell by cell.

    Examples
    --------
    >>> link("step_by_step", stride=2, kernel_size=(1, 2), edits=torch.tensor([[-1.0, 1.0]]))
    'step_by_step?stride=2&kernel_size=1x2&edits=0,0,0,0:-1;0,0,0,1:1'
    """
    return f"{page}?" + "&".join(f"{name}={_in_link(value)}" for name, value in settings.items())


def _in_link(value: Any) -> str:
    """One setting as addresses write it."""
    if isinstance(value, Tensor):
        rows = enumerate(value.tolist())
        return ";".join(f"0,0,{r},{c}:{number:g}" for r, row in rows for c, number in enumerate(row))
    if isinstance(value, tuple):
        return "x".join(map(str, value if len({*value}) > 1 else value[:1]))
    return str(int(value)) if isinstance(value, bool) else str(value)

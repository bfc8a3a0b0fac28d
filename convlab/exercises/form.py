"""What a question is: its words, its answer, what each usual wrong answer forgets, and what is shown afterwards."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any, Literal

from torch import Tensor

from convlab.errors import ConvLabError

Form = Literal["number", "shape", "choice", "cells"]
Cell = tuple[int, int]
_MOST = 60  # characters of what is typed
_NUMBER = r"-?\d+(?:\.\d+)?(?:\s*/\s*\d+)?"
_BETWEEN = r"\s*(?:[,;×x*\s]|by|and)\s*"
_RULES = {
    "number": ("must be a number", "Write 5, or 4/9."),
    "shape": ("must be numbers", "Write them in their order: 2, 3, 5."),
}
REFUSED = "refused"  # an answer where torch refuses the layer
NONE = "none"  # no cell at all


@dataclass(frozen=True, eq=False)
class Picture:
    """Something to look at beside a question.

    Attributes
    ----------
    title : str
        Its name: "Input 8×8", "Without the dilation".
    values : Tensor
        (H, W), or (3, H, W) in colour, from 0 to 1.
    ring : (int, int), optional
        The row and column of a number that is ringed.
    given : bool
        Whether it is an input or a kernel, and nothing that comes out of a layer.
    """

    title: str
    values: Tensor
    ring: Cell | None = None
    given: bool = False


@dataclass(frozen=True, eq=False)
class Wrong:
    """A usual wrong answer.

    Attributes
    ----------
    answer : str
        As `written` writes it.
    forgets : str
        Which mistake makes exactly this answer, a sentence to the student with the numbers put in.
    shown : sequence of Picture
        What would come out if it were so; it stands beside what does.
    """

    answer: str
    forgets: str
    shown: Sequence[Picture] = ()


@dataclass(frozen=True, eq=False)
class Question:
    """One question with its numbers; its text, options, board, marked cells and pictures are shown before an answer.

    Attributes
    ----------
    text : str
        What is asked, Markdown.
    form : str
        How it is answered: "number" (a whole number or a fraction), "shape" (numbers in a row), "choice" (one of
        `options`), "cells" (some cells of `board`).
    answer : str
        As `written` writes it; computed by torch.
    wrongs : sequence of Wrong
        At least one, each another answer than the others and than the right one.
    rule : str
        Why it is so, with the numbers put in, Markdown.
    hint : str
        One sentence that helps and does not give the answer away.
    given : mapping of str to object
        The drawn numbers by PyTorch's names, so that whoever doubts can compute it anew.
    options : sequence of str
        Of a choice, in the order in which they are shown. `REFUSED` may be one.
    board : Tensor, optional
        (H, W): of cells, the numbers that stand in them.
    marked : sequence of (int, int)
        Cells of the board that the question speaks of.
    pictures : sequence of Picture
        What is shown with the question.
    shown : sequence of Picture
        What is shown after the answer.
    address : str
        Where to go on alone: "step_by_step?stride=2", a page of the playground with the same layer; "" for none.
    """

    text: str
    form: Form
    answer: str
    wrongs: Sequence[Wrong]
    rule: str
    hint: str
    given: Mapping[str, Any]
    options: Sequence[str] = ()
    board: Tensor | None = None
    marked: Sequence[Cell] = ()
    pictures: Sequence[Picture] = ()
    shown: Sequence[Picture] = ()
    address: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of question, of which each seed makes another one.

    Attributes
    ----------
    title : str
        What it is about: "Output size with a stride".
    make : callable
        Draws the numbers and computes the answer.
    """

    title: str
    make: Callable[[Random], Question]


@dataclass(frozen=True, eq=False)
class Verdict:
    """What is to be said of an answer.

    Attributes
    ----------
    answer : str
        What was answered, as `written` writes it.
    right : bool
        Whether it is the answer.
    wrong : Wrong or None
        The mistake that makes exactly this answer, where it is a usual one.
    """

    answer: str
    right: bool
    wrong: Wrong | None = field(default=None)


def written(value: Any) -> str:
    """An answer as text, always the same for the same one.

    Examples
    --------
    >>> written(55), written(Fraction(4, 9)), written((8, 4, 3, 3))
    ('55', '4/9', '8, 4, 3, 3')
    """
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return str(value)


def written_cells(cells: Iterable[Cell]) -> str:
    """Marked cells as text, in reading order.

    Examples
    --------
    >>> written_cells([(1, 0), (0, 2)]), written_cells([])
    ('0,2 1,0', 'none')
    """
    return " ".join(f"{row},{column}" for row, column in sorted({*cells})) or NONE


def cells_of(text: str) -> list[Cell]:
    """The same, read again."""
    cells = (cell.split(",") for cell in text.split() if cell != NONE)
    return [(int(row), int(column)) for row, column in cells]


def read_answer(question: Question, text: str) -> str:
    """What was typed, chosen or marked, as `written` writes it.

    Raises
    ------
    ConvLabError
        If it is no answer to that question.

    Examples
    --------
    >>> asked = Question("?", "shape", "4, 5", (), "", "", {})
    >>> read_answer(asked, "(4 × 5)")
    '4, 5'
    """
    given = text.strip()
    if question.form == "choice":
        if given in question.options:
            return given
        raise _no_answer(text, "must be one of the choices", "Choose one.")
    if question.form == "cells":
        if re.fullmatch(rf"{NONE}|\d{{1,3}},\d{{1,3}}( \d{{1,3}},\d{{1,3}})*", given) and question.board is not None:
            rows, columns = question.board.shape
            cells = cells_of(given)
            if all(row < rows and column < columns for row, column in cells):
                return written_cells(cells)
        raise _no_answer(text, "must be cells of the grid", "Click the cells.")
    numbers = _numbers_in(given)
    if not numbers:
        raise _no_answer(text, *_RULES[question.form])
    if question.form == "number":
        return _one(text, given, numbers)
    return written([_number(text, each) for each in numbers])


def judged(question: Question, text: str) -> Verdict:
    """What is to be said of an answer.

    Raises
    ------
    ConvLabError
        If it is no answer to that question.
    """
    answer = read_answer(question, text)
    wrong = next((each for each in question.wrongs if each.answer == answer), None)
    return Verdict(answer, answer == question.answer, None if answer == question.answer else wrong)


def _numbers_in(given: str) -> list[str]:
    """The numbers that were typed, if there is nothing else but what stands between numbers."""
    given = given.replace("−", "-")
    if len(given) > _MOST or not re.fullmatch(rf"[(\[]?\s*{_NUMBER}(?:{_BETWEEN}{_NUMBER})*\s*[)\]]?", given):
        return []
    return re.findall(_NUMBER, given.replace(",", " "))


def _one(text: str, given: str, numbers: Sequence[str]) -> str:
    """A single number; thousands may be apart: 768,000."""
    if len(numbers) > 1 and re.fullmatch(r"\d{1,3}([, ]\d{3})+", given):
        return str(int(re.sub(r"\D", "", given)))
    if len(numbers) > 1:
        raise _no_answer(text, "must be one number", _RULES["number"][1])
    return str(_number(text, numbers[0]))


def _number(text: str, number: str) -> Fraction:
    """One number, exact."""
    try:
        return Fraction(number.replace(" ", ""))
    except ZeroDivisionError:
        raise _no_answer(text, "must not divide by 0", _RULES["number"][1]) from None


def _no_answer(text: str, rule: str, advice: str) -> ConvLabError:
    """The refusal of what is no answer."""
    return ConvLabError("answer", text, rule, numbers=f"got {text[:40]!r}", advice=advice)

"""The lessons as their files say them: `texts/NN-name.md`, one a lesson. No streamlit here.

A file has a title between two lines of dashes; then each line with one # begins a step. A step has paragraphs of
Markdown, in which a {name} stands for a figure that the program computes, and lines `name: value`.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from convlab import exercises
from convlab.errors import ConvLabError
from convlab.exercises.puzzles import PUZZLES
from convlab.ui.address import from_query
from convlab.ui.fields import Cells, Setting, settings_of
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.lessons.figures import figures_of
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.playground.settings import PlaygroundSettings
from convlab.ui.steps.settings import StepSettings
from convlab.ui.there_and_back.settings import BackSettings

PICTURES: dict[str, type[LayerSettings]] = {  # the pages that a picture can be of, by their paths
    "": PlaygroundSettings,
    "step_by_step": StepSettings,
    "there_and_back": BackSettings,
    "network": NetworkSettings,
}
FIGURE = re.compile(r"\{(\w+)\}")  # in the words of a step
_NAME = "[a-z0-9-]{1,40}"
_FOLDER = Path(__file__).parent / "texts"
_PARTS = ("picture", "controls", "question", "puzzle", "answers")
_LINE = re.compile(r"([a-z]+): (\S.*)")


@dataclass(frozen=True)
class Step:
    """One screen of a lesson.

    Attributes
    ----------
    title : str
        What it is about.
    words : str
        Markdown; a {name} stands for a figure.
    picture : str
        A page's path and query.
    controls : tuple of str
        The settings of that page that can be changed here.
    question : str
        A kind of question; "" for none.
    puzzle : str
        A puzzle; "" for none.
    answers : tuple of int
        Which of the questions that teachers hear it answers.
    """

    title: str
    words: str
    picture: str
    controls: tuple[str, ...] = ()
    question: str = ""
    puzzle: str = ""
    answers: tuple[int, ...] = ()

    @property
    def asks(self) -> str:
        """What stands below the picture; "" for nothing."""
        return "Question" if self.question else "Puzzle" if self.puzzle else ""

    @property
    def path(self) -> str:
        """Of the picture's page."""
        return _path_and_query(self.picture)[0]

    @property
    def settings(self) -> LayerSettings:
        """Of the picture."""
        path, query = _path_and_query(self.picture)
        return from_query(dict(parse_qsl(query)), PICTURES[path])[0]


@dataclass(frozen=True)
class Lesson:
    """Some steps.

    Attributes
    ----------
    name : str
        In the address.
    title : str
        In the list.
    steps : tuple of Step
        In their order.
    """

    name: str
    title: str
    steps: tuple[Step, ...]

    def step(self, number: int) -> Step:
        """The step of that number, from 1."""
        return self.steps[number - 1]


@cache
def lessons() -> dict[str, Lesson]:
    """All lessons by name, in their order.

    Raises
    ------
    ConvLabError
        For a file that is no lesson.
    """
    read = [read_lesson(path.name, path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.md"))]
    return {lesson.name: lesson for lesson in read}


def titles() -> dict[str, str]:
    """The lessons' titles by name."""
    return {name: lesson.title for name, lesson in lessons().items()}


def controls() -> dict[str, Setting]:
    """What of the pictures some step lets be moved, or has cells of that are written by hand, by name.

    Of one label, the later ones stand under the first.
    """
    first: dict[str, str] = {}
    found: dict[str, Setting] = {}
    for step in (step for lesson in lessons().values() for step in lesson.steps):
        for name, known in settings_of(PICTURES[step.path]).items():
            if name not in found and (name in step.controls or isinstance(known.kind, Cells)):
                above = first.setdefault(known.label or name, name)
                found[name] = replace(known, under="" if above == name else above)
    return found


def named(text: str) -> str:
    """A lesson's name as an address says it; its number from 1 stands for it as well.

    Examples
    --------
    >>> named("2"), named("padding")
    ('padding', 'padding')
    """
    if text and not re.fullmatch(_NAME, text):
        raise ValueError(text)
    number = int(text) if text.isdecimal() else 0
    return [*lessons()][number - 1] if 0 < number <= len(lessons()) else text


def read_lesson(file: str, text: str) -> Lesson:
    r"""A lesson from its file.

    Parameters
    ----------
    file : str
        The file's name: NN-name.md.
    text : str
        What it holds.

    Raises
    ------
    ConvLabError
        If it is no lesson, or names a picture, a control, a figure, a question or a puzzle that does not exist.

    Examples
    --------
    >>> text = "---\ntitle: Stride\n---\n# It skips\nThe window moves.\npicture: step_by_step?stride=2"
    >>> lesson = read_lesson("03-stride.md", text)
    >>> lesson.name, lesson.title, lesson.step(1).settings.stride
    ('stride', 'Stride', (2, 2))
    """
    return _Reader(file, text.splitlines()).lesson()


class _Reader:
    """Reads one file; knows at which line it is."""

    def __init__(self, file: str, lines: list[str]) -> None:
        self._file, self._lines, self._at = file, lines, 0

    def lesson(self) -> Lesson:
        """The whole file."""
        named = re.fullmatch(rf"\d\d-({_NAME})\.md", self._file)
        title = re.fullmatch(r"title: (\S.*)", self._lines[1]) if len(self._lines) > 2 else None
        if not named:
            self._refuse("a lesson's file must have a number and a name", "Call it 07-pooling.md.")
        if not title or self._lines[0] != "---" or self._lines[2] != "---":
            self._refuse("a lesson must begin with its title", "Write --- and title: Pooling and --- on three lines.")
        heads = [at for at, line in enumerate(self._lines) if line.startswith("# ")]
        strays = [at for at, line in enumerate(self._lines[: heads[0] if heads else None]) if at > 2 and line.strip()]
        if not heads or strays:
            self._at = strays[0] if strays else 2
            self._refuse("a lesson must have steps", "Begin each with a line like # The edge.")
        steps = [self._step(start, end) for start, end in zip(heads, [*heads[1:], len(self._lines)], strict=True)]
        return Lesson(named[1], title[1], tuple(steps))

    def _step(self, start: int, end: int) -> Step:
        """The step between two lines."""
        said: dict[str, str] = {}
        words: list[str] = []
        at: dict[str, int] = {}
        for self._at in range(start + 1, end):
            line = self._lines[self._at]
            found = _LINE.fullmatch(line)
            if not found:
                words.append(line)
            elif found[1] not in _PARTS or found[1] in said:
                self._refuse(f"a step must have no line {found[1]!r} here", f"Write {', '.join(_PARTS)}, each once.")
            else:
                said[found[1]], at[found[1]] = found[2].strip(), self._at
        self._at = start
        text = "\n".join(words).strip()
        if not text or "picture" not in said:
            self._refuse(
                "a step must have words and a picture", "Write a sentence, and a line like picture: step_by_step."
            )
        self._check(said, at)
        parts = {name: tuple(re.split(r",\s*", said[name])) for name in ("controls", "answers") if name in said}
        step = Step(
            title=self._lines[start][2:].strip(),
            words=text,
            picture=said["picture"],
            controls=parts.get("controls", ()),
            question=said.get("question", ""),
            puzzle=said.get("puzzle", ""),
            answers=tuple(int(number) for number in parts.get("answers", ())),
        )
        self._check_figures(step, range(start, end))
        return step

    def _check_figures(self, step: Step, lines: range) -> None:
        """Refuse a figure that there is not beside that picture."""
        try:
            known = figures_of(step.path, step.settings)
        except ConvLabError as error:
            self._at = next(at for at in lines if self._lines[at].startswith("picture: "))
            self._refuse("a picture must work", str(error))
        for self._at in lines:
            for name in FIGURE.findall(self._lines[self._at]):
                if name not in known:
                    self._refuse(f"there is no figure {name!r} of that picture", f"Write some of {', '.join(known)}.")

    def _check(self, said: dict[str, str], at: dict[str, int]) -> None:
        """Refuse what does not exist."""
        self._at = at["picture"]
        path, query = _path_and_query(said["picture"])
        if path not in PICTURES:
            self._refuse(
                f"there is no page {path!r} with a picture", f"Write one of {', '.join(filter(None, PICTURES))}."
            )
        settings, bad = from_query(dict(parse_qsl(query, keep_blank_values=True)), PICTURES[path])
        if bad:
            self._refuse(f"{bad[0]} makes no sense on that page", "Copy the link from the page's address bar.")
        self._at = at.get("controls", 0)
        can = _movable(settings)
        for name in re.split(r",\s*", said["controls"]) if "controls" in said else ():
            if name not in can:
                self._refuse(f"there is no control {name!r} beside that picture", f"Write some of {', '.join(can)}.")
        self._at = at.get("question", 0)
        if "question" in said and said["question"] not in exercises.KINDS:
            self._refuse(
                f"there is no kind of question {said['question']!r}", f"Write one of {', '.join(exercises.KINDS)}."
            )
        self._at = at.get("puzzle", 0)
        if "puzzle" in said and (said["puzzle"] not in PUZZLES or "question" in said):
            self._refuse(
                f"there is no puzzle {said['puzzle']!r} here", f"Write one of {', '.join(PUZZLES)}, or a question."
            )
        self._at = at.get("answers", 0)
        if "answers" in said and not re.fullmatch(r"\d+(,\s*\d+)*", said["answers"]):
            self._refuse("answers must be numbers", "Write answers: 1, 2.")

    def _refuse(self, rule: str, advice: str) -> NoReturn:
        """Say where it is, and what is wrong."""
        where = f"{self._file}, line {self._at + 1}"
        line = self._lines[self._at] if self._at < len(self._lines) else ""
        raise ConvLabError("lesson", where, rule, numbers=f"{where}: {line[:60]!r}", advice=advice)


def _path_and_query(picture: str) -> tuple[str, str]:
    """A picture's page and what is set there."""
    path, _, query = picture.removeprefix("./").partition("?")
    return path, query


def _movable(settings: Any) -> list[str]:
    """The settings of a page that have a control now."""
    known = settings_of(type(settings)).items()
    return [
        name for name, each in known if each.label and not isinstance(each.kind, Cells) and name not in settings.idle
    ]

"""What a student answered, as a code to hand in: who reads it computes anew what was right."""

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from convlab.errors import ConvLabError
from convlab.exercises import KINDS, question
from convlab.exercises.form import judged
from convlab.exercises.puzzles import PUZZLES, Reach, Sizes

MOST_ANSWERS = 400
MOST_CODE = 8_000  # characters
MOST_SEED = 9_999
MOST_READ = 5_000  # answers that are computed of one text with codes
Place = tuple[str, int, str, int]  # of a question: lesson, step, kind, seed
_VERSION = "CL1"
_MOST_TEXT = 200_000  # characters of what a code unpacks to
_MOST_ANSWER = 400
_MOST_NAME = 80
_NAME = r"[a-z0-9_-]{1,40}"
_CODE = re.compile(r"\bCL(\d{1,3})\.([\w.-]*)", re.ASCII)
_AROUND = " \t:,;|\"'"  # what may stand around a name and a code
_ADVICE = "Copy the whole code once more."


@dataclass(frozen=True)
class Answer:
    """One answer, or a hint that was asked for.

    Attributes
    ----------
    lesson : str
        The lesson's name.
    step : int
        From 1.
    kind : str
        A key of `KINDS`, or of the puzzles.
    seed : int
        Of the question.
    answer : str
        As `written` writes it; "" where only the hint was asked for.
    hint : bool
        Whether the hint was asked for before.
    """

    lesson: str
    step: int
    kind: str
    seed: int
    answer: str
    hint: bool = False

    @property
    def place(self) -> Place:
        """Which question it answers."""
        return self.lesson, self.step, self.kind, self.seed

    @property
    def right(self) -> bool:
        """Whether it is, computed now."""
        return is_right(self.kind, self.seed, self.answer)

    def then(self, new: "Answer") -> "Answer":
        """With what was said later of the same question: the first answer stays, of a puzzle all that was found."""
        if self.kind in PUZZLES:
            both = f"{self.answer} {new.answer}"
            return replace(self, answer=written_ways(reached(PUZZLES[self.kind].make(self.seed), both)))
        return replace(self, answer=self.answer or new.answer, hint=self.hint or (new.hint and not self.answer))


class Code(NamedTuple):
    """A line of a text with codes.

    Attributes
    ----------
    line : int
        From 1.
    name : str
        What stands before the code.
    answers : tuple of Answer
        What it says.
    wrong : str
        Why it says nothing; "" where it does.
    """

    line: int
    name: str
    answers: tuple[Answer, ...] = ()
    wrong: str = ""


@lru_cache(maxsize=20_000)
def is_right(kind: str, seed: int, answer: str) -> bool:
    """Whether an answer is right; of a puzzle, whether all was found; of what does not exist any more none is."""
    if kind in PUZZLES:
        puzzle = PUZZLES[kind].make(seed)
        return len(reached(puzzle, answer)) == len(puzzle.answers())
    if kind not in KINDS or not answer:
        return False
    try:
        return judged(question(kind, seed), answer).right
    except ConvLabError:
        return False


def reached(puzzle: Reach, text: str) -> list[Sizes]:
    """The ways of a puzzle that a text names: "3,1,0,1 2,2,0,1"; what is none is left out."""
    named = {tuple(map(int, way.split(","))) for way in text.split() if re.fullmatch(r"\d{1,3}(,\d{1,3}){3}", way)}
    return sorted(way for way in puzzle.answers() if way in named)


def written_ways(ways: Iterable[Sizes]) -> str:
    """Ways as an answer says them: "3,1,0,1 2,2,0,1"."""
    return " ".join(",".join(map(str, way)) for way in ways)


def coded(answers: Iterable[Answer]) -> str:
    """Answers as one line of text; the oldest are left out where it would be too long.

    Examples
    --------
    >>> code = coded([Answer("padding", 2, "output_size", 17, "5")])
    >>> code.startswith("CL1."), decoded(code)[0].answer
    (True, '5')
    """
    kept = list(answers)[-MOST_ANSWERS:]
    code = _packed(kept)
    while len(code) > MOST_CODE:
        kept = kept[len(kept) // 10 + 1 :]
        code = _packed(kept)
    return code


def decoded(code: str) -> tuple[Answer, ...]:
    """The answers of a code.

    Raises
    ------
    ConvLabError
        If it is none, of another version, or was copied with a mistake.
    """
    found = _CODE.fullmatch(code.strip()) if len(code) <= MOST_CODE else None
    if not found:
        shown = "it is too long" if len(code) > MOST_CODE else f"got {code.strip()[:20]!r}"
        raise ConvLabError("code", code[:40], f"must begin with {_VERSION}.", numbers=shown, advice=_ADVICE)
    if f"CL{found[1]}" != _VERSION:
        rule, numbers = f"must be of version {_VERSION}", f"this one is of CL{found[1]}"
        raise ConvLabError("code", code[:40], rule, numbers=numbers, advice="Ask for a new one from this ConvLab.")
    try:
        return tuple(_answer(line) for line in _unpacked(found[2]).splitlines())
    except (ValueError, zlib.error):
        rule, numbers = "must be whole and unchanged", "its check does not fit"
        raise ConvLabError("code", code[:40], rule, numbers=numbers, advice=_ADVICE) from None


def codes_in(text: str) -> list[Code]:
    """The codes of a text, one a line, each after a name if there is one; a line that is broken goes on below.

    Parameters
    ----------
    text : str
        As it was pasted.

    Returns
    -------
    list of Code
        For every line that is not empty; bad ones say why.
    """
    read, left = [], MOST_READ
    for number, line in _whole_lines(text):
        found = _CODE.search(line)
        name = line[: found.start()].rstrip(_AROUND + "(<").lstrip(_AROUND)[:_MOST_NAME] if found else ""
        try:
            answers = decoded(line[found.start() :].rstrip(_AROUND + ")>") if found else line)
        except ConvLabError as error:
            read.append(Code(number, name, wrong=f"The code {error.rule}: {error.numbers}. {error.advice}"))
            continue
        left -= len(answers)
        if left < 0:
            wrong = f"Of one text {MOST_READ:,} answers are read. Paste the other codes by themselves."
            read.append(Code(number, name, wrong=wrong))
            break
        read.append(Code(number, name, answers))
    return read


def _whole_lines(text: str) -> list[tuple[int, str]]:
    """Every line that is not empty with its number, and after a code that does not end what follows of it."""
    lines: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        going_on = lines and _CODE.search(lines[-1][1]) and not lines[-1][1].endswith(".")
        if going_on and re.fullmatch(r"[\w-]+\.?", line, re.ASCII):
            lines[-1] = (lines[-1][0], lines[-1][1] + line)
        elif line:
            lines.append((number, line))
    return lines


def _packed(answers: Iterable[Answer]) -> str:
    """Answers as a code."""
    lines = (f"{each.lesson}\t{each.step}\t{each.kind}\t{each.seed}\t{each.answer}\t{each.hint:d}" for each in answers)
    data = "\n".join(lines).encode()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = squeeze.compress(data) + squeeze.flush()
    return f"{_VERSION}.{_letters(zlib.crc32(body).to_bytes(4, 'big') + body)}."


def _letters(body: bytes) -> str:
    """Bytes as letters and digits."""
    return urlsafe_b64encode(body).decode().rstrip("=")


def _unpacked(body: str) -> str:
    """What a code's body says; a ValueError or a zlib.error where its check does not fit."""
    if not body.endswith("."):
        raise ValueError
    letters = body.removesuffix(".")
    data = urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    if zlib.crc32(data[4:]).to_bytes(4, "big") != data[:4] or _letters(data) != letters:
        raise ValueError
    squeezed = zlib.decompressobj(-zlib.MAX_WBITS)
    text = squeezed.decompress(data[4:], _MOST_TEXT)
    if not squeezed.eof:
        raise ValueError
    return text.decode()


def _answer(line: str) -> Answer:
    """One line of it; a ValueError where it is none."""
    lesson, step, kind, seed, answer, hint = line.split("\t")
    good = re.fullmatch(_NAME, lesson) and re.fullmatch(_NAME, kind) and len(answer) <= _MOST_ANSWER
    if not good or not answer.isprintable() or not 1 <= int(step) <= 99 or not 0 <= int(seed) <= MOST_SEED:
        raise ValueError
    return Answer(lesson, int(step), kind, int(seed), answer, hint == "1")

"""Two pages for print: what a student answered, and a teacher's key."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial

import streamlit as st
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.exercises import KINDS, question
from convlab.exercises.form import Cell, Question, Verdict, cells_of, judged
from convlab.exercises.puzzles import PUZZLES
from convlab.exercises.results import Answer, reached
from convlab.ui import session
from convlab.ui.figures import short
from convlab.ui.lessons.asking import in_a_sentence, seed_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.solving import listed, puzzle_of, told
from convlab.ui.lessons.text import Step, lessons
from convlab.ui.session import Visit

_MOST_CELLS = 9  # rows or columns of numbers that are printed
_SIGNS = {(True, True): " ✓", (False, True): " ○", (True, False): " ✗", (False, False): ""}


def view(visit: Visit[LessonSettings]) -> None:
    """The one that the link asks for, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center", key="lessons_print"):
        st.button("All lessons", key="lessons_all", on_click=partial(_back, visit), icon=":material/arrow_back:")
        st.markdown("Print it with the browser.", width="content")
    if visit.asked.view == "key":
        key(visit.asked)
    else:
        results(session.visitor().done.values())


def _back(visit: Visit[LessonSettings]) -> None:
    """The list of lessons."""
    visit.restart(visit.asked.at_step(""))


def results(done: Iterable[Answer]) -> None:
    """Every question that was answered, with the answer and the rule; in the lessons' order."""
    by_lesson: dict[str, list[Answer]] = {}
    for each in done:
        if each.answer and (each.kind in KINDS or each.kind in PUZZLES):
            by_lesson.setdefault(each.lesson, []).append(each)
    right = sum(each.right for answers in by_lesson.values() for each in answers)
    count = sum(map(len, by_lesson.values()))
    st.markdown(f"**{count} answered, {right} right.** This is your own report: nothing here proves who answered.")
    for name, lesson in lessons().items():
        answers = sorted(by_lesson.get(name, ()), key=lambda each: each.step)
        if answers:
            st.markdown("\n\n".join([f"## {lesson.title}", *map(_answered, answers)]))


def key(settings: LessonSettings) -> None:
    """The questions of one lesson, or of all, with their answers; those that a link with the same number asks."""
    st.markdown("For teachers: these are the questions that a link with the same number asks, with their answers.")
    for name, lesson in lessons().items():
        if settings.lesson in ("", name):
            steps = enumerate(lesson.steps, 1)
            keys = [_key_of(settings.at_step(name, number), step) for number, step in steps]
            if any(keys):
                st.markdown("\n\n".join([f"## {lesson.title}", *filter(None, keys)]))


def _answered(answer: Answer) -> str:
    """One question, and what was answered; one puzzle, and what was found."""
    if answer.kind in PUZZLES:
        reach = PUZZLES[answer.kind].make(answer.seed)
        return f"**Step {answer.step}.** {reach.text}\n\n{told(reach, reached(reach, answer.answer))}"
    asked = question(answer.kind, answer.seed)
    try:
        verdict = judged(asked, answer.answer)
        answered = in_a_sentence(asked, verdict.answer)
    except ConvLabError:
        verdict, answered = Verdict("", right=False), "what is no answer to it"  # of somebody else's making
    hint = ", with the hint" if answer.hint else ""
    said = f"Answered {answered}{hint}: **{'right' if verdict.right else 'not right'}**."
    if not verdict.right:
        said += f" It is {in_a_sentence(asked, asked.answer)}."
        said += f" {verdict.wrong.forgets}" if verdict.wrong else ""
    given = cells_of(verdict.answer) if asked.board is not None else []
    return "\n\n".join([f"**Step {answer.step}.** {asked.text}", *_seen(asked, given), said, asked.rule])


def _key_of(settings: LessonSettings, step: Step) -> str:
    """One step's question or puzzle, and its answers; "" for none."""
    if step.puzzle:
        reach = puzzle_of(settings, step.puzzle)
        return f"**Step {settings.step}.** {reach.text}\n\n{listed(sorted(reach.answers()))}"
    if not step.question:
        return ""
    asked = question(step.question, seed_of(settings))
    right = cells_of(asked.answer) if asked.board is not None else []
    wrongs = "\n".join(f"- {in_a_sentence(asked, each.answer)}: {each.forgets}" for each in asked.wrongs)
    answer = f"Answer: **{in_a_sentence(asked, asked.answer)}**"
    return "\n\n".join([f"**Step {settings.step}.** {asked.text}", *_seen(asked, right), answer, asked.rule, wrongs])


def _seen(asked: Question, given: Sequence[Cell]) -> list[str]:
    """What stands beside a question, as far as it can be printed."""
    small = (each for each in asked.pictures if each.values.dim() == 2 and max(each.values.shape) <= _MOST_CELLS)
    seen = [f"{each.title}:\n\n{_table(each.values)}" for each in small]
    if asked.board is not None:
        seen.append(_table(asked.board, given, cells_of(asked.answer)))
    if asked.options:
        seen.append("Choices: " + " · ".join(in_a_sentence(asked, option) for option in asked.options))
    return seen


def _table(values: Tensor, given: Collection[Cell] = (), right: Collection[Cell] = ()) -> str:
    """Numbers as a table; signs say which cells were marked rightly, missed, or too many."""
    rows, columns = values.shape
    lines = ["| | " + " | ".join(f"**{column}**" for column in range(columns)) + " |", "|" + "--|" * (columns + 1)]
    for row in range(rows):
        cells = [
            short(float(values[row, column])) + _SIGNS[(row, column) in given, (row, column) in right]
            for column in range(columns)
        ]
        lines.append(f"| **{row}** | " + " | ".join(cells) + " |")
    return "\n".join(lines)

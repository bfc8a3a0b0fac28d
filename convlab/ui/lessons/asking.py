"""A lesson's question: its words, where it is answered, a hint; after the answer what is to be said of it."""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from zlib import crc32

import streamlit as st
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.exercises import question
from convlab.exercises.form import REFUSED, Cell, Picture, Question, Verdict, cells_of, judged, read_answer
from convlab.exercises.results import Answer, Place
from convlab.ui import session
from convlab.ui.components.marking import marking
from convlab.ui.components.tiles import Row, Tile, tiles
from convlab.ui.lessons import done
from convlab.ui.lessons.settings import MOST_SEED, LessonSettings
from convlab.ui.session import Visit
from convlab.ui.way_out import in_words

_LessonVisit = Visit[LessonSettings]
_MOST_CELLS = 12  # rows or columns of a picture that is drawn as cells with their numbers
_SIDE = 140  # pixels that a larger one is wide
_TRIES = 20  # seeds that are drawn for another question than the one before
_SAYS = {REFUSED: "PyTorch refuses it"}
_FIELDS = {"number": "A number, or a fraction", "shape": "Numbers, with commas"}


def seed_of(settings: LessonSettings) -> int:
    """What draws a step's question: a number of the step's own, moved on by the link's."""
    own = crc32(f"{settings.lesson} {settings.step}".encode())
    return (own + settings.question_seed) % (MOST_SEED + 1)


def in_a_sentence(asked: Question, answer: str) -> str:
    """An answer as a sentence says it."""
    if asked.form == "cells":
        cells = [f"row {row}, column {column}" for row, column in cells_of(answer)]
        return "; ".join(cells) or "no cell"
    if asked.form == "choice":
        return answer if answer.isdecimal() else f"“{_SAYS.get(answer, answer)}”"
    if asked.form == "number" and "/" not in answer:
        return f"{int(answer):,}"
    return f"({answer})" if asked.form == "shape" else answer


def _no_answer(error: ConvLabError) -> str:
    """What is said of what is no answer; whoever wrote that, it is text and nothing else."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", in_words(error))


def _place(settings: LessonSettings, kind: str) -> Place:
    """Which question it is."""
    return settings.lesson, settings.step, kind, seed_of(settings)


def ask(visit: _LessonVisit, kind: str) -> None:
    """A question, and its answer's verdict once there is one.

    Parameters
    ----------
    visit : Visit
        Of the lessons; what was answered is in its settings.
    kind : str
        A key of `convlab.exercises.KINDS`.
    """
    place = _place(visit.asked, kind)
    asked, verdict, answer = question(*place[2:]), None, visit.asked.answer or done.answered(place)
    if answer:
        try:
            verdict = judged(asked, answer)
        except ConvLabError as error:
            visit.note = _no_answer(error)
    with st.container(border=True, key="question"):
        st.markdown(f"**Predict.** {asked.text}")
        if asked.pictures:
            tiles("lessons_given", _rows(asked.pictures))
        if asked.board is not None:
            _board(visit, kind, asked, asked.board, verdict)
        if verdict:
            _reveal(visit, kind, asked, verdict)
            return
        if asked.board is None:
            _field(visit, kind, asked)
        note = visit.take_note()
        if note:
            st.warning(note)
        _hint(place, asked)


def _board(visit: _LessonVisit, kind: str, asked: Question, board: Tensor, verdict: Verdict | None) -> None:
    """The cells that are marked, or what is to be said of each."""
    key, name = "lessons_marking", f"{kind} {seed_of(visit.asked)}"

    def commit() -> None:
        """The answer came; what comes late is of another question."""
        sent = session.sent(key, "commit")
        if isinstance(sent, dict) and sent.get("name") == name and isinstance(sent.get("cells"), str):
            _commit(visit, kind, sent["cells"])

    answer, right = (cells_of(verdict.answer), cells_of(asked.answer)) if verdict else (None, [])
    marking(key, name, board, about=asked.marked, answer=answer, right=right, on_commit=commit)


def _field(visit: _LessonVisit, kind: str, asked: Question) -> None:
    """Where an answer is written or chosen."""
    key = f"lessons_answer_{kind}"
    written = asked.form != "choice"
    form = st.form(f"lessons_form_{kind}", border=False)
    with form.container(horizontal=written, vertical_alignment="bottom", key=f"question_field_{kind}"):
        if not written:
            st.radio("Your answer", asked.options, None, lambda option: _SAYS.get(option, option), key=key)
        else:
            about = _FIELDS[asked.form]
            st.text_input("Your answer", key=key, max_chars=60, placeholder=about, autocomplete="off", width=280)
        act = partial(_take, visit, kind, key)
        st.form_submit_button("Commit", on_click=act, type="primary", key=f"lessons_commit_{kind}")


def _hint(place: Place, asked: Question) -> None:
    """One hint, when it is asked for."""
    hint = st.expander("Hint", key=f"lessons_hint_{place[2]}", icon=":material/lightbulb:", on_change="rerun")
    if hint.open:
        done.note(Answer(*place, "", hint=True))
        hint.markdown(asked.hint)


def _take(visit: _LessonVisit, kind: str, key: str) -> None:
    """What was written or chosen is the answer."""
    _commit(visit, kind, str(session.said(key) or ""))


def _commit(visit: _LessonVisit, kind: str, text: str) -> None:
    """An answer was given: from now on it stands; what is none is told at its field."""
    asked = question(kind, seed_of(visit.asked))
    try:
        answer = read_answer(asked, text)
    except ConvLabError as error:
        visit.note = _no_answer(error)
        return
    done.note(Answer(*_place(visit.asked, kind), answer))
    visit.show(replace(visit.asked, answer=answer))


def _reveal(visit: _LessonVisit, kind: str, asked: Question, verdict: Verdict) -> None:
    """Right or wrong, which mistake it was, both pictures, the rule."""
    if verdict.right:
        right = "these cells and no others" if asked.form == "cells" else in_a_sentence(asked, asked.answer)
        st.success(f"**Right:** {right}.", icon=":material/check:")
    else:
        st.error(_wrong(asked, verdict), icon=":material/close:")
    wrong = verdict.wrong.shown if verdict.wrong else ()
    if asked.shown:
        gives = "" if asked.shown[-1].given else "What PyTorch gives"
        captions = [*[""] * (len(asked.shown) - 1), gives, *["As you answered"] * len(wrong)]
        tiles("lessons_shown", _rows([*asked.shown, *wrong], captions))
    st.markdown(asked.rule)
    with st.container(horizontal=True, key="question_onward"):
        st.button(
            "Another one", key="lessons_another", on_click=partial(_another, visit, kind), icon=":material/casino:"
        )
        if asked.address:
            path = asked.address.partition("?")[0].replace("_", " ").capitalize() or "the playground"
            st.link_button(f"Open in {path}", f"./{asked.address}", icon=":material/open_in_new:")


def _wrong(asked: Question, verdict: Verdict) -> str:
    """What is to be said of a wrong answer."""
    answers, found = "**Not right.** The signs on the cells say where.", ""
    if asked.form == "cells":
        found = _found(cells_of(verdict.answer), cells_of(asked.answer))
    else:
        given, right = in_a_sentence(asked, verdict.answer), in_a_sentence(asked, asked.answer)
        answers = f"**Not right.** You answered {given}; it is {right}."
    if verdict.wrong:
        return f"{answers} {verdict.wrong.forgets}"
    if found:
        return f"{answers} {found}"
    return f"{answers} None of the usual mistakes gives that: follow the rule below with your numbers."


def _found(marked: Sequence[Cell], right: Sequence[Cell]) -> str:
    """How many of the cells were found; nothing where none was.

    Examples
    --------
    >>> _found([(0, 0), (0, 1), (2, 2)], [(0, 0), (0, 1), (1, 1)])
    '2 of the 3 cells are marked, 1 is forgotten, and 1 is too many.'
    """
    kept, extra = len({*marked} & {*right}), len({*marked} - {*right})
    if not kept:
        return ""
    parts = [f"{kept} of the {len(right)} cells {'is' if kept == 1 else 'are'} marked"]
    for count, word in ((len(right) - kept, "forgotten"), (extra, "too many")):
        parts += [f"{count} {'is' if count == 1 else 'are'} {word}"] * (count > 0)
    return f"{', '.join(parts[:-1])}{',' if len(parts) > 2 else ''} and {parts[-1]}."


def _another(visit: _LessonVisit, kind: str) -> None:
    """The same kind with other numbers."""
    visit.show(anew(visit.asked, lambda settings: question(kind, seed_of(settings)).text))


def anew(settings: LessonSettings, words: Callable[[LessonSettings], str]) -> LessonSettings:
    """The same step, not answered yet, with another number in its link: one that makes other words, if some do."""
    before = settings.question_seed
    seeds = [*(1 + secrets.randbelow(MOST_SEED) for _ in range(_TRIES)), before % MOST_SEED + 1]
    others = [replace(settings, question_seed=seed, answer="", found="") for seed in seeds]
    return next((other for other in others if words(other) != words(settings)), others[-1])


def _rows(pictures: Sequence[Picture], captions: Sequence[str] = ()) -> list[Row]:
    """Pictures as tiles: large ones as wide as one another, below them those of few numbers, with their numbers.

    All but those in colour are on one scale.
    """
    bound = max((float(each.values.abs().max()) for each in pictures if each.values.dim() == 2), default=1.0) or 1.0
    large: list[Tile] = []
    small: list[Tile] = []
    for each, caption in zip(pictures, captions or [""] * len(pictures), strict=True):
        if each.values.dim() == 3:
            large.append(Tile(each.values, each.title, caption, kind="picture"))
        else:
            few = max(each.values.shape) <= _MOST_CELLS
            mark = (*each.ring, 1, 1) if each.ring else None
            alt = f"{each.title}, ringed: row {mark[0]}, column {mark[1]}" if mark else ""
            tile = Tile(each.values, each.title, caption, alt, bound=bound, mark=mark, cells=few, bar=False)
            (small if few else large).append(tile)
    rows = [Row(large, scale="each", side=_SIDE), Row(small)]
    return [row for row in rows if row.tiles]

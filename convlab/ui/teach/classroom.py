"""What a class answered: many codes at once become a table, and a file for a spreadsheet."""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from html import escape
from io import StringIO

import streamlit as st

from convlab.exercises.results import Answer, Code, codes_in
from convlab.ui import session

_KEY = "teach_codes"
_KEY_PAGE = "./lessons?view=key"
_MOST_CHARACTERS = 400_000  # that are pasted: a class, with all that it answered
_MOST_TOLD = 12  # lines that could not be read
_HEAD = ("name", "lesson", "step", "kind", "seed", "answer", "right", "hint")
_FORMULA = re.compile(r"(?![-\d,./ ]+$)[=+@\t\r-]")  # with what begins what a spreadsheet computes
_EXAMPLE = "Ada: CL1.…\nGrace: CL1.…"


def results() -> None:
    """Where codes are pasted, drawn when it is opened, and what they say."""
    box = st.expander("What a class answered", key="teach_class", on_change="rerun")
    if not box.open:
        return
    with box:
        st.markdown(
            "Students find their code at the end of the list of lessons. It says what they answered; what was right is "
            "computed here. It is their own report. A link with question_seed=17 asks with other numbers; the key for "
            "them has question_seed=17 too."
        )
        st.link_button("A key with the answers", _KEY_PAGE, icon=":material/key:")
        label = "Their codes, one a line, each after a name if you like"
        st.text_area(label, key=_KEY, height=150, max_chars=_MOST_CHARACTERS, placeholder=_EXAMPLE)
        codes = _read(session.said(_KEY) or "")
        good, bad = [code for code in codes if not code.wrong], [code for code in codes if code.wrong]
        if bad:
            st.warning(_told(bad))
        if good:
            st.html(table(good))
            file = as_csv(good)
            st.download_button(
                "As a table (CSV)", file, "convlab-results.csv", "text/csv", key="teach_csv", on_click="ignore"
            )


@lru_cache(maxsize=4)
def _read(text: str) -> Sequence[Code]:
    """The codes of a text."""
    return codes_in(text)


def table(codes: Sequence[Code]) -> str:
    """A line for each code: how many were right of those that were answered, in all and in each lesson."""
    lessons = sorted({each.lesson for code in codes for each in code.answers})
    head = ["Name", "Right", "Hints", *lessons]
    rows = [
        [
            code.name or f"Line {code.line}",
            _share(code.answers),
            str(sum(each.hint for each in code.answers)),
            *(_share(each for each in code.answers if each.lesson == lesson) for lesson in lessons),
        ]
        for code in codes
    ]
    body = "".join(_line(row, "td") for row in rows)
    return f"<table class='results'><thead>{_line(head, 'th')}</thead><tbody>{body}</tbody></table>"


def as_csv(codes: Iterable[Code]) -> str:
    """A line for each answer; what a spreadsheet would take for a formula is put in quotes."""
    file = StringIO()
    write: Callable[[Iterable[object]], object] = csv.writer(file).writerow
    write(_HEAD)
    for code in codes:
        for each in code.answers:
            words = (code.name or f"line {code.line}", each.lesson, each.step, each.kind, each.seed, each.answer)
            write([*map(_unlike_a_formula, words), "yes" if each.right else "no", "yes" if each.hint else "no"])
    return file.getvalue()


def _share(answers: Iterable[Answer]) -> str:
    """How many were right of those that were answered; "" where none was."""
    given = [each.right for each in answers if each.answer]
    return f"{sum(given)} of {len(given)}" if given else ""


def _line(cells: Sequence[str], tag: str) -> str:
    """One line of the table, as text and nothing else."""
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


def _unlike_a_formula(word: object) -> object:
    """A word that no spreadsheet computes."""
    return f"'{word}" if isinstance(word, str) and _FORMULA.match(word) else word


def _told(bad: Sequence[Code]) -> str:
    """What could not be read, a line each, as text and nothing else."""
    lines = [f"Line {code.line}: {code.wrong}".replace("`", "") for code in bad[:_MOST_TOLD]]
    more = [f"and {len(bad) - _MOST_TOLD} more"] if len(bad) > _MOST_TOLD else []
    return "\n".join(["Left out:\n```text", *lines, *more, "```"])

"""What was done in the lessons: a code that comes back as it was, a tab that keeps it, a class in one table."""

import csv
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from io import StringIO
from urllib.parse import parse_qsl

import pytest
from conftest import _headers, send, switch
from draws import drawn
from hypothesis import given
from hypothesis import strategies as st
from test_asking import answer, asked_of, asking, settings_of  # noqa: F401 – a fixture

from convlab import exercises
from convlab.errors import ConvLabError
from convlab.exercises.results import MOST_ANSWERS, MOST_CODE, Answer, coded, codes_in, decoded, is_right
from convlab.ui.address import from_query
from convlab.ui.lessons.asking import seed_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import lessons
from convlab.ui.teach.classroom import as_csv, table

NAMES = st.from_regex(r"[a-z0-9_-]{1,40}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=("C", "Z")), max_size=60)
ANSWERS = st.builds(Answer, NAMES, st.integers(1, 99), NAMES, st.integers(0, 9999), WORDS, st.booleans())
SOME = [Answer("padding", 2, "output_size", 17, "5"), Answer("stride", 1, "weight_shape", 4, "8, 4, 3, 3", hint=True)]


# --- the code --------------------------------------------------------------------------------------------------------


@drawn(400)
@given(st.lists(ANSWERS, max_size=12))
def test_a_code_says_what_was_answered(answers):
    assert decoded(coded(answers)) == tuple(answers)


def test_a_code_says_nothing_of_what_was_right():
    code = coded(SOME)
    assert re.fullmatch(r"CL1\.[A-Za-z0-9_-]+\.", code)
    assert "right" not in zlib.decompress(_body(code)[4:], -zlib.MAX_WBITS).decode()


def test_a_code_is_bounded_and_loses_the_oldest():
    many = [Answer("padding", 1 + i % 20, f"kind_{i % 40}", i, f"{i * 7919 % 10_007}, {i}") for i in range(2_000)]
    code = coded(many)
    kept = decoded(code)
    assert len(code) <= MOST_CODE and 200 < len(kept) <= MOST_ANSWERS
    assert kept == tuple(many[-len(kept) :])


def test_every_typing_error_is_found():
    code = coded(SOME)
    for place, letter in enumerate(code):
        for other in ("", "x" if letter != "x" else "y", letter.swapcase() if letter.isalpha() else "-0"):
            with pytest.raises(ConvLabError, match="must be"):
                decoded(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "must begin with CL1"),
        ("hello", "must begin with CL1"),
        ("CL2.abcd.", "must be of version CL1: this one is of CL2"),
        ("CL1.", "must be whole and unchanged"),
        ("CL1.!!!.", "must begin with CL1"),
        ("CL1.AAAAAAAA.", "must be whole and unchanged"),
        ("CL1." + "A" * 1_000_000 + ".", "it is too long"),
    ],
)
def test_what_is_no_code_is_refused(code, message):
    with pytest.raises(ConvLabError, match=message):
        decoded(code)


def packed(data):
    """A code of whatever bytes, with a check that fits."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = squeeze.compress(data) + squeeze.flush()
    return f"CL1.{urlsafe_b64encode(zlib.crc32(body).to_bytes(4, 'big') + body).decode().rstrip('=')}."


def _body(code):
    """The bytes of a code."""
    letters = code.removeprefix("CL1.").removesuffix(".")
    return urlsafe_b64decode(letters + "=" * (-len(letters) % 4))


HOSTILE = [
    b"x" * 5_000_000,  # unpacks to more than it may
    b"a\t1\tb\t2\t3",
    b"a\t0\tb\t2\t3\t0",
    b"a\t1\tb\t10000\t3\t0",
    b"<b>\t1\tb\t2\t3\t0",
    b"a\tone\tb\t2\t3\t0",
    b"a\t1\tb\t2\t\x1b[31m\t0",
    b"a\t1\tb\t2\t" + b"9" * 1_000 + b"\t0",
    b"\xff\xfe",
]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_a_code_that_was_made_by_somebody_else_is_refused(data):
    with pytest.raises(ConvLabError, match="must be whole and unchanged"):
        decoded(packed(data))


@drawn(400)
@given(st.text() | st.from_regex(r"(.*\n)?CL1\.[A-Za-z0-9_-]*\.?") | st.binary().map(packed))
def test_whatever_is_pasted_is_read_or_told(text):
    for code in codes_in(text):
        assert code.wrong or all(isinstance(each, Answer) for each in code.answers)
        assert 1 <= code.line <= text.count("\n") + len(text.splitlines())


def test_codes_stand_one_a_line_after_names_and_may_be_broken_by_a_mail():
    one, other = coded(SOME[:1]), coded(SOME)
    text = (
        f"Ada Lovelace: {one}\n\nnonsense\n{other[:40]}\n{other[40:90]}\n{other[90:]}\n  Zoë\t{one} thanks\nCL1.xx.\n"
    )
    text = text.replace(" thanks", "")
    found = codes_in(text)
    assert [(code.line, code.name, len(code.answers), bool(code.wrong)) for code in found] == [
        (1, "Ada Lovelace", 1, False),
        (3, "", 0, True),
        (4, "", 2, False),
        (7, "Zoë", 1, False),
        (8, "", 0, True),
    ]


@pytest.mark.parametrize("line", ['"Ada","{}"', "Ada;{};", "Ada ({})", "Ada | {} |", "Ada: <{}>"])
def test_a_code_may_come_out_of_a_table(line):
    (found,) = codes_in(line.format(coded(SOME)))
    assert (found.name, found.answers, found.wrong) == ("Ada", tuple(SOME), "")


def test_no_more_answers_are_computed_than_can_be():
    code = coded([Answer("a", 1, "b", i, "1") for i in range(MOST_ANSWERS)])
    found = codes_in("\n".join([code] * 30))
    assert len(found) == 13 and "Paste the other codes" in found[-1].wrong


def test_the_questions_of_a_whole_code_are_drawn_once():
    exercises.question.cache_clear()
    seeds = range(MOST_ANSWERS)
    for seed in (*seeds, *seeds):
        exercises.question("even_kernel", seed)
    assert exercises.question.cache_info().misses <= MOST_ANSWERS


def test_an_answer_to_a_question_that_is_not_there_is_not_right():
    assert not is_right("nothing_of_the_kind", 1, "5")
    assert not is_right("nothing_of_the_kind", 1, "")


# --- the tab ---------------------------------------------------------------------------------------------------------


def kept(app):
    """What the tab is told to keep."""
    return next(header for name, header in _headers(app) if name == "notes")


def test_what_was_answered_is_kept_in_the_tab(asking):  # noqa: F811
    app = asking("number")
    assert kept(app)["text"] == ""
    answer(app, "12")
    (done,) = decoded(kept(app)["text"])
    assert (done.lesson, done.step, done.kind, done.answer, done.hint) == ("trial", 1, "trial", "12", False)


def test_what_the_tab_kept_comes_back_beside_what_was_done_since(asking):  # noqa: F811
    app = asking("number")
    answer(app, "12")
    before = Answer("trial", 2, "trial", 99, "3")
    same = Answer("trial", 1, "trial", next(iter(app.session_state["visitor"].done))[3], "77")
    send(app, "lessons_notes", "kept", {"text": coded([before, same])})
    assert not app.exception and kept(app)["heard"]
    assert [each.answer for each in decoded(kept(app)["text"])] == ["3", "77"]
    send(app, "lessons_notes", "kept", {"text": coded([])})
    assert len(decoded(kept(app)["text"])) == 2


@pytest.mark.parametrize("hostile", [None, 3, {}, {"text": 4}, {"text": "CL9.x."}, {"text": "x" * 100_000}])
def test_whatever_stood_in_the_tab_does_no_harm(asking, hostile):  # noqa: F811
    app = asking("number")
    answer(app, "12")
    send(app, "lessons_notes", "kept", hostile)
    assert not app.exception
    assert len(decoded(kept(app)["text"])) == 1


# --- what is handed in -----------------------------------------------------------------------------------------------


def listed(app):
    """The list of lessons, with what was done open."""
    app.button(key="lessons_all").click().run()
    app.session_state["lessons_done"] = True
    return app.run()


def test_the_list_has_the_code_and_the_page_for_print(asking):  # noqa: F811
    app = asking("number")
    asked = asked_of(app)
    answer(app, asked.wrongs[0].answer)
    listed(app)
    assert [each.label for each in app.expander] == ["Your answers: 1, right: 0"]
    assert decoded(app.code[0].value)[0].answer == asked.wrongs[0].answer
    app.button(key="lessons_to_print").click().run()
    assert settings_of(app).view == "print"
    words = "\n".join(each.value for each in app.markdown)
    for said in ("1 answered, 0 right", "nothing here proves", asked.text, asked.rule, asked.wrongs[0].forgets):
        assert said in words
    assert f"It is {int(asked.answer):,}." in words


@pytest.mark.parametrize("kind", ["number", "shape", "choice", "cells"])
def test_what_is_no_answer_is_printed_as_none(asking, kind):  # noqa: F811
    app = asking(kind, view="print")
    send(app, "lessons_notes", "kept", {"text": coded([Answer("trial", 1, "trial", 17, "[a](b) c")])})
    assert not app.exception
    words = "\n".join(each.value for each in app.markdown)
    assert "Answered what is no answer to it: **not right**. It is" in words and "](b)" not in words


def test_what_was_done_can_be_forgotten(asking):  # noqa: F811
    app = asking("number")
    answer(app, "12")
    listed(app)
    app.button(key="lessons_forget").click().run()
    assert not app.exception and not app.expander and kept(app) == kept(app) | {"text": "", "heard": True}


@pytest.mark.parametrize("kind", ["number", "shape", "choice", "cells"])
def test_the_key_has_the_questions_that_a_link_with_its_number_asks(asking, kind):  # noqa: F811
    app = asking(kind, question_seed=17, view="key", lesson="")
    words = "\n".join(each.value for each in app.markdown)
    for step in (1, 2):
        seed = seed_of(LessonSettings(lesson="trial", step=step, question_seed=17))
        asked = exercises.question("trial", seed)
        assert asked.text in words and asked.rule in words and asked.wrongs[0].forgets in words
        assert asked.answer in words or kind == "cells"
    assert ("✓ |" in words) == (kind == "cells")  # the board, with what is right


def test_the_print_page_of_nobody_is_empty(asking):  # noqa: F811
    app = asking("number", view="print")
    assert any("**0 answered, 0 right.**" in each.value for each in app.markdown)


# --- a class ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def trial(monkeypatch):
    """A kind whose answer is its seed."""

    def right(kind, seed, answer):
        return answer == str(seed)

    monkeypatch.setattr("convlab.exercises.results.is_right", right)


CLASS = [
    ("<b>Ada</b>", [Answer("padding", 1, "size", 5, "5"), Answer("stride", 1, "size", 6, "7", hint=True)]),
    ("=HYPERLINK(1)", [Answer("padding", 1, "size", 5, "-4")]),
]


def test_a_class_in_one_table(trial):
    text = "\n".join(f"{name}: {coded(answers)}" for name, answers in CLASS)
    drawn = table(codes_in(text))
    assert "<b>" not in drawn and "&lt;b&gt;Ada&lt;/b&gt;" in drawn
    rows = [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in drawn.split("</tr>")[:-1]]
    assert rows[0] == ["Name", "Right", "Hints", "padding", "stride"]
    assert [row[1:] for row in rows[1:]] == [["1 of 2", "1", "1 of 1", "0 of 1"], ["0 of 1", "0", "0 of 1", ""]]


def test_a_class_as_a_file_that_no_spreadsheet_computes(trial):
    text = "\n".join(f"{name}: {coded(answers)}" for name, answers in CLASS)
    rows = list(csv.DictReader(StringIO(as_csv(codes_in(text)))))
    assert [(row["name"], row["answer"], row["right"], row["hint"]) for row in rows] == [
        ("<b>Ada</b>", "5", "yes", "no"),
        ("<b>Ada</b>", "7", "no", "yes"),
        ("'=HYPERLINK(1)", "-4", "no", "no"),
    ]


def test_the_page_for_teachers_reads_codes_and_names_bad_lines(app):
    switch(app, "teach")
    app.session_state["teach_class"] = True
    app.run()
    app.text_area(key="teach_codes").set_value(f"Ada: {coded(SOME)}\nBob: CL1.xx.\n*[x](y)*").run()
    assert not app.exception
    assert "Line 2" in app.warning[0].value and "Line 3" in app.warning[0].value
    assert app.warning[0].value.endswith("\n```") and app.warning[0].value.count("`") == 6
    assert "Ada" in app.get("html")[0].proto.body
    app.text_area(key="teach_codes").set_value("x" * 100_000 + "\n" + "CL1." + "\x00" * 9).run()
    assert not app.exception and app.warning and not app.get("html")


# --- a list of lessons -----------------------------------------------------------------------------------------------


def test_a_teacher_chooses_the_lessons_that_a_link_lists(app):
    switch(app, "teach")
    app.button(key="teach_take_lessons").click().run()
    app.multiselect(key="teach_only").set_value(["stride", "padding"]).run()
    assert not app.exception
    address = app.code[0].value
    assert address.endswith("lessons?only=padding,stride")
    settings, strange = from_query(dict(parse_qsl(address.partition("?")[2])), LessonSettings)
    assert [*settings.listed()] == ["padding", "stride"] and not strange


def test_a_link_lists_its_lessons_and_leads_through_them(app):
    app.query_params["only"] = "stride,padding"
    switch(app, "lessons")
    keys = [each.key for each in app.button if each.key and each.key.startswith("lessons_to_")]
    assert keys == ["lessons_to_padding", "lessons_to_stride"]
    assert app.button(key="lessons_start").label == "Start with lesson 2"
    app.button(key="lessons_to_padding").click().run()
    for _ in range(len(lessons()["padding"].steps)):
        app.button(key="lessons_next").click().run()
    assert not app.exception and settings_of(app).lesson == "stride"
    for _ in range(len(lessons()["stride"].steps)):
        app.button(key="lessons_next").click().run()
    assert settings_of(app).lesson == "" and settings_of(app).only == ("padding", "stride")


@pytest.mark.parametrize("only", ["", "nonsense", "padding,nonsense", ","])
def test_a_list_that_makes_no_sense_is_all_of_them(only):
    settings, _ = from_query({"only": only}, LessonSettings)
    assert settings.listed() == lessons()


def test_a_lesson_that_is_not_listed_leads_through_all():
    assert LessonSettings(lesson="stride", only=("padding",)).listed() == lessons()

"""What is typed as an answer is read as it is meant, or refused with the way out."""

import pytest

from convlab import ConvLabError
from convlab.exercises.form import Question, read_answer


def asked(form, **more):
    """A question of that form."""
    return Question("?", form, "5", (), "", "", {}, **more)


@pytest.mark.parametrize(
    ("form", "typed", "read"),
    [
        ("number", "55", "55"),
        ("number", " 55.0 ", "55"),
        ("number", "768,000", "768000"),
        ("number", "1 000", "1000"),
        ("number", "4 / 9", "4/9"),
        ("number", "−5", "-5"),
        ("number", "0.5", "1/2"),
        ("shape", "(8, 4, 3, 3)", "8, 4, 3, 3"),
        ("shape", "8x4x3x3", "8, 4, 3, 3"),
        ("shape", "[2 × 2]", "2, 2"),
        ("shape", "2 by 3", "2, 3"),
        ("shape", "(2, 3", "2, 3"),
    ],
)
def test_an_answer_is_read_as_it_is_meant(form, typed, read):
    assert read_answer(asked(form), typed) == read


@pytest.mark.parametrize(
    ("form", "typed", "word"),
    [
        ("number", "", "must be a number: got ''. Write 5, or 4/9."),
        ("number", "abc", "must be a number"),
        ("number", "3 * x", "must be a number"),
        ("number", "2 rows", "must be a number"),
        ("number", "5 6", "must be one number"),
        ("number", "1/0", "must not divide by 0"),
        ("number", "9" * 61, "must be a number"),
        ("shape", "five, three", "Write them in their order"),
        ("choice", "maybe", "must be one of the choices"),
        ("cells", "0,0", "must be cells of the grid"),
    ],
)
def test_what_is_no_answer_is_refused(form, typed, word):
    with pytest.raises(ConvLabError) as refused:
        read_answer(asked(form), typed)
    assert word in str(refused.value)
    assert refused.value.parameter == "answer"

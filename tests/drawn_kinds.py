"""What every kind of question must keep, whatever it asks."""

import re
from random import Random

import torch

from convlab.exercises.form import judged
from convlab.exercises.printing import printed

torch.set_num_threads(1)

SEEDS = 1000
MOST_PRINTED = 12  # cells of a grid that stands in the text


def asked(kinds, kind, seed):
    """A question as a page asks for it, held to what holds for all."""
    question = kinds[kind].make(Random(f"{kind} {seed}"))
    if seed % 10 == 0:
        again = kinds[kind].make(Random(f"{kind} {seed}"))
        assert (question.text, question.answer, question.options) == (again.text, again.answer, again.options)
    answers = [wrong.answer for wrong in question.wrongs]
    assert answers and question.answer not in answers and len({*answers}) == len(answers)
    assert judged(question, question.answer).right
    assert all(judged(question, wrong.answer).wrong is wrong for wrong in question.wrongs)
    assert question.form != "choice" or sorted(question.options) == sorted([question.answer, *answers])
    assert not tells(question.hint, question.answer)
    for given in question.given.values():
        assert stands_in(question.text, given), (question.text, given)
    return question


def by_torch(kinds, kind, answer):
    """The answers of all seeds, each the one that torch gives to what is given."""
    answers = set()
    for seed in range(SEEDS):
        question = asked(kinds, kind, seed)
        assert question.answer == answer(question.given), (seed, question.text)
        answers.add(question.answer)
    return answers


def tells(hint, answer):
    """Whether a hint holds the answer as a word of its own."""
    return bool(answer) and re.search(rf"(?<![\w.]){re.escape(answer)}(?![\w.])", hint) is not None


def stands_in(text, given):
    """Whether a drawn number, or both of a pair, can be read in the text; of a large grid its size."""
    if isinstance(given, str | list | dict):  # what is drawn as a picture
        return True
    if isinstance(given, torch.Tensor):
        small = given.numel() <= MOST_PRINTED or given.dim() == 1
        return (
            printed(given if given.dim() == 2 else given[None]) in text
            if small
            else "×".join(map(str, given.shape)) in text
        )
    if isinstance(given, tuple):
        return all(stands_in(text, number) for number in given)
    if given in (0, 1) and not isinstance(given, bool):  # what is usual may be left out, or be a word
        return True
    return isinstance(given, bool) or re.search(rf"(?<!\d){re.escape(str(given))}(?!\d)", text) is not None

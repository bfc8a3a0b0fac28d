"""What holds of every question, whatever its kind."""

import re
from urllib.parse import parse_qsl

from convlab import SAMPLES
from convlab.exercises import question
from convlab.exercises.form import judged, read_answer
from convlab.exercises.printing import mistakes
from convlab.images import open_image
from convlab.ui.address import from_query
from convlab.ui.network.row import laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.pictures import input_shape
from convlab.ui.steps.settings import StepSettings, step_of


def flat(value):
    """The numbers of one that is given: of a pair both."""
    values = value if isinstance(value, tuple) else (value,)
    return [each for each in values if isinstance(each, int) and not isinstance(each, bool)]


def answers(asked):
    """What is answered wrongly, and not by chance rightly."""
    return [wrong.answer for wrong in mistakes(asked.answer, asked.wrongs)]


def forgotten(asked, answer):
    """What is said to a wrong answer."""
    return next(wrong.forgets for wrong in asked.wrongs if wrong.answer == answer)


def holds(asked):
    """Its answers are read as they are written, are all different, and its words say all that is given."""
    assert read_answer(asked, asked.answer) == asked.answer
    assert judged(asked, asked.answer).right
    answers = [asked.answer, *(wrong.answer for wrong in asked.wrongs)]
    assert len(answers) > 1
    assert len(set(answers)) == len(answers)
    for wrong in asked.wrongs:
        assert judged(asked, wrong.answer).wrong is wrong
        assert wrong.forgets.startswith("This ")
    given = {number for value in asked.given.values() for number in flat(value)}
    assert given <= {int(number.replace(",", "")) for number in re.findall(r"\d+(?:,\d{3})*", asked.text)}, asked.text
    assert not set(re.findall(r"\w+", asked.answer)) & set(re.findall(r"\w+", asked.hint)), asked.hint
    assert not asked.options or {*answers} <= {*asked.options}
    for picture in (*asked.shown, *(picture for wrong in asked.wrongs for picture in wrong.shown)):
        assert picture.values.ndim == 2 or (
            picture.values.shape[0] == 3 and 0 <= picture.values.min() <= picture.values.max() <= 1
        )
        assert picture.values.isfinite().all()
        assert max(picture.values.shape) <= 90


def same_again(kind, seed):
    """The question of a seed, which is the same when it is made anew."""
    first, again = question.__wrapped__(kind, seed), question.__wrapped__(kind, seed)
    for name in ("text", "answer", "rule", "hint", "given", "options", "address"):
        assert getattr(first, name) == getattr(again, name)
    assert [wrong.answer for wrong in first.wrongs] == [wrong.answer for wrong in again.wrongs]
    assert all(one.values.equal(other.values) for one, other in zip(first.shown, again.shown, strict=True))
    return first


def settings_of_link(address):
    """The settings of the page that a question names; all of its address makes sense there."""
    path, query = address.split("?")
    kind = {"step_by_step": StepSettings, "network": NetworkSettings}[path]
    settings, senseless = from_query(dict(parse_qsl(query, strict_parsing=True)), kind)
    assert not senseless, address
    return settings


def layer_there(address):
    """The layer on the page that a question names, and the shape of what it makes there."""
    settings = settings_of_link(address)
    if isinstance(settings, StepSettings):
        layer = step_of(settings).layer
        return layer, layer.output_shape((settings.in_channels, *settings.input_size))
    side = open_image(SAMPLES[settings.picture].path).size
    row = laid(settings.layers, input_shape(side[::-1], settings.max_side, settings.grey))
    assert row.fault is None
    return row.steps[-1].layer, row.shapes[-1]

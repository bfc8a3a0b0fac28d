"""The page of lessons: every step opens with its picture, its controls change it, and a link says it all."""

import pytest
from conftest import SHOWN, switch

from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import lessons

STEPS = [(name, number) for name, lesson in lessons().items() for number in range(1, len(lesson.steps) + 1)]


def opened(app, **query):
    """The page, opened by a link."""
    for name, value in query.items():
        app.query_params[name] = str(value)
    switch(app, "lessons")
    assert not app.exception
    return app


def visit_of(app):
    """The page as the student has it."""
    return app.session_state["visitor"].visits[LessonSettings]


def components_of(app):
    """The names of the components on the page."""
    return {each.proto.component_name.rpartition(".")[2] for each in app.get("bidi_component")}


@pytest.mark.parametrize(("lesson", "step"), STEPS)
def test_every_step_opens_with_its_picture(app, lesson, step):
    opened(app, lesson=lesson, step=step)
    assert {*SHOWN} & components_of(app) or app.get("plotly_chart")
    assert f"## {lessons()[lesson].step(step).title}" in "\n".join(each.value for each in app.markdown)

"""The picture of a step: another page's, whose settings live in the address of the lesson. No streamlit here."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from convlab.ui.address import from_query, to_address
from convlab.ui.fields import settings_of
from convlab.ui.lessons.settings import LessonSettings
from convlab.ui.lessons.text import Step
from convlab.ui.session import Visit

_WRITTEN = ("edits", "cells")  # by hand
_AS_FIRST = "stride=1"  # a state that is not "" and sets nothing


class Inner(Visit[Any]):
    """A visit of the page that a step's picture is of; what is set of it goes into the lesson's `state`.

    Parameters
    ----------
    page : Visit
        The lesson's.
    step : Step
        The step.
    prefix : str
        Stands in front of the keys of the widgets of the picture's page: the script of its maps knows them by these.
    """

    def __init__(self, page: Visit[LessonSettings], step: Step, prefix: str) -> None:
        super().__init__(step.settings, step.settings, fresh=page.fresh)
        self.prefix = prefix
        self._page, self._first, self._controls, self.of = page, step.settings, step.controls, _place(page)

    def open(self, settings: Any) -> None:
        """Make these the picture's settings, unless the student has gone on to another step."""
        settings = self._with_numbers(settings)
        super().open(settings)
        if self.of == _place(self._page):
            state = "" if settings.untasked() == self._first else to_address(settings.untasked()) or _AS_FIRST
            self._page.asked = replace(self._page.asked, state=state)

    def _with_numbers(self, settings: Any) -> Any:
        """The same; where nothing is written by hand any more, what the lesson has written is there again."""
        written = {name: getattr(self._first, name) for name in _WRITTEN if name in settings_of(type(settings))}
        return settings if any(getattr(settings, name) for name in written) else replace(settings, **written)

    def follow(self) -> None:
        """Take what the address says; what can be moved is what the step names, as far as a task shows it."""
        outer, first = self._page.asked, self._first
        settings = from_query(dict(parse_qsl(outer.state)), type(first))[0] if outer.state else first
        locks = tuple(name for name in outer.locks if name in settings_of(type(first)))
        super().open(replace(settings, task="", shows=self.controls, locks=locks, start=_AS_FIRST))

    @property
    def controls(self) -> tuple[str, ...]:
        """The settings that can be moved."""
        shows = self._page.asked.shows
        return tuple(name for name in self._controls if not shows or name in shows)


def inner_of(page: Visit[LessonSettings], step: Step, prefix: str) -> Inner:
    """The visit of a step's picture, the same one as long as the student stays."""
    inner = page.part
    if not isinstance(inner, Inner) or inner.of != _place(page):
        inner = page.part = Inner(page, step, prefix)
    inner.follow()
    return inner


def _place(page: Visit[LessonSettings]) -> tuple[str, int, int]:
    """Which step it is, and which beginning of it."""
    return page.asked.lesson, page.asked.step, page.fresh

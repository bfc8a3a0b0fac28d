"""One run of a page: read the address → check → last good → view → heading → sidebar → keep the address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st

from convlab.ui import session
from convlab.ui.address import S, from_query
from convlab.ui.controls import Controls
from convlab.ui.dock import dock_of
from convlab.ui.heading import task_line
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.session import Visit
from convlab.ui.tab import keep_tab
from convlab.ui.way_out import Refusal, label_of, refusal_of

_HOUSE = Path(__file__).parents[1]
_PAGES = next(folder for folder in (_HOUSE / "pages", _HOUSE.parent / "pages") if folder.is_dir())  # a wheel's, or here
T = TypeVar("T", bound=LayerSettings)
AtHand = tuple[Visit[Any], str, tuple[str, ...]]  # a visit, what stands in front of its keys, and its settings at hand
Onward = Callable[..., Any]  # what only the registry knows: what a page shows -> another page's address; all pages


class Parts(Protocol[T]):
    """What a page's folder has: a module with these functions."""

    @property
    def AT_HAND(self) -> tuple[str, ...]:  # noqa: N802 – a constant of the module
        """The settings that a phone's dock has."""

    def check(self, settings: T) -> None:
        """Refuse settings that do not work, with a ConvLabError."""

    def view(self, visit: Visit[T], good: T, onward: Onward) -> None:
        """What the page shows, for settings that work."""

    def heading(self, controls: Controls[T], good: T) -> None:
        """What stands above it."""

    def below(self, visit: Visit[T], good: T) -> None:
        """What stands under it."""

    def sidebar(self, controls: Controls[T]) -> None:
        """The controls."""

    def warm(self) -> None:
        """Make what a first visitor sees, once, before anybody comes."""


def _nowhere(*shown: object) -> str:
    """A page that leads nowhere."""
    return ""


@dataclass(frozen=True)
class Page(Generic[S]):
    """A page of the playground.

    Attributes
    ----------
    path : str
        Its part of the address; "" for the bare one.
    title, icon : str
        In the list of pages.
    settings : type
        What can be set on it.
    parts : module
        What to run.
    component : str
        What it is about: the folder of scripts that its browser needs first.
    onward : callable
        What the page shows, on another page: its address, or "". For teachers: the pages.
    """

    path: str
    title: str
    icon: str
    settings: type[S]
    parts: Parts[S]
    component: str
    onward: Onward = _nowhere

    @property
    def prefix(self) -> str:
        """Stands in front of the keys of its widgets."""
        return f"{self.path}_" if self.path else ""

    def run(self) -> None:
        """One run for one visitor."""
        visit = opened(self.settings)
        visit.begin()
        refusal = refusal_of(visit.asked, self.parts.check)
        visit.good = last_good(visit, refusal, self.parts.check)
        controls = Controls(visit, self.prefix, refusal)
        above = st.container()
        self.parts.view(visit, visit.good, self.onward)  # first on its way to the browser
        with above:
            self.parts.heading(controls, visit.good)
            if visit.asked.task:
                task_line(visit.asked.task)
            if visit.word:
                st.info(visit.word)
            controls.show_refusal("page")
        self.parts.below(visit, visit.good)
        with st.sidebar:
            self.parts.sidebar(controls)
        hand, prefix, names = self._at_hand(visit)
        dock_of(hand, prefix, names)
        keep_tab(self.path, visit, [(visit, self.prefix), (hand, prefix)])
        visit.word = ""
        visit.end()

    def _at_hand(self, visit: Visit[S]) -> AtHand:
        """What a phone has at hand: the page's settings, or those of a part of it that says so."""
        part: Callable[..., AtHand | None] = getattr(self.parts, "at_hand", _none)
        return part(visit, self.prefix) or (visit, self.prefix, self.parts.AT_HAND)


def file_of(name: str) -> Path:
    """The few lines that run a page, by the name that it has in the registry."""
    return _PAGES / f"{name}.py"


def _none(*given: object) -> None:
    """No part of the page has settings of its own."""


def opened(kind: type[S]) -> Visit[S]:
    """The page as the visitor left it; the first time as the address says, with a word about what made no sense."""
    if session.was_here(kind):
        return session.visit(kind)
    settings, bad = from_query(st.query_params.to_dict(), kind)
    visit = session.visit(kind)
    visit.open(settings)
    if bad:
        names = ", ".join(label_of(name, kind).lower() for name in bad[:5])
        left = f"{'was' if len(bad) == 1 else 'were'} left at the default"
        visit.word = f"The link's {names} made no sense here and {left}."
    return visit


def last_good(visit: Visit[S], refusal: Refusal[S] | None, check: Callable[[S], None]) -> S:
    """What to show: the asked settings; where they are refused the last good ones, with what they keep of the new.

    What was good before may not work any more: on another picture, beside a pinned A.
    """
    if not refusal:
        return visit.asked
    good = replace(visit.good, **{name: getattr(visit.asked, name) for name in visit.asked.lasting})
    if refusal_of(good, check):
        good = refusal.way_out or type(good)()
    return good

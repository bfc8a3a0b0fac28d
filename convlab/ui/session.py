"""What a visitor has on the server: one `Visit` for each page, and their own pictures. Alone touches st.session_state.

A widget is known by its key, on every page; whose setting it changes is said by the callback that it was drawn with, so
that a page's last word, which may come after it was left, never reaches another page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from time import monotonic
from typing import Any, Generic

import streamlit as st

from convlab.exercises.results import Answer, Place
from convlab.ui.address import S, begun
from convlab.ui.components.maps.blobs import Known
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.way_out import label_of

_KEY = "visitor"
_ARRIVES = 2.0  # seconds after which a run's messages have been heard; Streamlit drops those of a run overtaken


@dataclass
class Visit(Generic[S]):
    """One page as a visitor left it.

    Attributes
    ----------
    asked : LayerSettings
        What is set.
    good : LayerSettings
        The last settings that worked.
    word : str
        What the link said that made no sense; said once.
    note : str
        What a component has to say once: an edit that was refused.
    moved : bool
        Whether anything was set since it was opened.
    split : bool
        Whether there are sliders for rows and for columns.
    fresh : int
        How often the page began anew.
    seen_edit : int
        The number of the last cell that was written by hand, or refused.
    seen_move : int
        The number of the last control that was moved in the dock.
    heard : int
        The number of the last wish of a slider that was moved while the line was cut.
    restored : int
        The number of the last address that the tab gave back.
    question : (str, object) or None
        What a slider's other value would show: its key and that value, for one run.
    draft : object
        What was set of a part of the page and cannot be made, with what it was set of.
    part : object
        The visit of another page's picture that stands on this one.
    wanted : bool
        Whether a file is to be made.
    made : (object, bytes) or None
        A file that was made on request, and of what.
    whole_page : bool
        Whether a part's answer is not enough and the whole page has to run.
    unsure : dict of str to list
        Widgets that were given a value, of which it is not known whether it reached the browser; what each said before.
    known : Known
        The maps' arrays that this visitor's browser was sent.
    rested : float
        When the last whole run ended, in seconds of `time.monotonic`.
    """

    asked: S
    good: S
    word: str = ""
    note: str = ""
    moved: bool = False
    split: bool = False
    fresh: int = 0
    seen_edit: int = 0
    seen_move: int = 0
    heard: int = 0
    restored: int = 0
    question: tuple[str, Any] | None = None
    draft: Any = None
    part: Any = None
    wanted: bool = False
    made: tuple[Any, bytes] | None = None
    whole_page: bool = False
    unsure: dict[str, list[Any]] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    rested: float = 0.0

    def begin(self) -> None:
        """A run of the page begins."""
        self.arrive()
        self.rested, self.whole_page = 0.0, False
        self.question = None  # a whole run answers none

    def arrive(self) -> None:
        """What a run gave that ended a while ago has arrived."""
        if self.rested and monotonic() - self.rested > _ARRIVES:
            self.unsure.clear()

    def end(self) -> None:
        """A run of the page came to its end; one that was interrupted never does."""
        self.rested = monotonic()

    def show(self, settings: S) -> None:
        """Make these the page's settings, but for what its task locks; for callbacks, before the widgets are drawn."""
        kept = self.asked.keeping(settings)
        locked = [name for name in self.asked.locks if getattr(settings, name, None) != getattr(kept, name, None)]
        if locked:
            names = ", ".join(dict.fromkeys(label_of(name, type(settings)) for name in locked))
            self.word, self.whole_page = f"Locked in this task: {names}.", True
        self.moved = True
        self.open(kept)

    def open(self, settings: S) -> None:
        """Make these the page's settings, with the task that they have: a link's."""
        self.asked = begun(settings)
        self.split = self.split or settings.apart

    def restart(self, settings: S) -> None:
        """Begin anew with some settings and their task, whatever was set, pinned or pointed at before."""
        self.split = False
        self.fresh += 1
        self.open(settings)

    def take_note(self) -> str:
        """What a component has to say, once."""
        note, self.note = self.note, ""
        return note


@dataclass
class OwnPicture:
    """The visitor's own picture.

    Attributes
    ----------
    picture : object or None
        The picture, while there is one.
    error : str
        What is wrong with the last one that came.
    heard : int
        The number of that one.
    number : int
        The number of the picture itself.
    """

    picture: Any = None
    error: str = ""
    heard: int = 0
    number: int = 0


@dataclass
class Visitor:
    """Everything that a visitor has on the server.

    Attributes
    ----------
    token : str
        Another one for every visit: the browser sees by it that the server has forgotten the one before.
    visits : dict of type to Visit
        By the pages' kinds of settings, the last one last.
    own : OwnPicture
        Their own picture.
    sample : str
        Which sample was shown last; "" for none yet.
    done : dict of tuple to Answer
        What was answered in the lessons, by its question, the last one last.
    notes_heard : bool
        Whether the tab has said what it kept of that before this visit.
    """

    token: str = field(default_factory=lambda: token_hex(8))
    visits: dict[type, Visit[Any]] = field(default_factory=dict)
    own: OwnPicture = field(default_factory=OwnPicture)
    sample: str = ""
    done: dict[Place, Answer] = field(default_factory=dict)
    notes_heard: bool = False


def visitor() -> Visitor:
    """The visitor whose run this is."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Visitor()
    known: Visitor = st.session_state[_KEY]
    return known


def browser() -> str:
    """A name that stays the same when the visitor loads the page anew: of their browser, or else of this visit.

    It is what Streamlit's own cookie says, below a mask that changes. A frame in another site's page gets no cookie.
    """
    try:
        _, mask, masked, _ = st.context.cookies["_streamlit_xsrf"].split("|")
        hidden, key = bytes.fromhex(masked), bytes.fromhex(mask)
        return bytes(byte ^ key[place % len(key)] for place, byte in enumerate(hidden)).hex() or visitor().token
    except (KeyError, ValueError, ZeroDivisionError):
        return visitor().token


def visit(kind: type[S]) -> Visit[S]:
    """A page as the visitor left it, from now on the last of them; as it first opens, where they were not there yet.

    Parameters
    ----------
    kind : type
        The page's kind of settings.
    """
    visits = visitor().visits
    visits[kind] = visits.pop(kind) if kind in visits else Visit(kind(), kind())
    return visits[kind]


def was_here(kind: type[LayerSettings]) -> bool:
    """Whether the visitor has been on a page."""
    return kind in visitor().visits


def just_came(kind: type[LayerSettings]) -> bool:
    """Whether the visitor has just come, to that page, and has not set anything yet."""
    visits = visitor().visits
    return [*visits] == [kind] and not visits[kind].moved and visits[kind].asked == kind()


def said(key: str) -> Any:
    """What a widget says; None where it says nothing or is not there any more."""
    return st.session_state.get(key)


def sent(key: str, event: str) -> Any:
    """What a component sent with an event; None where it sent none or is not there any more."""
    state = st.session_state.get(key)
    return state.get(event) if isinstance(state, Mapping) else None


def give(visit: Visit[S], key: str, value: Any, drawn: Any = None) -> None:
    """Give a widget its value before it is drawn: where it says another one, or where one may not have arrived.

    Parameters
    ----------
    visit : Visit
        Of the widget's page.
    key : str
        The widget's.
    value : object
        What it is to say.
    drawn : object, optional
        What a widget that is drawn for the first time says by itself; the value where this is left out.
    """
    said = st.session_state.get(key, value if drawn is None else drawn)
    if key in visit.unsure or said != value:
        before = visit.unsure.setdefault(key, [])
        if said != value and key in st.session_state:
            before.append(said)
        st.session_state[key] = value


def touched(visit: Visit[S], key: str, *, typed: bool = False) -> bool:
    """Whether a widget that says something new was touched: then it is in the browser, and what it was given arrived.

    One that is built late, or that spoke before it heard, says once more what it said before it was given its value.
    Over what is typed, another value may still arrive that was given a moment before: it is given what was typed.
    """
    visit.arrive()
    if said(key) in visit.unsure.get(key, []):
        return False
    if visit.unsure.pop(key, None) is not None and typed:
        visit.unsure[key] = []
    return True

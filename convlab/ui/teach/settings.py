"""A link with a task: the page that it opens, and what of it is shown and locked. No streamlit here."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import segno

from convlab.errors import ConvLabError
from convlab.ui.address import from_query, link
from convlab.ui.fields import Cells, Line, Setting, setting
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.way_out import label_of

MOST_LINK = 4_000  # characters: an address that also says where the task began stays below the 8 kB that proxies take
_MOST_READ = 20_000
MOST_CODE = 1_000  # of a link in a QR code that is read from the last row
_SHORTER = "Write fewer numbers by hand, or take a shorter row."


@dataclass(frozen=True)
class TeachSettings(LayerSettings):
    """What the teacher has before them: a link, which may have a task already; "" for the page where they were last."""

    of: str = setting("", Line(_MOST_READ), "Link of a page")


class Lesson(NamedTuple):
    """A page as a link opens it."""

    path: str
    settings: LayerSettings
    strange: list[str]  # the names in the link that made no sense

    def link(self, base: str = "") -> str:
        """Its address; it begins where it opens.

        Raises
        ------
        ConvLabError
            If it is longer than what everything on its way takes.
        """
        address = link(self.path, replace(self.settings, start=""), base)
        if len(address) > MOST_LINK:
            rule, numbers = f"must have at most {MOST_LINK:,} characters", f"this one has {len(address):,}"
            raise ConvLabError("link", len(address), rule, numbers=numbers, advice=_SHORTER)
        return address


def lesson_of(text: str, kind_at: Callable[[str], type[LayerSettings] | None]) -> Lesson:
    """The page that a link opens, for somebody who has not answered anything there yet.

    Parameters
    ----------
    text : str
        An address, whole or from its path on.
    kind_at : callable
        The kind of settings of the page at a path; None where there is none.

    Returns
    -------
    Lesson

    Raises
    ------
    ConvLabError
        If it is no link to a page.

    Examples
    --------
    >>> pages = {"step_by_step": LayerSettings}
    >>> lesson_of("https://example.org/lab/step_by_step?stride=2&task=Why%3F", pages.get).settings.task
    'Why?'
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("http://none/none/none")
    path = parts.path.rpartition("/")[2]
    kind = kind_at(path)
    if kind is None:
        advice = "Copy it from the address bar of one of the pages."
        raise ConvLabError("link", text, "must lead to one of the pages", numbers="this one does not", advice=advice)
    settings, strange = from_query(dict(parse_qsl(parts.query)), kind)
    return Lesson(path, settings.unanswered(), strange)


def parts_of(settings: LayerSettings, *, cells: bool = False) -> dict[str, str]:
    """What of a page can be shown or locked, as the page says it, by the name of each first setting.

    Parameters
    ----------
    settings : LayerSettings
        The page's.
    cells : bool, optional
        Whether the numbers that are written by hand are among them: they have no control, but can be locked.

    Examples
    --------
    >>> list(parts_of(LayerSettings()).values())[:3]
    ['Operation', 'Kernel', 'Kernel size']
    """
    kind = type(settings)
    apart, parts = {*settings.idle} - {*settings.shows, *settings.locks}, kind.parts()
    return {
        name: each.label or label_of(name, kind)
        for name, each in parts.items()
        if not each.under and {name, *_under(parts, name)} - apart and (cells or not isinstance(each.kind, Cells))
    }


def with_parts(kind: type[LayerSettings], names: Iterable[Any]) -> tuple[str, ...]:
    """The settings that some parts stand for: a number goes with the choice above it.

    Examples
    --------
    >>> with_parts(LayerSettings, ["stride", "padding_kind"])
    ('stride', 'padding_kind', 'padding')
    """
    parts = kind.parts()
    return tuple(each for name in names if name in parts for each in (name, *_under(parts, name)))


def _under(parts: Mapping[str, Setting], name: str) -> list[str]:
    """The settings whose controls stand right under another one's."""
    return [each for each, known in parts.items() if known.under == name]


def code_of(address: str) -> str:
    """A link as a QR code, an SVG picture, black on white with the rim that readers want.

    Raises
    ------
    ConvLabError
        If it is too long for a code that is read from the last row.
    """
    if len(address) > MOST_CODE:
        rule, numbers = f"must have at most {MOST_CODE:,} characters for a code", f"this one has {len(address):,}"
        raise ConvLabError("link", len(address), rule, numbers=numbers, advice="Give the link itself.")
    code = segno.make(address, error="l", micro=False)
    drawn = BytesIO()
    code.save(drawn, kind="svg", scale=8, border=4, light="white", xmldecl=False)
    return drawn.getvalue().decode()

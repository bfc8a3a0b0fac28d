"""Settings as an address says them, and back. No streamlit here."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from convlab.ui.fields import Names, settings_of
from convlab.ui.layer_settings import LayerSettings

S = TypeVar("S", bound=LayerSettings)


def to_query(settings: LayerSettings) -> dict[str, str]:
    """Settings as query parameters, defaults left out.

    Parameters
    ----------
    settings : LayerSettings
        Of any page.

    Returns
    -------
    dict of str to str

    Examples
    --------
    >>> to_query(LayerSettings(stride=(2, 2), kernel_size=(5, 3)))
    {'kernel_size': '5x3', 'stride': '2'}
    """
    kinds = settings_of(type(settings))
    changed = (entry.name for entry in fields(settings) if getattr(settings, entry.name) != entry.default)
    return {name: kinds[name].kind.write(getattr(settings, name)) for name in changed}


def to_address(settings: LayerSettings) -> str:
    """Settings as the part of a link after the question mark.

    Examples
    --------
    >>> to_address(LayerSettings(stride=(2, 1), bias=0.5))
    'bias=0.5&stride=2x1'
    """
    return urlencode(to_query(settings), safe=":;,.")


def from_query(query: Mapping[str, str], kind: type[S]) -> tuple[S, list[str]]:
    """Settings from query parameters, and the names of those that made no sense and were left at their defaults.

    Parameters
    ----------
    query : mapping of str to str
        As the address has them.
    kind : type
        Which page's settings.

    Returns
    -------
    (LayerSettings, list of str)
        Always settings; an empty list where all made sense.

    Examples
    --------
    >>> from_query({"stride": "2", "padding": "many"}, LayerSettings)[1]
    ['padding']
    >>> from_query({"stride": "2"}, LayerSettings)[0].stride
    (2, 2)
    """
    good: dict[str, Any] = {}
    bad: list[str] = []
    known = settings_of(kind)
    for name, text in query.items():
        try:
            good[name] = known[name].kind.read(text)
        except (KeyError, ValueError, OverflowError):
            bad.append(name)
    for name, value in good.items():
        if isinstance(known[name].kind, Names):
            good[name] = tuple(each for each in value if each in kind.lockable())
            bad += [each for each in value if each not in good[name]]
    return kind(**good), bad


def begun(settings: S) -> S:
    """The settings of a link; with a task, they are where it begins, unless the link says where that is.

    Examples
    --------
    >>> begun(LayerSettings(stride=(2, 2), task="Why is it smaller?")).start
    'stride=2'
    """
    if not settings.tasked or settings.start:
        return settings
    return replace(settings, start=to_address(settings.untasked()) or "stride=1")  # never empty: the page's own start


def start_of(settings: S) -> S:
    """The settings with which the task begins, or with which the page, as far as it is shown, first opens.

    Parameters
    ----------
    settings : LayerSettings
        Of any page.

    Returns
    -------
    LayerSettings
        With the same task, and with what it locks as it is.

    Examples
    --------
    >>> settings = LayerSettings(stride=(3, 3), start="stride=2&padding=1")
    >>> start_of(settings).stride, start_of(settings).start
    ((2, 2), 'stride=2&padding=1')
    """
    if not settings.start:
        return settings.keeping(settings.at_start())
    start, _ = from_query(dict(parse_qsl(settings.start)), type(settings))
    return settings.keeping(start)


def link(path: str, settings: LayerSettings, base: str = "") -> str:
    """The address of a page with some settings; reading it back gives the same settings.

    Parameters
    ----------
    path : str
        The page's part of the address: "" for the one at the bare address.
    settings : LayerSettings
        The page's.
    base : str, optional
        What stands in front: "https://example.org/convlab/" for an absolute link. Without it the link is relative
        to any page of the playground.

    Returns
    -------
    str

    Examples
    --------
    >>> link("step_by_step", LayerSettings(stride=(2, 2)))
    './step_by_step?stride=2'
    >>> link("", LayerSettings(), "https://example.org/")
    'https://example.org/'
    """
    address = to_address(settings)
    return (base or "./") + path + (f"?{address}" if address else "")

"""A short text that the visitor's tab keeps: it comes back to a server that does not have it."""

from typing import Any, TypedDict

from convlab.ui.components.component import Heard, declared, packed

_mount = declared("notes", "<div class='notes'></div>")


class NotesMessage(TypedDict):
    """What the tab is told."""

    session: str  # another one for every visit on the server
    text: str  # what it keeps from now on
    heard: bool  # whether the server knows in this visit what the tab has kept


def notes(key: str, header: NotesMessage, *, on_kept: Heard) -> Any:
    """Keep a text in the tab; nothing is seen of it.

    Parameters
    ----------
    key : str
        Of the component.
    header : NotesMessage
        What to keep.
    on_kept : callable
        The tab has a text, and the server did not hear of it in this visit: event `kept`, {"text"}; it is sent until a
        message says that it was heard.

    Returns
    -------
    ComponentResult
        The events.
    """
    return _mount(data=packed(header, b""), key=key, on_kept_change=on_kept)

"""The visitor's browser tab: it keeps the address, and what the server forgets when a visit ends."""

from collections.abc import Callable
from typing import Any, TypedDict

from convlab.ui.components.component import declared, packed

_mount = declared("tab", "<div class='tab'></div>")


class KeptPicture(TypedDict):
    """An own picture that the tab is to keep: where it came from and its name; its PNG follows the header."""

    kind: str
    name: str


class TabMessage(TypedDict):
    """What the tab is told."""

    session: str  # another one for every visit on the server
    path: str  # the page's part of the address
    address: str  # its settings
    keep: KeptPicture | None
    want: str  # an own picture that the server does not have
    forget: str  # one that the visitor took away


def tab(
    key: str, header: TabMessage, png: bytes, on_restore: Callable[[], None], on_picture: Callable[[], None]
) -> Any:
    """Keep the address and the own picture in the tab.

    Parameters
    ----------
    key : str
        Of the component.
    header : TabMessage
        What to keep.
    png : bytes
        The own picture to keep, where there is one.
    on_restore : callable
        The server has forgotten the visit, and the tab sent the address that the page had: event `restore`.
    on_picture : callable
        The tab sent the own picture that is wanted: event `picture`.

    Returns
    -------
    ComponentResult
        The events.
    """
    return _mount(data=packed(header, png), key=key, on_restore_change=on_restore, on_picture_change=on_picture)

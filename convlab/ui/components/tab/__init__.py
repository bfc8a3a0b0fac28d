"""The visitor's browser tab: it keeps the address, and what the server forgets when a visit ends."""

from typing import Any, TypedDict

from convlab.ui.components.component import Heard, declared, nothing, packed

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
    heard: int  # the number of the last wish that was heard
    keep: KeptPicture | None
    want: str  # an own picture that the server does not have
    forget: str  # one that the visitor took away


def tab(
    key: str,
    header: TabMessage,
    png: bytes,
    *,
    on_restore: Heard,
    on_picture: Heard,
    on_wish: Heard,
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
        The server has forgotten the visit, and the tab sent the address that the page had: event `restore`,
        {"path", "address"}.
    on_picture : callable
        The tab sent the own picture that is wanted: event `picture`, {"kind", "name", "data"}.
    on_wish : callable
        While the line was cut, a slider was moved by keys: event `wish`, {"key", "value",
        "number"}; it is sent until a message has heard its number.

    The line was cut and is mended: event `again`. A new run is all that is needed.

    Returns
    -------
    ComponentResult
        The events.
    """
    return _mount(
        data=packed(header, png),
        key=key,
        on_restore_change=on_restore,
        on_picture_change=on_picture,
        on_wish_change=on_wish,
        on_again_change=nothing,
    )

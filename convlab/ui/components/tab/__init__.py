"""The visitor's browser tab: it keeps the address, and what the server forgets when a visit ends."""

from typing import Any, TypedDict

from convlab.ui.components.component import Heard, declared, nothing, packed

_mount = declared("tab", "<div class='tab'></div>")


class TabMessage(TypedDict):
    """What the tab is told."""

    session: str  # another one for every visit on the server
    path: str  # the page's part of the address
    address: str  # its settings
    fresh: int  # how often it began anew
    heard: int  # the number of the last wish that was heard
    restored: int  # the number of the last address that was given back
    again: int  # what is heard of `again`, so that its answer is another message; else 0


def tab(
    key: str,
    header: TabMessage,
    *,
    on_restore: Heard,
    on_wish: Heard,
) -> Any:
    """Keep the address in the tab.

    Parameters
    ----------
    key : str
        Of the component.
    header : TabMessage
        What to keep.
    on_restore : callable
        The server has forgotten the visit, and the tab sent the address that the page had: event `restore`,
        {"path", "address", "number"}; it is sent until a message has its number.
    on_wish : callable
        While the line was cut, a slider was moved by keys: event `wish`, {"key", "value",
        "number"}; it is sent until a message has heard its number.

    The line was cut and is mended: event `again`, a number. A new run is all that is needed; until its message has
    come, the other components send nothing.

    Returns
    -------
    ComponentResult
        The events.
    """
    return _mount(
        data=packed(header, b""),
        key=key,
        on_restore_change=on_restore,
        on_wish_change=on_wish,
        on_again_change=nothing,
    )

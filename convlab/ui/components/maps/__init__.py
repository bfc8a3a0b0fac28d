"""A picture, the kernels and every map of the layers that read it."""

from typing import Any

from convlab.ui.components.component import Heard, declared, nothing

_mount = declared("maps", "<div class='stage'></div>")


def maps(
    key: str,
    message: bytes,
    *,
    on_ask: Heard | None = None,
    on_edit: Heard | None = None,
    on_pin: Heard | None = None,
    on_lack: Heard | None = None,
    on_again: Heard | None = None,
) -> Any:
    """Put maps on the page.

    Parameters
    ----------
    key : str
        Its name on the page; what it sends is found in the session under it.
    message : bytes
        What it shows, as `view.Shown.message` makes it.
    on_ask : callable, optional
        The script asks what another value of a followed slider would show: `ask`, {"key", "value"}. The answer is a
        message of its own, with that question in it.
    on_edit : callable, optional
        Kernel cells were written: `edit`, a list of {"number", "kernel", "channel", "row", "column", "value"} or
        {"number", "undo"}; each is sent until a message has seen its number.
    on_pin : callable, optional
        A number was pinned, or a map chosen: `pin`, {"pixel": "stage,map,row,column", "" for none, "chosen": the map of
        each layer, "2,0"}.
    on_lack : callable, optional
        The browser does not have arrays that a message spoke of without bringing them: `lack`, their names. They are
        to be forgotten, and the next message brings them.
    on_again : callable, optional
        The page turned dark or light, or a message was lost: `again`. A new run is all that is needed.

    Returns
    -------
    object
        What was sent, by the names of the events.
    """
    return _mount(
        key=key,
        data=message,
        on_ask_change=on_ask or nothing,
        on_edit_change=on_edit or nothing,
        on_pin_change=on_pin or nothing,
        on_lack_change=on_lack or nothing,
        on_again_change=on_again or nothing,
    )

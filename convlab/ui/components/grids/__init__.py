"""A small layer taken apart: its input, kernel and output as grids of numbers, and where each number comes from."""

from typing import Any

from convlab.ui.components.component import Heard, declared, nothing

_mount = declared("grids", "<div class='grids'></div>")


def grids(
    key: str,
    message: bytes,
    *,
    on_edit: Heard | None = None,
    on_at: Heard | None = None,
    on_view: Heard | None = None,
    on_again: Heard | None = None,
) -> Any:
    """Put grids on the page.

    Parameters
    ----------
    key : str
        Their name on the page; what they send is found in the session under it.
    message : bytes
        What they show, as `view.Shown.message` makes it.
    on_edit : callable, optional
        Cells were written: `edit`, a list of {"number", "what", "kernel", "channel", "row", "column", "value"} or
        {"number", "undo"}; `what` is "input" or "weight". Each is sent until a message has seen its number.
    on_at : callable, optional
        The pinned output number came to rest: `at`, {"at", "fresh"}: "channel,row,column" or "" for none, and the
        number of the beginning that it belongs to.
    on_view : callable, optional
        Another view was chosen to stand beside the products: `view`, "", "spread" or "matrix".
    on_again : callable, optional
        The page turned dark or light: `again`. A new run is all that is needed.

    Returns
    -------
    object
        What was sent, by the names of the events.
    """
    return _mount(
        key=key,
        data=message,
        on_edit_change=on_edit or nothing,
        on_at_change=on_at or nothing,
        on_view_change=on_view or nothing,
        on_again_change=on_again or nothing,
    )

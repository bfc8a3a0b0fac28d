"""A table of layers in a row: what each puts out, costs and sees; lines can be chosen, moved, added and removed."""

from collections.abc import Mapping, Sequence
from typing import Any

from convlab.ui.components.component import Heard, declared, nothing, packed
from convlab.ui.components.stages.message import Message
from convlab.ui.components.stages.view import Line

__all__ = ["Line", "stages"]

_mount = declared("stages", "<div class='stages'></div>")


def stages(
    key: str,
    lines: Sequence[Line],
    *,
    total: Line | None = None,
    editable: bool = False,
    adds: Mapping[str, str] | None = None,
    status: str = "",
    seen_edit: int = 0,
    on_choose: Heard | None = None,
    on_edit: Heard | None = None,
) -> Any:
    """Put a table of layers on the page.

    Parameters
    ----------
    key : str
        Its name on the page; what it sends is found in the session under it.
    lines : sequence of Line
        The picture, perhaps, and the layers.
    total : Line, optional
        The last line.
    editable : bool, default False
        Whether the chosen layer can be moved and removed, and others added after it.
    adds : mapping of str to str, optional
        The kinds of layer that can be added, and what the menu calls each.
    status : str, optional
        A word above it.
    seen_edit : int, default 0
        The number of the last edit that was made or refused.
    on_choose : callable, optional
        A line of a table that cannot be edited was chosen: `choose`, its key.
    on_edit : callable, optional
        Something was done: `edit`, a list in its order of {"number", "act"}, `act` being "choose" with a line's "key",
        "mend", or of the layer that is chosen by then "up", "down", "remove", or "add" with a "kind" after it. Each is
        sent until a message has seen its number.

    Returns
    -------
    object
        What was sent, by the names of the events.
    """
    message: Message = {
        "status": status,
        "lines": [line.told() for line in lines],
        "total": total.told() if total else None,
        "editable": editable,
        "adds": list((adds or {}).items()),
        "seen_edit": seen_edit,
    }
    return _mount(
        key=key, data=packed(message, b""), on_choose_change=on_choose or nothing, on_edit_change=on_edit or nothing
    )

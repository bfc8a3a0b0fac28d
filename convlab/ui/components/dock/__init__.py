"""A few settings at hand at the bottom of a narrow screen, one at a time, so that what they change stays in sight."""

from typing import Any

from convlab.ui.components.component import Heard, declared, packed
from convlab.ui.components.dock.message import DockMessage

_mount = declared("dock", "<div class='dock'></div>")


def dock(key: str, header: DockMessage, *, on_move: Heard) -> Any:
    """Put the settings at hand at the bottom; nothing on a wide screen.

    A script that follows sliders finds the dock's by their `data-key`, the key of the sidebar's.

    Parameters
    ----------
    key : str
        Of the component.
    header : DockMessage
        The settings.
    on_move : callable
        Controls were moved: event `edit`, a list of {"key", "value", "number"}; each is sent until a message
        has seen its number.

    Returns
    -------
    ComponentResult
        The events.
    """
    return _mount(data=packed(header, b""), key=key, on_edit_change=on_move)

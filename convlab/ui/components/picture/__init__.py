"""The visitor's own picture: dropped on the page, pasted, chosen or photographed, and kept in the browser's tab."""

from typing import Any

from convlab.ui.components.component import Heard, declared, packed
from convlab.ui.components.picture.message import PictureMessage

_mount = declared("picture", "<div class='picture'></div>")


def picture(key: str, header: PictureMessage, *, on_picture: Heard, on_forget: Heard) -> Any:
    """One row of buttons; a picture may also be dropped or pasted anywhere on the page.

    Parameters
    ----------
    key : str
        Of the component.
    header : PictureMessage
        How the own picture stands.
    on_picture : callable
        A picture came: event `picture`, {"name", "data", "number", "kept"}; the data are a file's bytes in base64, the
        number tells one from the next, and `kept` says that the tab had it and was asked for it. It is sent until a
        message has heard its number.
    on_forget : callable
        The visitor takes it away: event `forget`.

    Returns
    -------
    ComponentResult
        The events.
    """
    return _mount(data=packed(header, b""), key=key, on_picture_change=on_picture, on_forget_change=on_forget)

"""A picture, the kernels and every map of the layers that read it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from convlab.ui.components.component import declared, mark, packed
from convlab.ui.components.maps.message import Ask, Card, Link, Message, View

_mount = declared("maps", "<div class='stage'></div>")
Heard = Callable[[], None]


def maps(
    key: str,
    message: bytes,
    *,
    on_ask: Heard | None = None,
    on_edit: Heard | None = None,
    on_pixel: Heard | None = None,
    on_again: Heard | None = None,
) -> Any:
    """Put maps on the page.

    Parameters
    ----------
    key : str
        Its name on the page; what it sends is found in the session under it.
    message : bytes
        What it shows, as `message_of` makes it.
    on_ask : callable, optional
        The script asks what another value of a followed slider would show: `ask`, {"key", "value"}. The answer is a
        message of its own, with that question in it.
    on_edit : callable, optional
        Kernel cells were written: `edit`, a list of {"number", "kernel", "channel", "row", "column", "value"} or
        {"number", "undo"}; each is sent until a message has seen its number.
    on_pixel : callable, optional
        A number is to be taken apart: `pixel`, places "stage,map,row,column" joined by ";"; "" for no longer.
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
        on_ask_change=on_ask or _nothing,
        on_edit_change=on_edit or _nothing,
        on_pixel_change=on_pixel or _nothing,
        on_again_change=on_again or _nothing,
    )


def message_of(
    shown: View,
    pixels: bytes,
    *,
    cards: Sequence[Card] = (),
    path: str = "",
    link: Link | None = None,
    note: str = "",
    base: str = "",
    sliders: Mapping[str, int] | None = None,
    ask: Ask | None = None,
    seen_edit: int = 0,
) -> bytes:
    """A message to the script.

    Parameters
    ----------
    shown, pixels : View, bytes
        As `view.view` gives them.
    cards : sequence of Card
        A number taken apart, as `cards.cards` gives it.
    path : str
        The places of the cards as the script sent them.
    link : Link, optional
        Where the last card's number can be seen another way.
    note : str
        A word above the maps.
    base : str
        Names the page's own state, in which `sliders` have their values.
    sliders : mapping of str to int
        The keys of the sliders that are followed while they move, and their values.
    ask : Ask, optional
        The question that this answers: what one of those sliders would show. Without one it is the page's own state.
    seen_edit : int
        The number of the last edit that was written, or refused.

    Returns
    -------
    bytes
    """
    drawn = {"pictures": shown["pictures"], "cards": list(cards)}
    header: Message = {
        **shown,
        "mark": mark(drawn, b""),
        "base": base,
        "ask": ask,
        "sliders": dict(sliders or {}),
        "note": note,
        "seen_edit": seen_edit,
        "path": path,
        "cards": list(cards),
        "link": link,
    }
    return packed(header, pixels)


def _nothing() -> None:
    """Nobody listens; an event still has to be taken."""

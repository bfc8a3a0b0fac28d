"""What the visitor's browser keeps of a page: its address, and keys that were pressed while the line was cut."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from convlab.ui import session
from convlab.ui.address import S, from_query, to_address
from convlab.ui.components.tab import tab
from convlab.ui.controls import changed, slider_named
from convlab.ui.edits import is_new
from convlab.ui.session import Visit

_MOST = 20_000  # characters of an address


Hand = tuple[Visit[Any], str]  # a visit, and what stands in front of the keys of its widgets


def keep_tab(path: str, visit: Visit[Any], hands: Sequence[Hand]) -> None:
    """Tell the tab what the page is like, and take back what the server has forgotten.

    Parameters
    ----------
    path : str
        The page's part of the address.
    visit : Visit
        The page as the visitor has it.
    hands : sequence of (Visit, str)
        Whose sliders there are, and what stands in front of their keys.
    """
    key = f"tab_{path}"
    tab(
        key,
        {
            "session": session.visitor().token,
            "path": path,
            "address": to_address(visit.asked),
            "fresh": visit.fresh,
            "heard": visit.heard,
            "restored": visit.restored,
            "again": session.sent(key, "again") or 0,
        },
        on_restore=lambda: restore(visit, path, session.sent(key, "restore")),
        on_wish=lambda: wish(visit, hands, session.sent(key, "wish")),
    )


def restore(visit: Visit[S], path: str, sent: Any) -> None:
    """The tab still has the address that the page had: it holds, as far as it makes sense."""
    if not isinstance(sent, dict) or sent.get("path") != path or not is_new(sent.get("number"), visit.restored):
        return
    address = sent.get("address")
    if isinstance(address, str) and len(address) <= _MOST:
        settings, _ = from_query(dict(parse_qsl(address)), type(visit.asked))
        visit.restart(settings)
        visit.restored = sent["number"]
        visit.heard = 0  # a wish that came before was made of other settings


def wish(visit: Visit[Any], hands: Sequence[Hand], sent: Any) -> None:
    """A slider was moved while the line was cut: it says so now."""
    if not isinstance(sent, dict) or not is_new(sent.get("number"), visit.heard):
        return
    visit.heard = sent["number"]
    for hand, prefix in hands:
        slider = slider_named(type(hand.asked), prefix, sent.get("key"))
        if slider:
            name, axis = slider
            hand.show(changed(hand.asked, name, sent.get("value"), axis))
            return

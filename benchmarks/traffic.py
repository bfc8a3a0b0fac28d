"""What the page's WebSocket receives: for a change, for a preview, for an opening."""

from collections.abc import Iterator
from typing import Any

from servers import TWO, Servers
from stopwatch import Tab, unseen, visitor
from table import Row, judged

TURNS = 2
PREVIEWED = ("padding", "dilation", "kernel_size")
MIDDLE = "padding=2&dilation=2"  # each of these sliders has a neighbour on both sides


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for one layer and for two."""
    yield Row("Bytes that the page's WebSocket receives, at 256 pixels")
    for name, query, most in (("one layer", "?", 130), ("two layers", TWO + "&", 160)):
        with visitor(browser) as context:
            tab = Tab(context, pages.convlab + query)
            yield judged(f"{name}: opening", f"{tab.received / 1000:.0f} KB", tab.received)
            yield _judged(f"{name}: one changed setting", list(_changes(tab)), most)
            tab = Tab(context, pages.convlab + query + MIDDLE)
            yield _judged(f"{name}: one preview", list(_previews(tab)), 40)


def _judged(what: str, sizes: list[float], most: int) -> Row:
    """A row for the largest of some sizes in KB."""
    figure = f"largest {max(sizes):.0f} KB, mean {sum(sizes) / len(sizes):.0f} KB, n {len(sizes)}"
    return judged(what, figure, max(sizes), f"≤ {most} KB")


def _changes(tab: Tab) -> Iterator[float]:
    """KB of changes that are followed by nothing that is asked ahead, for no slider has the focus."""
    for turn in range(TURNS):
        before = tab.received
        for name, _ in unseen(tab, turn):
            if "slider" not in name:
                yield (tab.received - before) / 1000
            tab.page.evaluate("document.activeElement?.blur()")
            tab.settle()
            before = tab.received


def _previews(tab: Tab) -> Iterator[float]:
    """KB of what one neighbour of a slider's value shows: the focus alone fetches two."""
    for key in PREVIEWED:
        before = tab.received
        tab.focus(key)
        yield (tab.received - before) / 2000
        tab.page.evaluate("document.activeElement?.blur()")

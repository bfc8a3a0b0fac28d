"""A key press on the playground, while two other visitors' runs learn and while they do not."""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from presses import ARROWS
from servers import TWO, Servers
from stopwatch import Tab, visitor
from table import Row, against

TURNS = 4
LEARN = "there_and_back?part=learn_back"


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for the presses without and with the runs, in turn."""
    alone, beside = [], []
    with ExitStack() as visitors:
        ours = Tab(visitors.enter_context(visitor(browser)), pages.convlab + TWO)
        others = [visitors.enter_context(visitor(browser)).new_page() for _ in range(2)]
        for other in others:
            other.goto(pages.convlab + LEARN)
            other.locator(".st-key-there_and_back_go button").wait_for(timeout=60_000)
        ours.focus("stride")
        for _ in range(TURNS):
            alone += [ours.press("stride", arrow).all for arrow in ARROWS]
            for other in others:
                other.locator(".st-key-there_and_back_go button").click()
                other.get_by_text("s left").wait_for()
            beside += [ours.press("stride", arrow).all for arrow in ARROWS]
            for other in others:
                other.locator(".st-key-there_and_back_stop button").click()
                other.get_by_text("Stopped.").wait_for()
            ours.settle()
    base = statistics.median(alone)
    yield Row("Key press on Stride, against the same while nobody learns")
    yield against("nobody learns", alone, base)
    yield against("two other visitors' runs learn", beside, base, "≤ 2")

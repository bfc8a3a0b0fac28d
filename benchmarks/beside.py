"""A key press on the playground, while two other visitors' runs learn and while they do not.

Their browsers draw on this machine too. So it is asked as well how long a key press takes while the two learn on
another server: what is more than that is what their runs hold up.
"""

import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from presses import ARROWS
from servers import ROOT, TWO, Servers, server
from stopwatch import Tab, visitor
from table import Row, against

TURNS = 4
LEARN = "there_and_back?part=learn_back"
GO, STOP = (f".st-key-there_and_back_{name} button" for name in ("go", "stop"))


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for the presses while nobody learns, while two learn elsewhere, and here, in turn."""
    with ExitStack() as stack:
        elsewhere = stack.enter_context(server(ROOT / "app.py", ROOT))
        ours = Tab(stack.enter_context(visitor(browser)), pages.convlab + TWO)
        places = {"": [], elsewhere: [], pages.convlab: []}
        learners = {place: [_learner(stack, browser, place) for _ in range(2)] for place in places if place}
        ours.focus("stride")
        for _ in range(TURNS):
            for place, times in places.items():
                learning = learners.get(place, [])
                _press(learning, GO, "s left")
                times += [ours.press("stride", arrow).all for arrow in ARROWS]
                _press(learning, STOP, "Stopped.")
                ours.settle()
    alone, there, here = places.values()
    yield Row("Key press on Stride, against the same while two other visitors' runs learn on another server")
    yield against("nobody learns", alone, statistics.median(there))
    yield against("two learn on another server", there, statistics.median(there))
    yield against("two learn on this one", here, statistics.median(there), "≤ 2")


def _learner(stack: ExitStack, browser: Any, place: str) -> Any:
    """A visitor of a server who is about to let something be learnt."""
    page = stack.enter_context(visitor(browser)).new_page()
    page.goto(place + LEARN)
    page.locator(GO).wait_for(timeout=60_000)
    return page


def _press(learners: list[Any], button: str, then: str) -> None:
    """All of them press a button, and wait for its answer."""
    for page in learners:
        page.locator(button).click()
        page.get_by_text(then).wait_for()

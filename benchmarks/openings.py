"""Opening in a browser that was never here before."""

import statistics
from collections.abc import Iterator
from typing import Any

from servers import TWO, Servers
from stopwatch import HERE, visitor
from table import Row, judged

OPENINGS = 7
TEXT = "() => document.body?.innerText.includes('stride 1') && performance.now()"
PICTURE = "() => bench.lane.count && bench.lane.last"
HOSTS = "[...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]"
GRIDS = f"() => {HOSTS}.some((host) => host.shadowRoot?.querySelector('.side.output .cells')) && performance.now()"


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for the empty page and for ours; for a lesson and for the page that its picture is of."""
    empty = ("empty page, to its text", pages.empty, TEXT)
    ours = ("ConvLab, two layers, to the first maps", pages.convlab + TWO, PICTURE)
    yield Row(f"Opening in a fresh browser context, median of {OPENINGS}")
    yield from _compared(browser, empty, ours, aim="≤ 1.3")
    steps = ("step page, to its grids", pages.convlab + "step_by_step?input_size=6", GRIDS)
    lesson = ("the same as a lesson", pages.convlab + "lessons?lesson=one-position", GRIDS)
    yield from _compared(browser, steps, lesson, aim="≤ 1")


def _compared(browser: Any, *opened: tuple[str, str, str], aim: str) -> Iterator[Row]:
    """Two addresses, opened in turn: what is opened, where, and what is waited for."""
    times: dict[str, list[float]] = {what: [] for what, _, _ in opened}
    for _ in range(OPENINGS):
        for what, address, shown in opened:
            with visitor(browser) as context:
                times[what].append(opening(context.new_page(), address, shown))
    (base_of, base), (other_of, other) = ((what, statistics.median(each)) for what, each in times.items())
    yield judged(base_of, f"{base:.0f} ms", base, ratio="1.00")
    yield judged(other_of, f"{other:.0f} ms", other / base, aim, f"{other / base:.2f}")


def opening(page: Any, address: str, shown: str = PICTURE) -> float:
    """Milliseconds from navigation to the moment that `shown` waits for."""
    page.add_init_script(path=HERE / "watch.js")
    page.goto(address, wait_until="commit")
    return page.wait_for_function(shown, timeout=60_000).json_value()

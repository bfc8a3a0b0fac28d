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


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for the empty page and for ours, opened in turn."""
    empty, ours = [], []
    for _ in range(OPENINGS):
        for address, shown, times in ((pages.empty, TEXT, empty), (pages.convlab + TWO, PICTURE, ours)):
            with visitor(browser) as context:
                times.append(opening(context.new_page(), address, shown))
    base, middle = statistics.median(empty), statistics.median(ours)
    yield Row(f"Opening in a fresh browser context, median of {OPENINGS}")
    yield judged("empty page, to its text", f"{base:.0f} ms", base, ratio="1.00")
    ratio = middle / base
    yield judged("ConvLab, two layers, to the first maps", f"{middle:.0f} ms", ratio, "≤ 1.3", f"{ratio:.2f}")


def opening(page: Any, address: str, shown: str = PICTURE) -> float:
    """Milliseconds from navigation to the moment that `shown` waits for."""
    page.add_init_script(path=HERE / "watch.js")
    page.goto(address, wait_until="commit")
    return page.wait_for_function(shown, timeout=60_000).json_value()

"""ConvLab through a slow line: what a visitor far away sees, and that a line that drops loses nothing."""

import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from openings import opening
from playwright.sync_api import TimeoutError as TooLate
from presses import ARROWS
from servers import TWO, Servers
from slow_line import DOWN, ROUND_TRIP, SlowLine
from stopwatch import Tab, unseen, visitor
from table import Row, judged, spread

QUIET = 900  # milliseconds: longer than a message of 160 KB is under way
PRESSES, TURNS, OPENINGS = 12, 4, 5
CUT = 5  # seconds


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for the opening, for key presses, for what was never seen, and for a line that drops."""
    yield Row(f"Through a line of {ROUND_TRIP:.0f} ms and {DOWN:g} Mbit/s, two layers")
    with SlowLine(urlsplit(pages.convlab).port) as line:
        with visitor(browser) as context:
            yield from _openings(context, line)
            tab = Tab(context, line.address + TWO, QUIET)
            yield from _presses(tab)
            yield from _unseen(tab)
        with visitor(browser) as context:
            yield _dropped(Tab(context, line.address + TWO, QUIET), line)


def _openings(context: Any, line: SlowLine) -> Iterator[Row]:
    """The first visit, and those after it."""
    times, sizes = [], []
    for _ in range(1 + OPENINGS):
        page, before = context.new_page(), line.down.carried
        times.append(opening(page, line.address + TWO))
        page.wait_for_timeout(QUIET)
        sizes.append((line.down.carried - before) / 1000)
        page.close()
    yield judged("opening, first visit", f"{times[0]:.0f} ms, {sizes[0]:.0f} KB", times[0])
    middle, size = statistics.median(times[1:]), statistics.median(sizes[1:])
    figure = f"{middle:.0f} ms, {size:.0f} KB, median of {OPENINGS}"
    yield judged("opening after the first visit", figure, middle, "≤ 2500 ms")


def _presses(tab: Tab) -> Iterator[Row]:
    """A slider that has the focus, its neighbours fetched."""
    tab.focus("stride")
    times = [tab.press("stride", ARROWS[turn % 4]) for turn in range(PRESSES)]
    lane, last = [took.lane for took in times], [took.all for took in times]
    yield judged("key press on Stride, to the maps in the lane", spread(lane), statistics.median(lane), "≤ 60 ms p50")
    yield judged("key press on Stride, to the last small card", spread(last), statistics.median(last))


def _unseen(tab: Tab) -> Iterator[Row]:
    """What cannot be asked ahead."""
    times = defaultdict[str, list[float]](list)
    for turn in range(TURNS):
        for name, took in unseen(tab, turn):
            times[name].append(took.all)
    for name, found in times.items():
        yield judged(f"never seen: {name}", spread(found), statistics.median(found), "≤ 600 ms p50")


def _dropped(tab: Tab, line: SlowLine) -> Row:
    """A setting from before, and a key while the line is down, must both be in the address afterwards."""
    tab.press("stride", "ArrowRight")
    tab.press("padding", "ArrowRight")
    line.drop(CUT)
    mended = time.monotonic() + CUT
    tab.page.wait_for_timeout(1500)
    tab.page.keyboard.press("ArrowRight")
    what, aim = f"a key while the line is down for {CUT} s", "arrives"
    try:
        tab.page.wait_for_url(lambda url: "stride=2" in url and "padding=2" in url, timeout=30_000)
    except TooLate:
        return Row(f"  {what}", "lost", "", aim, "NOT MET")
    return Row(f"  {what}", f"there {time.monotonic() - mended:.1f} s after it is up", "", aim, "met")

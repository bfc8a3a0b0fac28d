"""Key presses and clicks on every page in turn, to the last visible change."""

import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from servers import TWO, Servers
from stopwatch import Tab, Took, unseen, visitor
from table import Row, against

PRESSES, PLAIN_PRESSES, TURNS = 20, 8, 10
ARROWS = ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft")


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for a slider's key presses and for what cannot be asked ahead."""
    times, changes = _measured(browser, pages)
    base = statistics.median(took.all for took in times["empty"])
    yield Row("Key press on Stride, against the empty page's")
    yield against("empty page", [took.all for took in times["empty"]], base)
    yield against("ConvLab, two layers, to the maps in the lane", [took.lane for took in times["ours"]], base, "≤ 0.3")
    yield against("ConvLab, two layers, to the last small card", [took.all for took in times["ours"]], base)
    yield against("plain matplotlib script", [took.all for took in times["plain"]], base)
    yield Row("A change of one layer of the network page's row, two layers; against the empty page's key press")
    yield against("Stride of layer 1", [took.all for took in times["row"]], base, "≤ 1.5")
    yield Row("ConvLab, two layers, a change never seen before, to the last change; against the empty page's key press")
    for name, found in changes.items():
        yield against(name, [took.all for took in found], base, "≤ 1.2")


def _measured(browser: Any, pages: Servers) -> tuple[dict[str, list[Took]], dict[str, list[Took]]]:
    """What each press took on each page, and what each kind of change took."""
    times, changes = defaultdict[str, list[Took]](list), defaultdict[str, list[Took]](list)
    with visitor(browser) as context:
        tabs = {
            "empty": Tab(context, pages.empty, shows="text=stride 1"),
            "ours": Tab(context, pages.convlab + TWO),
            "row": Tab(context, pages.convlab + "network?at=1", shows=".tiles canvas"),
            "plain": Tab(context, pages.plain, shows="img"),
        }
        sliders = defaultdict(lambda: "stride", row="network_1_stride")
        fresh = Tab(context, pages.convlab + TWO)
        for name, tab in tabs.items():
            tab.focus(sliders[name])
        for turn in range(PRESSES):
            for name, tab in tabs.items():
                if name != "plain" or turn < PLAIN_PRESSES:
                    times[name].append(tab.press(sliders[name], ARROWS[turn % 4]))
            if turn < TURNS:
                for name, took in unseen(fresh, turn):
                    changes[name].append(took)
    return times, changes

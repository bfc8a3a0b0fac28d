"""Pictures while a slider's thumb is dragged: how many, and whether every value was shown."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from servers import TWO, Servers
from stopwatch import Tab, visitor
from table import Row, judged

SECONDS = 3.0
HOLD = 500  # milliseconds until the last value's picture must be there, the thumb still held
# Where the thumb is, how high, and where a share of its track is; from now on the slider's values are noted.
BEGIN = """(input, share) => {
    const knob = input.parentElement.parentElement.getBoundingClientRect();
    const track = input.closest("[role=group]").getBoundingClientRect();
    const values = (bench.values = new Set([input.value]));
    bench.sizes = [bench.size];
    bench.timer = setInterval(() => values.add(input.value), 4);
    return [knob.x + knob.width / 2, knob.y + knob.height / 2, track.x + track.width * share];
}"""


class Drag(NamedTuple):
    """Pictures a second, how many while the thumb moved; values passed, and how many of them were shown."""

    rate: float
    pictures: int
    values: int
    shown: int


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for a long slider and for short ones."""
    yield Row(f"Pictures while a thumb is dragged for {SECONDS:.0f} s, two layers")
    with visitor(browser) as context:
        rate, pictures, values, _ = _drag(_size_tab(context, pages), "max_side", 0.1)
        figure = f"{rate:.1f} a second: {pictures} pictures, {values} values"
        yield judged("Picture size", figure, rate, "≥ 10 a second")
        for name, key in (("Kernel size", "kernel_size"), ("Stride", "stride")):
            tab = Tab(context, pages.convlab + TWO)
            tab.slider(key).press("Home")
            rate, _, values, shown = _drag(tab, key, 1.0)
            share = 100 * shown / max(values, 1)
            yield judged(name, f"{rate:.1f} a second: {shown} of {values} values shown", share, "≥ 100 %")


def _size_tab(context: Any, pages: Servers) -> Tab:
    """A tab with the slider for the picture's size, which may lie under more settings."""
    tab = Tab(context, pages.convlab + TWO)
    if not tab.slider("max_side").count():
        tab.page.get_by_text("More settings").first.click()
        tab.slider("max_side").wait_for(state="attached")
        tab.settle()
    tab.slider("max_side").scroll_into_view_if_needed()
    return tab


def _drag(tab: Tab, key: str, share: float) -> Drag:
    """Drag a thumb to a share of its track, and let go after the last value had time to be shown."""
    page = tab.page
    tab.settle()
    page.bring_to_front()
    start, height, end = tab.slider(key).evaluate(BEGIN, share)
    page.mouse.move(start, height)
    page.mouse.down()
    began = time.perf_counter()
    while (took := time.perf_counter() - began) < SECONDS:
        page.mouse.move(start + (end - start) * took / SECONDS, height)
        time.sleep(0.015)
    pictures = page.evaluate("bench.sizes.length - 1")
    page.wait_for_timeout(HOLD)
    values, shown = page.evaluate("(clearInterval(bench.timer), [bench.values.size, new Set(bench.sizes).size])")
    page.mouse.up()
    tab.settle()
    return Drag(pictures / took, pictures, values - 1, min(shown, values) - 1)

"""Pointing: from the pointer's move to the painted frame that shows its effect."""

import statistics
from collections.abc import Iterator
from typing import Any

from servers import TWO, Servers
from stopwatch import HERE, visitor
from table import Row, judged, spread, tail

MOVES = 150
FRAME = "≤ 16.7 ms p95"
WIDE = {"width": 1920, "height": 1080}  # enough for a number in every cell of the step page
STEPS = "step_by_step?input_size=16&in_channels=3&kernel_size=5&input=patch"
PLACES = {
    "the lane, two layers, 256×256": {
        "nothing": "h1",
        "the picture": ".lane .input canvas >> nth=0",
        "a map of layer 1, before": ".lane .map canvas >> nth=0",
        "a map of layer 2, pooled": ".lane .map canvas >> nth=-1",
    },
    "the step page, 16×16, three channels, 5×5": {
        "nothing": "h1",
        "an output": ".side.output .cells",
        "an input": ".side.input .cells",
        "a weight": ".side.weight .cells",
    },
}


def rows(browser: Any, pages: Servers) -> Iterator[Row]:
    """Rows for both pages: from when the page is told of the move, and from the event's own time stamp."""
    for (name, places), address in zip(PLACES.items(), (TWO, STEPS), strict=True):
        yield Row(f"Pointing on {name}: from the event to the painted frame")
        found = _measured(browser, pages.convlab + address, places)
        for part, wait, aim in ((1, "", FRAME), (0, ", with the wait for the frame", "")):
            base = statistics.median(move[part] for move in found["nothing"])
            for place, moves in found.items():
                times = [move[part] for move in moves]
                ratio = f"{statistics.median(times) / base:.1f}"
                yield judged(place + wait, spread(times, 1), tail(times), "" if place == "nothing" else aim, ratio)


def _measured(browser: Any, address: str, places: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
    """What `pointing.js` noted over each place, all over it, never twice in a row the same."""
    found = {}
    with visitor(browser, viewport=WIDE) as context:
        page = context.new_page()
        page.add_init_script(path=HERE / "pointing.js")
        page.goto(address)
        page.locator(list(places.values())[1]).first.wait_for(timeout=60_000)
        page.wait_for_timeout(1500)
        for name, selector in places.items():
            target = page.locator(selector).first
            target.scroll_into_view_if_needed()
            box = target.bounding_box()
            page.evaluate("pointing.length = 0")
            for number in range(MOVES):
                across, down = (number * 0.618) % 1, (number * 0.382 + 0.1) % 1
                page.mouse.move(box["x"] + across * (box["width"] - 2) + 1, box["y"] + down * (box["height"] - 2) + 1)
                page.wait_for_timeout(17)
            found[name] = page.evaluate("pointing")
    return found

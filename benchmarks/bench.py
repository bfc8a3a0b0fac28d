"""Speed, as ratios within one run: `make bench`, or `python benchmarks/bench.py`.

Starts ConvLab, an empty Streamlit page and the plain script on this machine, works on them in turn in a real
Chromium, and prints one table. A time runs from an input to the last visible change: the page has to be still for
0.4 s after it. A shared machine's milliseconds are not stable; the ratios are what counts. Takes two to four minutes.
"""

import gc
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OPTIONS = ["--server.headless=true", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"]
DEMO = "?layers=two"
STEPS = "step_by_step?input_size=16&in_channels=3&kernel_size=5&input=patch"
PRESSES, PLAIN_PRESSES, OPENINGS, RUNS, MOVES = 24, 8, 7, 400, 240
FRAME = 16.7  # milliseconds
SECONDS = 80  # at most, for each of the loops in a browser
# Sliders for first presses: every press makes settings that the server has not seen yet.
UNSEEN = ["Padding", "Dilation", "Padding"] * 5
AT_REST = "quiet => performance.now() - bench.last > quiet && !document.querySelector('[data-testid=stStatusWidget]')"
# What counts as open: the page, and the moment.
SHOWN = {
    "text": ("empty", "() => document.body?.innerText.includes('stride 1') && performance.now()"),
    "picture": ("ConvLab", "() => bench.drawn && performance.now()"),
}


class Row(NamedTuple):
    """One line of the table."""

    what: str
    figure: str = ""
    ratio: str = ""
    aim: str = ""
    met: str = ""


# --- the servers -----------------------------------------------------------------------------------------------------


@contextmanager
def server(script: Path, folder: Path) -> Iterator[str]:
    """A Streamlit server on a free port, started in a folder; its address. It ends with the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", *OPTIONS]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the server ended before it answered") from None
            time.sleep(0.2)
    raise TimeoutError(url)


# --- the stopwatch ---------------------------------------------------------------------------------------------------


def opened(browser: Any, address: str) -> Any:
    """A page in a context of its own, watched, at rest."""
    page = browser.new_page(bypass_csp=True, viewport={"width": 1280, "height": 900})
    page.add_init_script(path=HERE / "watch.js")
    page.goto(address)
    slider(page, "Stride").wait_for(timeout=60_000)
    settle(page, quiet=1000)
    return page


def slider(page: Any, label: str) -> Any:
    """A slider's thumb, by its label."""
    return page.get_by_role("slider", name=label).first


def settle(page: Any, quiet: int = 400) -> None:
    """Wait until nothing visible has changed for so many milliseconds and no script is running."""
    page.wait_for_function(AT_REST, arg=quiet, polling=20, timeout=30_000)


def timed(page: Any, act: Callable[[], None]) -> float:
    """Milliseconds from a key press or click to the last visible change that it made."""
    act()
    page.wait_for_function("bench.changes > bench.before", polling=20, timeout=10_000)
    settle(page)
    return page.evaluate("bench.last - bench.began")


def press(page: Any, label: str, key: str) -> float:
    """How long an arrow key on a slider takes."""
    page.bring_to_front()
    thumb = slider(page, label)
    thumb.focus()
    return timed(page, lambda: thumb.press(key))


def click(page: Any, name: str) -> float:
    """How long a click on a segment takes."""
    return timed(page, lambda: page.get_by_role("radio", name=name).click())


# --- what is measured ------------------------------------------------------------------------------------------------


def inputs(browser: Any, pages: dict[str, str]) -> dict[str, list[float]]:
    """Key presses and clicks on every page in turn: milliseconds for each kind."""
    tabs = {name: opened(browser, address) for name, address in pages.items()}
    fresh = opened(browser, pages["ConvLab"])
    times: dict[str, list[float]] = {name: [] for name in [*pages, "first", "click"]}
    slider(tabs["ConvLab"], "Stride").focus()
    end = time.monotonic() + SECONDS
    for turn in range(PRESSES):
        key = "ArrowRight" if turn // 2 % 2 == 0 else "ArrowLeft"
        for name, tab in tabs.items():
            if name != "plain" or turn < PLAIN_PRESSES:
                times[name].append(press(tab, "Stride", key))
        if turn < len(UNSEEN):
            times["first"].append(press(fresh, UNSEEN[turn], "ArrowRight"))
            times["click"].append(click(fresh, "Maximum" if turn % 2 else "Average"))
        if time.monotonic() > end:
            break
    for tab in (*tabs.values(), fresh):
        tab.context.close()
    return times


def drags(browser: Any, address: str) -> list[tuple[str, float, int, int]]:
    """Label, seconds, values and pictures of a drag on each of three sliders."""
    page = opened(browser, address)
    found = [("Picture size", *drag(page, "Picture size", 0.1))]
    for label in ("Kernel size", "Stride"):
        page.goto(address)
        settle(page, quiet=1000)
        slider(page, label).press("Home")
        settle(page, quiet=1000)
        found.append((label, *drag(page, label, 1.0)))
    page.context.close()
    return found


def drag(page: Any, label: str, share: float, seconds: float = 3.0) -> tuple[float, int, int]:
    """Drag a thumb to a share of its track without letting go: seconds, values passed, pictures shown until then."""
    thumb = slider(page, label)
    start, height, end = thumb.evaluate(
        """(input, share) => {
            const knob = input.parentElement.parentElement.getBoundingClientRect();
            const track = input.closest("[data-testid=stSlider]").getBoundingClientRect();
            const values = (bench.values = new Set([input.value]));
            bench.timer = setInterval(() => values.add(input.value), 4);
            return [knob.x + knob.width / 2, knob.y + knob.height / 2, track.x + track.width * share];
        }""",
        share,
    )
    page.mouse.move(start, height)
    page.mouse.down()
    before, began = page.evaluate("bench.pictures"), time.perf_counter()
    while (took := time.perf_counter() - began) < seconds:
        page.mouse.move(start + (end - start) * took / seconds, height)
        time.sleep(0.015)
    pictures, values = page.evaluate("(clearInterval(bench.timer), [bench.pictures, bench.values.size - 1])")
    page.mouse.up()
    settle(page)
    return took, values, pictures - before


def pointings(browser: Any, address: str) -> dict[str, list[list[float]]]:
    """Milliseconds from a pointer move to the painted frame: over nothing, over outputs, inputs and weights."""
    wide = {"width": 1920, "height": 1080}  # enough for a number in every cell
    page = browser.new_page(bypass_csp=True, viewport=wide)
    page.add_init_script(path=HERE / "pointing.js")
    page.goto(address)
    page.locator(".output .cell").first.wait_for(timeout=60_000)
    page.wait_for_timeout(1500)
    places = {
        "nothing": "h1",
        "an output": ".side.output .cells",
        "an input": ".side.input .cells",
        "a weight": ".side.weight .cells",
    }
    found = {}
    for name, selector in places.items():
        box = page.locator(selector).first.bounding_box()
        page.evaluate("pointing.length = 0")
        for number in range(MOVES):
            across, down = (
                (number * 0.618) % 1,
                (number * 0.382 + 0.1) % 1,
            )  # all over it, never twice in a row the same
            page.mouse.move(box["x"] + across * (box["width"] - 2) + 1, box["y"] + down * (box["height"] - 2) + 1)
            page.wait_for_timeout(17)
        found[name] = page.evaluate("pointing")
    page.context.close()
    return found


def openings(browser: Any, pages: dict[str, str]) -> dict[str, float]:
    """Median milliseconds from navigation to each moment of `SHOWN`, in fresh contexts, in turn."""
    times: dict[str, list[float]] = {name: [] for name in SHOWN}
    for _ in range(OPENINGS):
        for name, (where, shown) in SHOWN.items():
            page = browser.new_page(bypass_csp=True, viewport={"width": 1280, "height": 900})
            page.add_init_script(path=HERE / "watch.js")
            page.goto(pages[where], wait_until="commit")
            times[name].append(page.wait_for_function(shown, timeout=30_000).json_value())
            page.context.close()
    return {name: statistics.median(values) for name, values in times.items()}


def core(threads: int) -> tuple[float, float, float]:
    """Milliseconds of the two-layer demo in bare torch calls, and what `trace` adds, without and with its model."""
    sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]
    import torch
    import torch.nn.functional as F

    import convlab
    from convlab.network import two_layers

    torch.set_num_threads(threads)
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    model = two_layers()
    weights = [step.weight for step in model if step.weight is not None]

    def bare() -> None:
        stages, maps = [], image
        with torch.inference_mode():
            for weight in weights:
                before = F.conv2d(maps, weight)
                after = F.relu(before)
                maps = F.max_pool2d(after, 2)
                stages += [before, after, maps]

    times = in_turn([bare, lambda: convlab.trace(model, image), lambda: convlab.trace(two_layers(), image)])
    added = [statistics.median(b - a for a, b in zip(times[0], other, strict=True)) for other in times[1:]]
    return statistics.median(times[0]), added[0], added[1]


def in_turn(works: list[Callable[[], object]]) -> list[list[float]]:
    """Milliseconds of pieces of work, run in turn and in changing order, the collector off."""
    times: list[list[float]] = [[] for _ in works]
    gc.collect()
    gc.disable()
    for run in range(-20, RUNS):
        for index in sorted(range(len(works)), reverse=run % 2 == 1):
            start = time.perf_counter()
            works[index]()
            if run >= 0:
                times[index].append(1000 * (time.perf_counter() - start))
    gc.enable()
    return times


# --- the table -------------------------------------------------------------------------------------------------------


def input_rows(times: dict[str, list[float]]) -> Iterator[Row]:
    """Rows for the key presses and clicks."""
    base = statistics.median(times["empty"])
    names = {
        "empty": ("empty page", None),
        "ConvLab": ("ConvLab, two layers", 0.6),
        "plain": ("plain matplotlib script", None),
    }
    yield Row("Key press on Stride to last visible change")
    for name, (label, aim) in names.items():
        yield timing(label, times[name], base, aim)
    yield Row("ConvLab, settings never seen before, against the empty page's key press")
    yield timing("first key press on a slider just focused", times["first"], base)
    yield timing("click on pooling Maximum, Average", times["click"], base)


def timing(label: str, values: list[float], base: float, aim: float | None = None) -> Row:
    """A row of milliseconds: p50, p95, and p50 as a ratio."""
    middle = statistics.median(values)
    figure = f"p50 {middle:5.0f} ms   p95 {high(values):5.0f} ms   n {len(values)}"
    return judged(f"  {label}", figure, f"{middle / base:.2f}", middle / base, "≤", aim)


def high(values: list[float]) -> float:
    """The value that 95 % do not exceed."""
    return sorted(values)[int(0.95 * (len(values) - 1) + 0.5)]


def judged(what: str, figure: str, ratio: str, value: float, sign: str, aim: float | None, unit: str = "") -> Row:
    """A row with its aim, if it has one, and whether that is met."""
    if aim is None:
        return Row(what, figure, ratio)
    met = value <= aim if sign == "≤" else value >= aim
    return Row(what, figure, ratio, f"{sign} {aim:g}{unit}", "met" if met else "NOT MET")


def drag_rows(found: list[tuple[str, float, int, int]]) -> Iterator[Row]:
    """Rows for the drags; where a slider has few values, they bound the pictures."""
    yield Row("Pictures while a thumb is dragged for 3 s, two layers")
    for label, seconds, values, pictures in found:
        figure = f"{pictures / seconds:.1f} a second: {pictures} pictures, {values} values"
        aim = 10 if label == "Picture size" else None
        yield judged(f"  {label}", figure, "", pictures / seconds, "≥", aim, " a second")


def pointing_rows(found: dict[str, list[list[float]]]) -> Iterator[Row]:
    """Rows for pointing on the step page."""
    yield Row("Pointing on the step page, 16×16, three channels, 5×5: from the event to the painted frame")
    for part, start in ((1, ""), (0, ", with the wait for the frame")):
        base = statistics.median(value[part] for value in found["nothing"])
        for name, values in found.items():
            times = [value[part] for value in values]
            middle, tail = statistics.median(times), high(times)
            figure = f"p50 {middle:5.1f} ms   p95 {tail:5.1f} ms   n {len(times)}"
            aim = None if start or name == "nothing" else FRAME
            yield judged(f"  {name}{start}", figure, f"{middle / base:.1f}", tail, "≤", aim, " ms p95")


def opening_rows(times: dict[str, float]) -> Iterator[Row]:
    """Rows for the opening."""
    yield Row(f"Opening in a fresh browser context, median of {OPENINGS}")
    base = times["text"]
    yield Row("  empty page, to its text", f"{base:.0f} ms", "1.00")
    ratio = times["picture"] / base
    yield judged("  ConvLab, to the first picture", f"{times['picture']:.0f} ms", f"{ratio:.2f}", ratio, "≤", 1.3)


def core_rows() -> Iterator[Row]:
    """Rows for the core."""
    yield Row(f"The core: trace of the two-layer demo against bare torch, medians of {RUNS}")
    for threads in (1, 2):
        bare, added, with_model = core(threads)
        figure = f"{bare:.3f} ms + {1000 * added:.0f} µs"
        name = f"{threads} thread{'s' * (threads > 1)}"
        yield judged(f"  {name}", figure, f"{added / bare:+.1%}", 100 * added / bare, "≤", 5, " %")
        figure = f"{bare:.3f} ms + {1000 * with_model:.0f} µs"
        yield Row(f"  {name}, the model made anew each time", figure, f"{with_model / bare:+.1%}")


def printed(rows: list[Row]) -> str:
    """The rows in aligned columns."""
    heads = Row("", "figure", "ratio", "aim", "")
    widths = [max(len(row[i]) for row in (heads, *rows) if row.figure) for i in range(len(heads))]
    lines = []
    for row in (heads, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip() if row.figure else f"\n{row.what}")
    return "\n".join(lines)


def main() -> None:
    """Measure, and print the table."""
    if not CHROMIUM:
        sys.exit("No chromium here: install it, or name it in the variable CHROMIUM.")
    from playwright.sync_api import sync_playwright

    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the servers end too
    core_part = list(core_rows())
    with ExitStack() as stack:  # unwound from the end: the servers first
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        stack.callback(browser.close)
        empty_folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))  # no config.toml applies there
        scripts = {"empty": HERE / "floor_app.py", "ConvLab": ROOT / "app.py", "plain": HERE / "plain_app.py"}
        pages = {}
        for name, script in scripts.items():
            pages[name] = stack.enter_context(server(script, ROOT if name == "ConvLab" else empty_folder))
        pages["ConvLab"] += DEMO
        rows = [*input_rows(inputs(browser, pages)), *drag_rows(drags(browser, pages["ConvLab"]))]
        rows += opening_rows(openings(browser, pages))
        rows += pointing_rows(pointings(browser, pages["ConvLab"].removesuffix(DEMO) + STEPS))
    print(printed([*rows, *core_part]))


if __name__ == "__main__":
    main()

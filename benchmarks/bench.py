"""Speed, as ratios within one run: `make bench`, or `python benchmarks/bench.py`.

Starts ConvLab, an empty Streamlit page and the plain script on this machine, works on them in turn in a real
Chromium, and prints one table. A time runs from an input to the last visible change: the page has to be still for
0.4 s after it. A shared machine's milliseconds are not stable; the ratios are what counts. Takes about five minutes.
"""

import os
import shutil
import signal
import sys
from collections.abc import Iterable, Iterator

import beside
import core
import drags
import far_away
import openings
import pointings
import presses
import traffic
from playwright.sync_api import Error, sync_playwright
from servers import servers
from table import Row, printed

NAMES = ("chromium", "chromium-headless-shell")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IN_BROWSER = (presses, beside, drags, openings, pointings, traffic, far_away)


def measured() -> Iterator[Row]:
    """All rows."""
    core_rows = list(core.rows())  # before anything else runs here
    with sync_playwright() as playwright, servers() as pages:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for measure in IN_BROWSER:
            print(f"{measure.__name__} …", file=sys.stderr)
            yield from _as_far_as_it_goes(measure.rows(browser, pages))
        browser.close()
    yield from core_rows


def _as_far_as_it_goes(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows; a page that does not answer ends its own block alone."""
    try:
        yield from rows
    except Error as error:
        yield Row("  then no answer", error.message.splitlines()[0], met="NOT MET")


def main() -> None:
    """Measure, and print the table."""
    if not CHROMIUM:
        sys.exit("No chromium here: install it, or name it in the variable CHROMIUM.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the servers end too
    print(printed(measured()))


if __name__ == "__main__":
    main()

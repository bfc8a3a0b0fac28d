"""A tab that is worked in: what is pressed, clicked, chosen and written, and how long until its last visible change."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
WINDOW = {"width": 1280, "height": 900}
LANE = ".lane .map canvas"  # what ConvLab shows


class Took(NamedTuple):
    """Milliseconds from an input to the last change of the maps in the lane, and to the last change of anything."""

    lane: float
    all: float


class Tab:
    """A page of a browser's context that shows something and is at rest; what its WebSocket receives is counted."""

    def __init__(self, context: Any, address: str, quiet: int = 400, shows: str = LANE):
        self.quiet, self.received, self._heard = quiet, 0, 0.0
        self.page = context.new_page()
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._hear))
        self.page.add_init_script(path=HERE / "watch.js")
        self.page.goto(address)
        self.page.locator(shows).last.wait_for(timeout=60_000)
        self.settle()

    def _hear(self, frame: str | bytes) -> None:
        self.received += len(frame)
        self._heard = time.monotonic()

    def slider(self, key: str) -> Any:
        """A slider of the sidebar, by its widget's key."""
        return self.page.locator(f".st-key-{key} input[type=range]").first

    def settle(self, since: float = 0.0) -> None:
        """Wait until the server has spoken, and nothing has changed or come, and no script has run, for `quiet` ms."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            self.page.wait_for_function("quiet => bench.rests(quiet)", arg=self.quiet, polling=20, timeout=30_000)
            if self._heard > since and time.monotonic() - self._heard > self.quiet / 1000:
                return
            self.page.wait_for_timeout(20)

    def focus(self, key: str) -> None:
        """Put the focus on a slider, and wait until its neighbours are fetched."""
        self.page.bring_to_front()
        self.slider(key).focus()
        self.page.wait_for_timeout(self.quiet)
        self.settle()

    def timed(self, act: Callable[[], object]) -> Took:
        """How long a key press or a click takes."""
        self.page.bring_to_front()
        acted = time.monotonic()
        act()
        self.page.wait_for_function("bench.answered()", polling=20, timeout=15_000)
        self.settle(acted)
        return Took(*self.page.evaluate("[bench.lane.last - bench.began, bench.any.last - bench.began]"))

    def press(self, key: str, arrow: str) -> Took:
        """How long an arrow key on a slider takes."""
        self.page.bring_to_front()
        self.slider(key).focus()
        return self.timed(lambda: self.page.keyboard.press(arrow))

    def pool(self, name: str) -> Took:
        """How long a click on a kind of pooling takes."""
        return self.timed(self.page.locator(".st-key-pool").get_by_text(name, exact=True).click)

    def bank(self, name: str) -> Took:
        """How long another set of kernels takes, from the key that chooses it."""
        self.page.bring_to_front()
        self.page.locator(".st-key-bank [role=combobox], .st-key-bank input").first.click()
        self.page.keyboard.type(name)
        self.page.get_by_role("option", name=name).wait_for()
        return self.timed(lambda: self.page.keyboard.press("Enter"))

    def write(self, cell: int, value: str) -> Took:
        """How long a number written into the first layer's kernel takes, from the key that ends it."""
        written = self.page.locator(".lane .kernel input.cell").nth(cell)
        written.fill(value)
        return self.timed(lambda: written.press("Enter"))

    def close(self) -> None:
        """The page alone; its context may have others."""
        self.page.close()


@contextmanager
def visitor(browser: Any, **how: Any) -> Iterator[Any]:
    """A context of a browser that was never here before."""
    context = browser.new_context(bypass_csp=True, **{"viewport": WINDOW, **how})
    try:
        yield context
    finally:
        context.close()


UNSEEN = ("first press on a slider", "pooling", "another set of kernels", "a kernel's cell")


def unseen(tab: Tab, turn: int) -> Iterator[tuple[str, Took]]:
    """Four changes, each to settings that the server has never seen; another turn makes others."""
    yield UNSEEN[0], tab.press("dilation" if turn % 2 else "padding", "ArrowRight")
    yield UNSEEN[1], tab.pool("Maximum" if turn % 2 else "Average")
    yield UNSEEN[2], tab.bank(("Sobel", "Gradients")[turn % 2])
    yield UNSEEN[3], tab.write(turn, f"0.{turn + 31}")

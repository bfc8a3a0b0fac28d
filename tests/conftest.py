"""What the tests of the pages share: the app without a browser, a real server, a real browser."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zlib
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe

collect_ignore = ["pages"]  # run by a server, not read for doctests
ROOT = Path(__file__).parent.parent
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first opens pages quickest
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
# Whatever the Content-Security-Policy forbids is an error of the page.
WATCH = "addEventListener('securitypolicyviolation', e => console.log('policy', e.violatedDirective, e.blockedURI))"
# A new tab, which has no name yet, knows nothing of the tests before it: no theme, no sidebar's width.
FORGET = "if (self === top && origin !== 'null' && !name) { name = 'tab'; localStorage.clear(); }"
SPEAKERS = (
    "maps",
    "grids",
    "tiles",
    "stages",
    "marking",
    "notes",
    "tab",
    "picture",
    "dock",
    "policy",
)  # whose words in the browser's console are faults
SHOWN = ("maps", "grids", "tiles", "stages")  # what a page is about


def header_of(app):
    """The header of the message that the page's maps or grids were sent."""
    return next(header for name, header in _headers(app) if name in SHOWN)


def tab_of(app):
    """The header of the message that the tab was sent."""
    return next(header for name, header in _headers(app) if name == "tab")


def chooser_of(app):
    """The header of the message that the chooser of pictures was sent."""
    return next(header for name, header in _headers(app) if name == "picture")


def send(app, key, event, value):
    """An event of the component of that key, as its script sends it, and the run that it makes."""
    (known,) = (found.proto.id for found in app.get("bidi_component") if found.proto.id.endswith(f"-{key}"))
    states = app._tree.get_widget_states()
    said = json.dumps([{"event": event, "value": value}])
    states.widgets.add(id=f"$$STREAMLIT_INTERNAL_KEY_{known}__events", json_trigger_value=said)
    return app._run(states)


def payload_of(app):
    """The payload of that message: the array of a range, as bytes or as float32."""
    message = next(message for name, message in _messages(app) if name in SHOWN)
    data = zlib.decompress(message[4 + int.from_bytes(message[:4], "little") :], -zlib.MAX_WBITS)
    return lambda place, kind: np.frombuffer(data, kind, place[1], place[0])


def blobs_of(message, kept=None):
    """The header of a message to the maps, and the arrays that it brings, by name, beside those that are kept."""
    header = _header(message)
    data = zlib.decompress(message[4 + int.from_bytes(message[:4], "little") :], -zlib.MAX_WBITS)
    arrays = dict(kept or {})
    for name, sent in header["blobs"].items():
        if sent:
            (start, size), lags = sent["range"], sent["lags"]
            line = np.frombuffer(data, np.uint8, size, start).copy()
            for lag in reversed(lags):
                for place in range(lag, size, lag):
                    line[place : place + lag] += line[place - lag : place][: size - place]
            arrays[name] = line.tobytes()
    return header, arrays


def _headers(app):
    """The names of all components and the headers of the messages that they were sent, in their order."""
    return [(name, _header(message)) for name, message in _messages(app)]


def maps_message(app):
    """The message that the page's maps were sent."""
    return next(message for name, message in _messages(app) if name == "maps")


def _messages(app):
    """The names of all components and the messages that they were sent, in their order."""
    sent = [component.proto for component in app.get("bidi_component")]
    return [(proto.component_name.rpartition(".")[2], proto.bytes) for proto in sent]


def _header(message):
    """The header of one message."""
    length = int.from_bytes(message[:4], "little")
    return json.loads(zlib.decompress(message[4 : 4 + length], -zlib.MAX_WBITS))


@pytest.fixture(scope="session")
def packages():
    """The components of all installed packages, looked for once: AppTest reads every package's notes at each visit."""
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def app(packages):
    """The app as a visitor's session, without a browser; call .run() to open it."""
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(str(ROOT / "convlab" / "ui" / "main.py"), default_timeout=60)


def switch(app, page):
    """Go to the page of that name, as a click on it does."""
    return app.switch_page(f"../../pages/{page}.py").run()


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """A real server's address."""
    with served("app.py", tmp_path_factory.mktemp("server") / "log") as url:
        yield url


def served(script, log):
    """A server that runs a script; it has no weights of real networks, and no net to fetch them."""
    command = ["streamlit", "run", script, "--server.port={port}", "--server.address=127.0.0.1"]
    alone = {"TORCH_HOME": str(log.parent / "torch"), "https_proxy": "http://127.0.0.1:1"}
    return serving(command, log, cwd=ROOT, env=os.environ | alone)


@contextmanager
def serving(command, log, port=None, **start):
    """A server's address, from when it answers; `{port}` in the command, a module's, becomes that or a free port."""
    port = port or free_port()
    command = [sys.executable, "-m", *(part.replace("{port}", str(port)) for part in command)]
    with log.open("w") as written:
        server = subprocess.Popen(command, stdout=written, stderr=written, **start)
        try:
            answers(f"http://127.0.0.1:{port}/_stcore/health", server, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(10)


def free_port():
    """A port of this machine that nobody listens to."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(url, server, log):
    """Until the server answers; if it ends instead, the end of its log says why."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            assert server.poll() is None, f"the server ended:\n{log.read_text()[-2000:]}"
            time.sleep(0.2)
    raise TimeoutError(url)


@pytest.fixture(scope="session")
def browser():
    """A real browser."""
    if not CHROMIUM:
        if os.environ.get("CI"):
            pytest.fail("no chromium on this machine")
        pytest.skip("no chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def until(page, expression):
    """Wait until a script's expression holds. Playwright's own way is forbidden by the page's policy."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(expression)


# Nothing is pale any more because it is about to change, or is on its way back from that.
SETTLED = """!document.querySelector('[data-stale=true]') &&
    !document.getAnimations().some(each => each instanceof CSSTransition && each.playState === 'running')"""


def faults(page, within=None, small=False):
    """What axe finds on a page or within a part of it, but for the small things; what it finds well is not told."""
    until(page, SETTLED)
    found = Axe().run(page, within, {"resultTypes": ["violations"]}).response["violations"]
    grave = [fault for fault in found if small or fault["impact"] in ("serious", "critical")]
    return [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in grave]


def new_context(browser, touch):
    """A visitor's browser, with a finger or without."""
    context = browser.new_context(has_touch=touch, accept_downloads=True)
    context.add_init_script(WATCH)
    context.add_init_script(FORGET)
    return context


@pytest.fixture(scope="session")
def contexts(browser):
    """Two that all tests share, so that the program's files are loaded once: without a finger and with one."""
    return {touch: new_context(browser, touch) for touch in (False, True)}


@pytest.fixture
def open_page(browser, contexts, address):
    """Open a page of the app: open_page("?stride=2", width=390); every page must stay free of script errors.

    A second one within a test is opened in a browser of its own.
    """
    pages, apart, errors = [], [], []

    def opened(query="", width=1280, height=800, dark=False, touch=False, ready=".maps canvas"):
        if pages:
            apart.append(new_context(browser, touch))
        page = (apart[-1] if pages else contexts[touch]).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.text.startswith(SPEAKERS) else None)
        page.goto(query if query.startswith("http") else address + query)
        page.locator(ready).first.wait_for(timeout=30_000)
        if page.get_by_test_id("stSidebarNav").count():
            page.locator(".tab").first.wait_for(state="attached")  # a page's last part: it is whole
            until(page, "globalThis.convlab?.asks")  # and its script is here
        return page

    yield opened
    for closed in (*pages, *apart):
        closed.close()
    assert not errors

"""What the process needs once: its settings, the headers of its answers, everything loaded before the first visitor."""

import asyncio
import gc
import logging
import os
import tomllib
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from convlab.ui.components.version import VERSION, is_as_found
from convlab.ui.files import Files
from convlab.ui.guard import Guard
from convlab.ui.metrics import Metrics

_HOUSE: Final = Path(__file__).parents[1]
# A wheel's, or a checkout's.
_SETTINGS: Final = (_HOUSE / "config" / "config.toml", _HOUSE.parent / ".streamlit" / "config.toml")

# The only script that stands in Streamlit's page itself; what it sets is for search engines.
_INLINE_SCRIPT: Final = "'sha256-THxz9J9+wf7rhwR2YkXJoSZ13UCmYyC+3lNDv2+8ugA='"
_POLICY: Final = {
    "default-src": "'none'",
    # wasm: Streamlit's reader of messages has some for long numbers
    "script-src": f"'self' 'wasm-unsafe-eval' {_INLINE_SCRIPT}",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit's styles are made in the browser
    "img-src": "'self' data: blob:",  # a chart on its way to a file
    "font-src": "'self' data:",  # formulas
    "connect-src": "'self'",  # the WebSocket
    "base-uri": "'none'",
    "form-action": "'none'",
}
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=(), display-capture=(), payment=(), usb=()",
}
COLLECT: Final = 5.0  # seconds between two looks for what holds itself: some 20 milliseconds each
_ASSETS: Final = "/_stcore/bidi-components/"


def app() -> st.App:
    """The program for a server of your choice: `uvicorn --factory convlab.ui.server:app`."""
    return st.App(**parts())


def parts() -> dict[str, Any]:
    """What `st.App` is made of. `app.py` calls it by itself, since Streamlit looks for that call in the file's text."""
    settle()
    return {
        "script_path": Path(__file__).parent / "main.py",
        "lifespan": lifespan,
        "middleware": [
            Middleware(Files),
            Middleware(Headers, frame_ancestors=os.environ.get("CONVLAB_FRAME_ANCESTORS", "*")),
            Middleware(Metrics, shown=os.environ.get("CONVLAB_METRICS", "")),
            Middleware(
                Guard,
                sockets=int(os.environ.get("CONVLAB_SOCKETS_PER_ADDRESS", "400")),
                trusted=_trusted(),
            ),
        ],
    }


def _trusted() -> set[str | None] | None:
    """Hosts whose pages Streamlit's settings let open a WebSocket, beside the server's own; None for any."""
    if not config.get_option("server.enableCORS"):
        return None
    named = list(config.get_option("server.corsAllowedOrigins"))
    if config.is_manually_set("browser.serverAddress"):
        named.append(config.get_option("browser.serverAddress"))
    return {urlsplit(name if "//" in name else f"//{name}").hostname for name in named}


def settle() -> None:
    """Take what `config.toml` says wherever the program was started, but for what whoever started it has set."""
    file = next(file for file in _SETTINGS if file.is_file())
    for name, value in _flat(tomllib.loads(file.read_text(encoding="utf-8"))):
        if not config.is_manually_set(name):
            config.set_option(name, value)


def _flat(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a TOML table, each with its full dotted name."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Prepare the process before it answers anybody.

    Pillow's warnings of odd notes in visitors' files stay out of the log, and so does who asks for what.
    What is loaded by now lives as long as the process, so it is taken out of the garbage collector's sight. The
    collector comes every few seconds: after every answer, as Streamlit would have it, it takes longer than the answers
    of a hundred visitors, since it looks at what all of them have.
    """
    warnings.filterwarnings("ignore", module="PIL")
    logging.getLogger("uvicorn.access").addFilter(_names_nobody)
    logging.getLogger("uvicorn.error").addFilter(_names_nobody)
    _load()
    gc.collect()
    gc.freeze()
    collecting = asyncio.create_task(_collect())
    yield
    collecting.cancel()


async def _collect() -> None:
    """Free now and then what holds itself."""
    while True:
        await asyncio.sleep(COLLECT)
        gc.collect()


def _names_nobody(record: logging.LogRecord) -> bool:
    """Whether a line of the log may be written: those of requests and of connections begin with who asks."""
    return not str(record.msg).startswith("%s - ")


def cpus(quota: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """How many CPUs this process may use.

    Parameters
    ----------
    quota : Path
        Where Linux says which share of them a container has: microseconds in a period of so many, or "max".
    """
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        share, period = map(int, quota.read_text().split())
    except (OSError, ValueError):
        return count
    return max(1, min(count, share // period))


def _load() -> None:
    """Import the pages, and make the first message of each; here, since components want a runtime."""
    import torch

    from convlab.ui.components.component import serve
    from convlab.ui.registry import PAGES

    torch.set_num_threads(min(2, cpus()))  # a computation of one visitor leaves room for others
    for page in PAGES.values():
        page.parts.warm()
        serve(page.component)


class Headers:
    """Middleware that says in every answer what a browser may do with it, and how long it may keep it.

    A component's files have the version of all of them in their address, so that a browser keeps them for good and a
    page, even one that stood open during a deploy, never mixes old scripts with new Python.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    frame_ancestors : str
        Which sites may frame the pages, as the Content-Security-Policy writes it: `*`, `'self' https://lms.example`.
    """

    def __init__(self, app: ASGIApp, frame_ancestors: str) -> None:
        self._app = app
        policy = {**_POLICY, "frame-ancestors": frame_ancestors}
        self._headers = {
            "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items()),
            **_HEADERS,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if headers.get("content-type", "").startswith("text/html"):  # wherever it is asked for
                    headers.update(_ahead(scope["path"].rpartition("/")[2]))
                elif message["status"] == 200 and _ASSETS in scope["path"]:
                    headers["Cache-Control"] = _keep(scope["path"])
            await send(message)

        await self._app(scope, receive, sent)


@cache
def _ahead(path: str) -> dict[str, str]:
    """The scripts that a page will need: a browser fetches them while it has nothing better to fetch."""
    from convlab.ui.registry import PAGES

    name = next((page.component for page in PAGES.values() if page.path == path), None)
    if name is None:
        return {}
    files = [file for folder in (name, "shared") for file in sorted((_HOUSE / "ui/components" / folder).glob("*.js"))]
    where = f".{_ASSETS}convlab-{VERSION}.{name}/"
    how = "rel=modulepreload; fetchpriority=low"  # or Streamlit's own would have to wait for them
    return {"Link": ", ".join(f"<{where}{file.parent.name}/{file.name}>; {how}" for file in files)}


def _keep(path: str) -> str:
    """How long a browser may keep a component's file: for good if it is what its address says."""
    _, named, inner = path.partition(f"-{VERSION}.")
    unchanged = named and is_as_found(inner.partition("/")[2])
    return "public, max-age=31536000, immutable" if unchanged else "no-cache"

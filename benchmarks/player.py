"""A student who plays: opens a link as a browser does, changes settings, brings a photo, leaves. No browser here.

What travels are Streamlit's own messages. What a browser asks ahead while a slider has the focus is not played.
"""

import asyncio
import base64
import gzip
import io
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urljoin, urlsplit

import numpy as np
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE = 60.0  # seconds without an answer that are an error
LINES = 6  # connections that a browser opens to one server for files
_NAMED = re.compile(r"""(?:src|href)="(\./static/[^"]+)"|<(\.[^>]+)>; rel=modulepreload""")
_ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)  # others go on in a new run
_numbers = count(int(time.time() * 1000))  # of events: each above the last one


@dataclass
class Tally:
    """What all students together have seen.

    Attributes
    ----------
    times : dict of str to list of float
        Milliseconds of openings and answers, by their kind.
    errors : Counter
        What went wrong, and how often.
    received, sent : int
        Bytes of the WebSockets' messages.
    files : int
        Bytes of pages, scripts and styles.
    """

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    received: int = 0
    sent: int = 0
    files: int = 0


class Tab:
    """One tab of one student's browser: a page and its WebSocket.

    Parameters
    ----------
    link : str
        What it opens.
    tally : Tally
        Takes what it sees.

    Attributes
    ----------
    connected : float
        When it had the page and went for the WebSocket, in seconds of `time.monotonic`.
    told : dict of str to bytes
        The last message to every component, by its identity.
    sliders : dict of str to (float, float)
        The least and the most of every slider that was shown, by its key.
    """

    def __init__(self, link: str, tally: Tally) -> None:
        self._link, self._tally = urlsplit(link), tally
        self._root, _, self._name = self._link.path.rpartition("/")
        self._states: dict[str, WidgetState] = {}
        self._fragments: dict[str, str] = {}  # of every widget
        self._page, self.connected = "", 0.0
        self.told: dict[str, bytes] = {}
        self.sliders: dict[str, tuple[float, float]] = {}
        self._socket: ClientConnection

    async def open(self, *, new: bool) -> None:
        """Get the page, connect, and have the first run's answer; a new browser has none of the page's files yet."""
        cookie = await self._get(new)
        token, self.connected = cookie.partition("=")[2], time.monotonic()
        self._socket = await connect(
            f"ws://{self._link.netloc}{self._root}/_stcore/stream",
            subprotocols=["streamlit", *([token] if token else [])],  # type: ignore[list-item]
            origin=f"http://{self._link.netloc}",  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=PATIENCE,
        )
        await self._run()

    async def _get(self, new: bool) -> str:
        """The page and what it names, six at a time; the cookie that comes with Streamlit's first word."""
        lines = [Line(self._link.hostname or "", self._link.port or 80) for _ in range(LINES if new else 1)]
        async with asyncio.timeout(PATIENCE):
            head, body = await lines[0].get(self._link.path)
            named = [one or other for one, other in _NAMED.findall(head + body.decode())]
            paths = iter([urljoin(self._link.path, name) for name in dict.fromkeys(named if new else ())])
            await asyncio.gather(*(line.all(paths) for line in lines))
            head, _ = await lines[0].get(f"{self._root}/_stcore/health")
            await lines[0].get(f"{self._root}/_stcore/host-config")
        for line in lines:
            self._tally.files += line.received
            line.close()
        cookie = re.search(r"_streamlit_xsrf=[^;\r]+", head)
        return cookie[0] if cookie else ""

    async def slide(self, key: str, value: float) -> None:
        """Move a slider, and have the answer."""
        name = self._named(key)
        state = WidgetState(id=name)
        state.double_array_value.data.append(value)
        self._states[name] = state
        await self._run(fragment=self._fragments[name])

    async def event(self, key: str, event: str, value: Callable[[int], Any]) -> None:
        """Send what a component's script sends, made of the event's number, and have the answer."""
        name = self._named(key)
        said = json.dumps([{"event": event, "value": value(next(_numbers))}])
        trigger = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{name}__events", json_trigger_value=said)
        await self._run(trigger, fragment=self._fragments[name])

    async def close(self) -> None:
        """The tab is closed, or loaded anew."""
        await self._socket.close()

    def vanish(self) -> None:
        """The lid is shut: nobody says goodbye."""
        self._socket.transport.abort()

    def _named(self, key: str) -> str:
        """The widget of that key."""
        return next(name for name in self._fragments if name.endswith(f"-{key}"))

    async def _run(self, *triggers: WidgetState, fragment: str = "") -> None:
        """Ask for a run, with the state of every widget as a browser sends it, and wait until it has ended."""
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash, asked.fragment_id = self._link.query, self._page, fragment
        asked.page_name = "" if self._page else self._name
        asked.context_info.timezone, asked.context_info.locale = "UTC", "en-GB"
        asked.context_info.color_scheme = "light"
        asked.widget_states.widgets.extend([*self._states.values(), *triggers])
        data = message.SerializeToString()
        self._tally.sent += len(data)
        async with asyncio.timeout(PATIENCE):
            await self._socket.send(data)
            while not self._ends(await self._socket.recv()):
                pass

    def _ends(self, data: str | bytes) -> bool:
        """Take a message; whether it ends an answer."""
        self._tally.received += len(data)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "delta":
            self._take(message.delta)
        return kind == "script_finished" and message.script_finished in _ENDS

    def _take(self, delta: Delta) -> None:
        """Remember a widget, and what it says."""
        kind = delta.new_element.WhichOneof("type")
        if kind == "exception":
            self._tally.errors[f"shown: {delta.new_element.exception.type}"] += 1
        element = getattr(delta.new_element, kind) if kind else None
        name = getattr(element, "id", "")
        if element and name:
            self._fragments[name] = delta.fragment_id
            if kind == "bidi_component":
                self.told[name] = element.bytes
            if kind == "slider":
                self.sliders[name.rpartition("-")[2]] = element.min, element.max
            if kind in _SAYS and (name not in self._states or element.set_value):
                self._states[name] = _SAYS[kind](element)


def _slider(element: Any) -> WidgetState:
    state = WidgetState(id=element.id)
    state.double_array_value.data.extend(element.value if element.set_value else element.default)
    return state


def _checkbox(element: Any) -> WidgetState:
    return WidgetState(id=element.id, bool_value=element.value if element.set_value else element.default)


def _selectbox(element: Any) -> WidgetState:
    chosen = element.raw_value if element.set_value else element.options[element.default]
    return WidgetState(id=element.id, string_value=chosen)


def _group(element: Any) -> WidgetState:
    state = WidgetState(id=element.id)
    known = [element.options[place].content for place in element.default]
    state.string_array_value.data.extend(element.raw_values if element.set_value else known)
    return state


_SAYS = {"slider": _slider, "checkbox": _checkbox, "selectbox": _selectbox, "button_group": _group}


class Line:
    """A connection to a server that is asked for one thing after another.

    Parameters
    ----------
    host : str
        The server's address.
    port : int
        And its port.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self.received = 0

    async def get(self, path: str) -> tuple[str, bytes]:
        """An answer's head and body."""
        reader, writer = self._ends = self._ends or await asyncio.open_connection(self._host, self._port)
        here = f"{self._host}:{self._port}"
        asked = f"GET {path} HTTP/1.1\r\nHost: {here}\r\nOrigin: http://{here}\r\nAccept-Encoding: gzip\r\n\r\n"
        writer.write(asked.encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        if " 200 " not in head.partition("\r\n")[0]:
            raise ConnectionError(f"GET {path}: {head.partition(chr(13))[0]}")
        length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1]) if length else 0)
        self.received += len(head) + len(body)
        packed = re.search(r"content-encoding: gzip", head, re.IGNORECASE)
        return head, gzip.decompress(body) if packed else body

    async def all(self, paths: Iterator[str]) -> None:
        """Get what is left, one after another."""
        for path in paths:
            await self.get(path)

    def close(self) -> None:
        """Nothing more is asked."""
        if self._ends:
            self._ends[1].close()


def photo(drawn: random.Random) -> str:
    """A photo of nothing, as a browser sends one: 512×384, JPEG, in base64."""
    numbers = np.random.default_rng(drawn.getrandbits(32)).integers(0, 256, (48, 64, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(numbers).resize((512, 384), Image.Resampling.BICUBIC).save(file, "JPEG", quality=92)
    return base64.b64encode(file.getvalue()).decode()

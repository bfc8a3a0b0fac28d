"""What no page sends is left out before Streamlit reads it, foreign sockets and whole uploads too; a flood waits."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Collection
from time import monotonic
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from convlab.exercises import KINDS
from convlab.exercises.puzzles import BOUNDS
from convlab.ui.fields import Choice, Count, Decimal, Flag, Numbers, Several, Sides, Whole, keys_of, settings_of
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.metrics import REFUSALS
from convlab.ui.network.chosen import prefix_of
from convlab.ui.network.one import OneLayer
from convlab.ui.network.row import MOST
from convlab.ui.registry import PAGES

_FIELDS = {Whole: "double_array_value", Sides: "double_array_value", Decimal: "double_value", Flag: "bool_value"}
_FIELDS |= {Count: "double_value", Numbers: "string_value"}
AT_ONCE, A_SECOND = 100, 20.0  # messages of a visitor: an arrow key that is held makes some 30 a second
_UPLOADS = "/_stcore/upload_file/"
_READING = ("GET", "HEAD", "OPTIONS")  # what a page asks for: nothing of it has a body
MOST_BYTES = 15_000_000  # of a message: a picture of 10 MB in base64, and what stands around it
_OTHERS = {"apart": "bool_value", "more": "bool_value", "code": "bool_value", "downloads": "bool_value"}
_NETWORKS = {"network_preset": "string_value", "network_pasted": "string_value", "network_paste": "bool_value"}
_TEACHERS = {"teach_of": "string_value", "teach_task": "string_value"}
_TEACHERS |= {"teach_codes": "string_value", "teach_class": "bool_value"}
_ANSWERS = {"lessons_answer_": "string_value", "lessons_hint_": "bool_value"}  # a question's kind stands behind


def fields() -> dict[str, str]:
    """In which field of a message each control's value travels, by the control's key."""
    known = _OTHERS | _NETWORKS | _TEACHERS | {"lessons_done": "bool_value"}
    known |= {f"lessons_puzzle_{name}": "double_array_value" for name in BOUNDS}
    known |= {start + kind: field for kind in KINDS for start, field in _ANSWERS.items()}
    for page in PAGES.values():
        known |= {page.prefix + name: field for name, field in _OTHERS.items()}
        known |= _of(page.prefix, page.settings)
        several = (name for name, each in settings_of(page.settings).items() if isinstance(each.kind, Several))
        known |= {f"teach_{name}": "string_array_value" for name in several}
        known |= {f"teach_{what}_{page.path}": "string_array_value" for what in ("shows", "locks")}
    for number in range(1, MOST + 1):
        known |= _of(prefix_of(PAGES["network"].prefix, number), OneLayer)
    return {key: field for key, field in known.items() if field}


def _of(prefix: str, settings: type[LayerSettings]) -> dict[str, str]:
    """The same for the controls of some settings; none for what has none."""
    known: dict[str, str] = {}
    for name, setting in settings_of(settings).items():
        kind = setting.kind
        field = _FIELDS.get(type(kind), "")
        if isinstance(kind, Choice):
            field = "string_array_value" if kind.beside else "string_value"
        known |= dict.fromkeys((prefix + key for key in keys_of(name, kind)), field)
    known[f"{prefix}apart"] = "bool_value"
    return known


class Bucket:
    """So much at once, and then no more than so much a second: whatever comes sooner waits.

    Parameters
    ----------
    at_once : int
        How many need not wait.
    a_second : float
        How many may follow in a second.
    clock : callable
        Seconds that only grow.
    """

    def __init__(
        self, at_once: int = AT_ONCE, a_second: float = A_SECOND, clock: Callable[[], float] = monotonic
    ) -> None:
        self._most, self._rate, self._clock = at_once, a_second, clock
        self._left, self._seen = float(at_once), clock()

    def take(self) -> float:
        """One comes: how many seconds it has to wait."""
        now = self._clock()
        self._left = min(self._most, self._left + (now - self._seen) * self._rate) - 1
        self._seen = now
        return max(0.0, -self._left / self._rate)


class Guard:
    """Middleware before all that Streamlit reads: what a page can't have sent is left out or refused.

    On the WebSocket, JSON that can't be read, or a control's value of another type, is left out: Streamlit would fail
    on it in every later run of that visit. Messages of more than `MOST_BYTES`, and texts, end the connection. A page of
    another origin gets none; Streamlit would ask the net for this machine's address first, and keep everybody waiting.
    Pictures come through the WebSocket; no page has an uploader, so that Streamlit's own way for files, which keeps
    them in memory, is closed, and with it every other request that has a body. A visitor's messages that come faster
    than hands can make them wait, none is lost; other visitors' do not.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    sockets : int
        How many WebSockets one address may have at once: a school may have one for all its browsers. 0 for any number.
    trusted : collection or None, optional
        Names of hosts whose pages may open a WebSocket beside those of the server's own; None for any.
    """

    def __init__(self, app: ASGIApp, sockets: int = 0, trusted: Collection[str | None] | None = ()) -> None:
        self._app, self._most, self._trusted = app, sockets, trusted
        self._fields = fields()
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is refused."""
        if scope["type"] == "http" and (_UPLOADS in scope["path"] or scope["method"] not in _READING):
            await PlainTextResponse("There are no uploads here.", 403)(scope, receive, send)
        elif scope["type"] != "websocket":
            await self._app(scope, receive, send)
        elif self._is_ours(Headers(scope=scope)):
            await self._let_in(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on, if its address has room for one more."""
        address, _ = scope.get("client") or ("", 0)
        if self._most and self._open[address] >= self._most:
            await send({"type": "websocket.close", "code": 1013})  # try again later
            return
        self._open[address] += 1
        try:
            await self._app(scope, self._heard(receive, send), send)
        finally:
            self._open[address] -= 1
            self._open += Counter()  # forgets who has left

    def _heard(self, receive: Receive, send: Send) -> Receive:
        """A connection's messages, each when it is its turn, with what they may hold."""
        bucket = Bucket()

        async def heard() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            await asyncio.sleep(bucket.take())
            data = message.get("bytes")
            if data is None or len(data) > MOST_BYTES:
                code = 1003 if data is None else 1009  # a text; too much
                await send({"type": "websocket.close", "code": code})
                return {"type": "websocket.disconnect", "code": code}
            return {**message, "bytes": self.cleaned(data)}

        return heard

    def _is_ours(self, headers: Headers) -> bool:
        """Whether a page of this server, or of one that is trusted, opens a connection, or what is no page."""
        if self._trusted is None or "origin" not in headers:
            return True
        try:
            origin = urlsplit(headers["origin"])
            return origin.netloc.lower() == headers.get("host", "").lower() or origin.hostname in self._trusted
        except ValueError:
            return False

    def cleaned(self, data: bytes) -> bytes:
        """A message without what no page sends; as it is where there is nothing to leave out."""
        message = BackMsg()
        try:
            message.ParseFromString(data)
        except DecodeError:
            return data  # Streamlit itself refuses it
        if message.WhichOneof("type") != "rerun_script":
            return data
        states = message.rerun_script.widget_states.widgets
        good = [state for state in states if self._makes_sense(state)]
        if len(good) == len(states):
            return data
        REFUSALS.labels("value").inc()
        del states[:]
        states.extend(good)
        return message.SerializeToString()

    def _makes_sense(self, state: WidgetState) -> bool:
        """Whether a page can have sent a widget's value."""
        field = state.WhichOneof("value") or ""
        expected = self._fields.get(state.id.rpartition("-")[2])
        if expected and field and field != expected:
            return False
        if field == "json_value":
            return False  # a component's own state: none of ours keeps any
        if field != "json_trigger_value":
            return True
        try:
            json.loads(getattr(state, field))
        except (ValueError, RecursionError):
            return False
        return True

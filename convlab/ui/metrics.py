"""What the operator sees, in Prometheus's format: who is here, how long answers take, what was refused."""

import re
from functools import partial
from ipaddress import ip_address
from time import monotonic

from google.protobuf.message import DecodeError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from convlab.ui.jobs import RUNS

ADDRESS = "/metrics"  # at the end of a path, so that Streamlit's own address for such things tells no more
_CLOSED = "These numbers are for the machine itself; CONVLAB_METRICS=on opens them."
_PASSED_ON = ("x-forwarded-for", "x-real-ip", "forwarded", "via")  # a proxy says so
_SMALL = 200  # bytes of a message to the browser that may end a run
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3, 6, 12, 30, 60)
_ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)  # others go on in a new run

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)  # memory, CPU, open files
VISITORS = Gauge("convlab_visitors", "Pages that are open.", registry=REGISTRY)
ANSWERS = Histogram(
    "convlab_answer_seconds", "From a change to the end of its answer.", buckets=_SECONDS, registry=REGISTRY
)
REFUSALS = Counter("convlab_refusals", "What was turned away: request, socket, value.", ["what"], registry=REGISTRY)
JOBS = Gauge("convlab_jobs", "Runs that learn: on, waiting, paused.", ["state"], registry=REGISTRY)
UPTIME = Gauge("convlab_uptime_seconds", "Since the process was ready.", registry=REGISTRY)

for what in ("request", "socket", "value"):
    REFUSALS.labels(what)  # 0 until there is one
_begun = monotonic()
UPTIME.set_function(lambda: monotonic() - _begun)
for state in ("on", "waiting", "paused"):
    JOBS.labels(state).set_function(partial(RUNS.count, state))


class Metrics:
    """Middleware that counts what passes, and tells it at `/metrics`.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    shown : str
        Who is told: "on" everybody who asks, "off" nobody; anything else whoever asks from the machine itself, without
        a proxy between.
    """

    def __init__(self, app: ASGIApp, shown: str) -> None:
        self._app, self._shown = app, shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell, or count and pass on."""
        if scope["type"] == "http" and scope["path"].endswith(ADDRESS):
            told = Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)
            await (told if self._tells(scope) else PlainTextResponse(_CLOSED, 403))(scope, receive, _counted(send))
        elif scope["type"] == "http":
            await self._app(scope, receive, _counted(send))
        elif scope["type"] == "websocket":
            await self._visited(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _tells(self, scope: Scope) -> bool:
        """Whether this one may see the numbers."""
        return self._shown == "on" if self._shown in ("on", "off") else from_here(scope)

    async def _visited(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A visitor's connection, from when it is let in to its end."""
        here, asked = False, 0.0

        async def heard() -> Message:
            nonlocal asked
            message = await receive()
            if not asked and _asks(message):
                asked = monotonic()
            return message

        async def sent(message: Message) -> None:
            nonlocal here, asked
            if message["type"] == "websocket.accept":
                here = True
                VISITORS.inc()
            elif message["type"] == "websocket.close" and not here:
                REFUSALS.labels("socket").inc()
            elif asked and _answers(message):
                ANSWERS.observe(monotonic() - asked)
                asked = 0.0
            await send(message)

        try:
            await self._app(scope, heard, sent)
        finally:
            if here:
                VISITORS.dec()


def from_here(scope: Scope) -> bool:
    """Whether a request comes from this machine itself, as far as can be told: a proxy on it may say nothing."""
    headers = Headers(scope=scope)
    peer, _ = scope.get("client") or ("", 0)
    asked = re.sub(r":\d+$", "", headers.get("host", "")).strip("[]")
    return _loopback(peer) and _loopback(asked) and not any(name in headers for name in _PASSED_ON)


def _loopback(host: str) -> bool:
    """Whether a host is this machine by its name."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _counted(send: Send) -> Send:
    """The same, counting the answers that refuse."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in (400, 403, 413, 429):
            REFUSALS.labels("request").inc()
        await send(message)

    return sent


def _asks(message: Message) -> bool:
    """Whether a browser's message asks for a run."""
    try:
        return BackMsg.FromString(message.get("bytes") or b"").WhichOneof("type") == "rerun_script"
    except DecodeError:
        return False


def _answers(message: Message) -> bool:
    """Whether a message to the browser ends an answer."""
    data = message.get("bytes") or b""
    if not 0 < len(data) < _SMALL:
        return False
    said = ForwardMsg.FromString(data)
    return said.WhichOneof("type") == "script_finished" and said.script_finished in _ENDS

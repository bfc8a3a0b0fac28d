"""Files that a browser keeps for good: read and compressed once, so that a class that comes at once has them soon."""

import asyncio
import gzip
from dataclasses import dataclass
from typing import Final
from weakref import WeakValueDictionary

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FOLDERS: Final = ("/static/", "/bidi-components/")  # Streamlit's scripts and styles; those of components
_PARTS: Final = ("range", "if-none-match", "if-modified-since")  # a browser has something of it already
MOST_BYTES = 16_000_000  # of all that is kept: the pages need about 4 MB


@dataclass
class _Kept:
    """An answer, as it is and compressed."""

    start: Message
    body: bytes
    small: bytes

    def told(self, *, small: bool) -> tuple[Message, Message]:
        """The messages that say it."""
        headers = MutableHeaders(raw=list(self.start["headers"]))
        headers["Vary"] = "Accept-Encoding"
        if small:
            headers["Content-Encoding"] = "gzip"
        body = self.small if small else self.body
        headers["Content-Length"] = str(len(body))
        return {**self.start, "headers": headers.raw}, {"type": "http.response.body", "body": body}


class Files:
    """Middleware that answers with what it has kept of those files; whatever else is passed on as it is.

    Streamlit reads a file anew for everybody, sends its own uncompressed, and compresses a component's each time.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, _Kept] = {}
        self._size = 0
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass a request on."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if not _is_whole(scope, headers):
            await self._app(scope, receive, send)
            return
        messages, kept = await self._answer(scope, receive)
        for message in kept.told(small="gzip" in headers.get("accept-encoding", "")) if kept else messages:
            await send(message)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[list[Message], _Kept | None]:
        """What is kept of a file, or else what is answered; what several ask for at once is read once."""
        path: str = scope["path"]
        if path in self._kept:
            return [], self._kept[path]
        lock = self._asking.setdefault(path, asyncio.Lock())
        async with lock:
            if path in self._kept:
                return [], self._kept[path]
            messages = await self._asked(scope, receive)
            kept = await _kept_of(messages)
            size = len(kept.body) + len(kept.small) if kept else 0
            if kept and self._size + size <= MOST_BYTES:
                self._kept[path] = kept
                self._size += size
            return messages, kept

    async def _asked(self, scope: Scope, receive: Receive) -> list[Message]:
        """What is answered, uncompressed."""
        messages: list[Message] = []

        async def told(message: Message) -> None:
            messages.append(message)

        headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
        await self._app({**scope, "headers": headers}, receive, told)
        return messages


def _is_whole(scope: Scope, headers: Headers) -> bool:
    """Whether somebody asks for such a file, and for all of it."""
    asks = scope["type"] == "http" and scope.get("method") == "GET"
    return asks and any(folder in scope["path"] for folder in _FOLDERS) and not any(name in headers for name in _PARTS)


async def _kept_of(messages: list[Message]) -> _Kept | None:
    """An answer that a browser may keep for good; None for another one."""
    start = messages[0]
    if start["status"] != 200 or "immutable" not in Headers(raw=start["headers"]).get("cache-control", ""):
        return None
    body = b"".join(message.get("body", b"") for message in messages[1:])
    return _Kept(start, body, await asyncio.to_thread(gzip.compress, body, 6, mtime=0))

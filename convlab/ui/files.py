"""Files that a browser keeps for good: read and compressed once, so that a class that comes at once has them soon."""

import asyncio
import gzip
import re
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

    @property
    def size(self) -> int:
        """What it takes, in bytes."""
        return len(self.body) + len(self.small)

    def told(self, *, small: bool) -> tuple[Message, Message]:
        """The messages that say it; a part of the file as it is never completes one that is compressed."""
        headers = MutableHeaders(raw=list(self.start["headers"]))
        if "accept-encoding" not in headers.get("vary", "").lower():
            headers.add_vary_header("Accept-Encoding")
        if small:
            headers["Content-Encoding"], headers["Accept-Ranges"] = "gzip", "none"
            if "etag" in headers:
                headers["ETag"] = "W/" + headers["etag"].removeprefix("W/")
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
        for message in kept.told(small=_takes_gzip(headers)) if kept else messages:
            await send(message)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[list[Message], _Kept | None]:
        """What is kept of a file, or else what is answered; what several ask for at once is read once."""
        path: str = scope["path"]
        if kept := self._found(path):
            return [], kept
        lock = self._asking.setdefault(path, asyncio.Lock())
        async with lock:
            if kept := self._found(path):
                return [], kept
            messages = await self._asked(scope, receive)
            kept = await _kept_of(messages)
            if kept and kept.size <= MOST_BYTES:
                self._keep(path, kept)
            return messages, kept

    def _found(self, path: str) -> _Kept | None:
        """What is kept of a file, from now on the last that was asked for."""
        kept = self._kept.pop(path, None)
        if kept:
            self._kept[path] = kept
        return kept

    def _keep(self, path: str, kept: _Kept) -> None:
        """Keep an answer; those that nobody has asked for longest make room."""
        self._kept[path] = kept
        self._size += kept.size
        while self._size > MOST_BYTES:
            self._size -= self._kept.pop(next(iter(self._kept))).size

    async def _asked(self, scope: Scope, receive: Receive) -> list[Message]:
        """What is answered, uncompressed and whole: who gives up ends nothing that others wait for."""
        messages: list[Message] = []

        async def heard() -> Message:
            message = await receive()
            if message["type"] == "http.disconnect":
                await asyncio.Future()  # until the answer is there
            return message

        async def told(message: Message) -> None:
            messages.append(message)

        about_who = {b"accept-encoding", b"origin"}
        headers = [(name, value) for name, value in scope["headers"] if name.lower() not in about_who]
        await self._app({**scope, "headers": headers, "extensions": {}}, heard, told)
        return messages


def _is_whole(scope: Scope, headers: Headers) -> bool:
    """Whether somebody asks for such a file, and for all of it."""
    asks = scope["type"] == "http" and scope.get("method") == "GET"
    whole = asks and any(folder in scope["path"] for folder in _FOLDERS) and not any(name in headers for name in _PARTS)
    return whole and _is_ours(headers)


def _is_ours(headers: Headers) -> bool:
    """Whether a page of this server asks, as scripts that are modules say; for other sites Streamlit adds headers."""
    return "origin" not in headers or headers["origin"].lower().partition("//")[2] == headers.get("host", "").lower()


def _takes_gzip(headers: Headers) -> bool:
    """Whether somebody takes a compressed answer; a weight of 0 says no."""
    named = headers.get("accept-encoding", "").lower().replace(" ", "").split(",")
    return any(re.fullmatch(r"gzip(;q=(1|0?\.0*[1-9]).*)?", each) for each in named)


async def _kept_of(messages: list[Message]) -> _Kept | None:
    """An answer that a browser may keep for good, and that is whole; None for another one."""
    start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
    headers = Headers(raw=start["headers"])
    if start["status"] != 200 or "immutable" not in headers.get("cache-control", ""):
        return None
    if headers.get("content-length") != str(len(body)):
        return None
    return _Kept(start, body, await asyncio.to_thread(gzip.compress, body, 6, mtime=0))

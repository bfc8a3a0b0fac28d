"""A slow line to a server on this machine: every byte comes late, and only so many pass in a second.

`with SlowLine(8501) as line: line.address`, or `python benchmarks/slow_line.py 8501`.
"""

import argparse
import asyncio
import sys
import threading
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

ROUND_TRIP, DOWN, UP = 80.0, 5.0, 5.0  # milliseconds, Mbit/s
CHUNK = 4096  # bytes that a connection puts on the line before another one's turn


class SlowLine:
    """Passes connections on to a port of this machine, both ways, as a line with these figures would.

    Parameters
    ----------
    port : int
        Of the server.
    round_trip : float
        Milliseconds there and back.
    down, up : float
        Mbit/s to the browser and to the server, for all connections together.
    near : int
        The line's own port; by default one that is free.
    """

    def __init__(self, port: int, round_trip: float = ROUND_TRIP, down: float = DOWN, up: float = UP, near: int = 0):
        self._port, self._near, self._delay = port, near, round_trip / 2000
        self.down, self.up = Way(down), Way(up)
        self._open, self._ends = True, set[asyncio.StreamWriter]()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "SlowLine":
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._come, "127.0.0.1", self._near))
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def drop(self, seconds: float) -> None:
        """End every connection, and let no new one in for so long; returns at once."""
        self._do(self._drop(seconds))

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something where the connections are, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _drop(self, seconds: float) -> None:
        self._open = False
        self._loop.call_later(seconds, self._mend)
        self._cut()

    def _cut(self) -> None:
        for end in self._ends:
            end.transport.abort()

    def _mend(self) -> None:
        self._open = True

    async def _end(self) -> None:
        """End all that still runs here."""
        self._server.close()
        self._cut()
        running = asyncio.all_tasks() - {asyncio.current_task()}
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0.01)  # what was aborted is closed by then

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A browser connects: after a round trip the server is there."""
        async with self._held(writer):
            await asyncio.sleep(2 * self._delay)
            if not self._open:
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
            async with self._held(far_writer):
                await asyncio.gather(self._pass(reader, far_writer, self.up), self._pass(far_reader, writer, self.down))

    @asynccontextmanager
    async def _held(self, end: asyncio.StreamWriter) -> AsyncIterator[None]:
        """While an end of a connection is passed on to, it can be dropped; then it is closed."""
        self._ends.add(end)
        try:
            with suppress(OSError, asyncio.CancelledError):  # cancelled at the end alone
                yield
        finally:
            self._ends.discard(end)
            end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: "Way") -> None:
        """Pass on what comes from one end to the other, until it ends."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        arriving = asyncio.create_task(_arrive(under_way, writer))
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                gone = way.take(len(data))
                under_way.put_nowait((gone + self._delay, data))
                await _until(gone)
        under_way.put_nowait((time.monotonic() + self._delay, b""))
        await arriving


class Way:
    """One direction of the line: what it has carried, and when it is free again."""

    def __init__(self, speed: float):
        self._speed, self._free, self.carried = speed, 0.0, 0

    def take(self, size: int) -> float:
        """Put so many bytes on the line behind all others: when the last of them has left."""
        self.carried += size
        self._free = max(self._free, time.monotonic()) + size * 8 / (self._speed * 1e6)
        return self._free


async def _arrive(under_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter) -> None:
    """Hand over what is under way when its time has come; nothing more comes after empty bytes."""
    with suppress(OSError):
        while True:
            due, data = await under_way.get()
            await _until(due)
            if not data:
                writer.write_eof()
                return
            writer.write(data)
            await writer.drain()


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


def main() -> None:
    """Keep a line open; a number that is typed drops it for so many seconds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("port", type=int, help="of the server")
    parser.add_argument("--near", type=int, default=0, help="the line's own port")
    parser.add_argument("--round-trip", type=float, default=ROUND_TRIP, help="milliseconds")
    parser.add_argument("--down", type=float, default=DOWN, help="Mbit/s")
    parser.add_argument("--up", type=float, default=UP, help="Mbit/s")
    with suppress(KeyboardInterrupt), SlowLine(**vars(parser.parse_args())) as line:
        print(line.address, "- type a number to drop it for so many seconds, end with Ctrl-C", flush=True)
        for typed in sys.stdin:
            line.drop(float(typed))


if __name__ == "__main__":
    main()

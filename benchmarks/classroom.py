"""A class in a box: so many students play against a server of this machine, each through a WebSocket of their own.

`python benchmarks/classroom.py --students 100 --seconds 60`. With `--replicas 2` they are shared out over two servers.
All open the same link within ten seconds; each changes a setting every five seconds, or as soon as the answer to the
one before has come, if that takes longer; one in ten brings a photo first. An answer ends with its run, when everything
that it changes has come.
"""

import argparse
import asyncio
import ipaddress
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from player import PATIENCE, Tab, Tally, photo
from servers import ROOT, TWO, started
from table import Row, printed

MOST_STUDENTS, MOST_SECONDS, MOST_REPLICAS = 400, 1800, 4
ARRIVE, EVERY = 10.0, 5.0  # seconds in which all come, and between two changes of a student
PHOTO = 10  # one in so many brings one
# What a student does next, in parts of a hundred. Seen: a stride that the others choose too, or a written cell undone;
# never seen: a kernel's cell with a number of one's own.
MIX = {"seen": 60, "never seen": 37, "reload": 2, "vanish": 1}
STRIDES = (1, 2, 3, 4)
OPENING, FIRST, OWN, BROUGHT = "opening", "first run", "on an own picture", "a photo"
ABOUT = {
    OPENING: "opening, to the end of the first run",
    FIRST: "of which the WebSocket and that run",
    "reload": "loaded anew",
    "seen": "a change seen before",
    "never seen": "a change never seen before",
    OWN: "a change on an own picture",
    BROUGHT: "a photo that is brought",
}


class Student:
    """Comes at some moment, and plays until the lesson ends or they vanish.

    Parameters
    ----------
    number : int
        Which one: the same number does the same in every lesson, but for what it writes into a cell.
    link : str
        What all open.
    tally : Tally
        Takes what they see.
    """

    def __init__(self, number: int, link: str, tally: Tally) -> None:
        self._drawn, self._number, self._link, self._tally = random.Random(number), number, link, tally
        self._own = number % PHOTO == PHOTO - 1
        self._stride, self._written = 1, False

    async def play(self, end: float) -> None:
        """All that they do. Whatever goes wrong is counted, and ends it."""
        await asyncio.sleep(self._drawn.uniform(0, ARRIVE))
        try:
            tab = await self._opened(OPENING)
            await asyncio.sleep(self._drawn.uniform(0, EVERY))
            await self._bring(tab)
            while (begun := time.monotonic()) < end:
                (what,) = self._drawn.choices(list(MIX), list(MIX.values()))
                if what == "vanish":
                    tab.vanish()
                    return
                if what == "reload":
                    await tab.close()
                    tab = await self._opened(what)
                    await self._bring(tab)
                else:
                    await self._change(tab, what)
                await asyncio.sleep(max(0.0, min(begun + EVERY, end) - time.monotonic()))
            await tab.close()
        except TimeoutError:
            self._tally.errors[f"no answer within {PATIENCE:.0f} s"] += 1
        except Exception as error:
            self._tally.errors[f"{type(error).__name__}: {error}"] += 1

    async def _opened(self, what: str) -> Tab:
        """A tab with the link, from the first byte asked for to the last one that came."""
        begun = time.monotonic()
        tab = Tab(self._link, self._tally)
        await tab.open(new=what == OPENING)
        self._count(what, begun)
        if what == OPENING:
            self._count(FIRST, tab.connected)
        self._stride, self._written = 1, False
        return tab

    async def _bring(self, tab: Tab) -> None:
        """Show a photo of their own, if they have one."""
        if not self._own:
            return
        sent = {"name": "photo.jpg", "data": photo(self._drawn), "kept": False}
        begun = time.monotonic()
        await tab.event("own_picture", "picture", lambda number: {**sent, "number": number})
        self._count(BROUGHT, begun)

    async def _change(self, tab: Tab, what: str) -> None:
        """Change one setting."""
        begun = time.monotonic()
        if what == "never seen" or self._written:
            self._written = what == "never seen"
            await tab.event("maps", "edit", self._cell if self._written else _undone)
        else:
            self._stride = self._drawn.choice([stride for stride in STRIDES if stride != self._stride])
            await tab.slide("stride", self._stride)
        self._count(OWN if self._own else what, begun)

    def _cell(self, number: int) -> list[dict[str, object]]:
        """A kernel's cell with a number that nobody else writes."""
        drawn = self._drawn
        place = {"kernel": drawn.randrange(4), "channel": 0, "row": drawn.randrange(5), "column": drawn.randrange(5)}
        return [{**place, "value": f"{random.uniform(-2, 2):.6f}", "number": number}]

    def _count(self, what: str, begun: float) -> None:
        """It has come."""
        self._tally.times[what].append(1000 * (time.monotonic() - begun))


def _undone(number: int) -> list[dict[str, object]]:
    """No cell is written by hand any more."""
    return [{"undo": True, "number": number}]


class Use(NamedTuple):
    """What a process has taken until now: seconds of a core, and bytes at most."""

    cpu: float
    peak: int


def use_of(pid: int) -> Use:
    """The same, as Linux counts it."""
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    peak = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return Use(sum(map(int, times[11:13])) / os.sysconf("SC_CLK_TCK"), 1024 * int(peak.split()[1]))


async def lesson(links: Sequence[str], students: int, seconds: float) -> Tally:
    """All of them at once, shared out over the links, with a word every five seconds of how far they are."""
    tally, begun = Tally(), time.monotonic()
    everybody = [Student(number, links[number % len(links)], tally) for number in range(students)]
    playing = [asyncio.create_task(student.play(begun + seconds)) for student in everybody]
    while True:
        done, left = await asyncio.wait(playing, timeout=5)
        answers = sum(len(times) for what, times in tally.times.items() if what not in (OPENING, FIRST))
        opened, errors = len(tally.times[OPENING]), tally.errors.total()
        words = f"{opened} of {students} here, {len(done)} gone, {answers} answers, {errors} errors"
        print(f"{time.monotonic() - begun:4.0f} s: {words}", file=sys.stderr)
        if not left:
            return tally


def rows(tally: Tally, students: int, seconds: float) -> Iterator[Row]:
    """What they saw."""
    yield Row(f"{students} students, {seconds:.0f} s, all there within {ARRIVE:.0f} s, a change every {EVERY:.0f} s")
    for what, about in ABOUT.items():
        if tally.times[what]:
            yield Row(f"  {about}", spread(tally.times[what]))
    yield Row("  errors", str(tally.errors.total()))
    for error, times in tally.errors.most_common(5):
        yield Row(f"    {error[:60]}", str(times))
    yield Row("  players' CPU, on the same machine", f"{time.process_time():.1f} s")
    sizes = (tally.received, tally.sent, tally.files)
    yield Row("  WebSockets received, sent; files", ", ".join(f"{size / 1e6:.1f} MB" for size in sizes))


def server_rows(before: Use, after: Use, took: float) -> Iterator[Row]:
    """What it cost a server."""
    yield Row("  a server's memory at its peak", f"{after.peak / 1e6:.0f} MB")
    cpu = after.cpu - before.cpu
    yield Row("  a server's CPU", f"{cpu:.1f} s, {100 * cpu / took:.0f} % of a core")


def spread(times: list[float]) -> str:
    """Milliseconds in short."""
    ranked = sorted(times)
    values = {name: ranked[round(name / 100 * (len(ranked) - 1))] for name in (50, 95, 99)}
    return "   ".join(f"p{name} {value:5.0f} ms" for name, value in values.items()) + f"   n {len(ranked)}"


def at_most(most: int) -> type[int]:
    """A whole number from 1, as a command line takes it."""

    def number(text: str) -> int:
        if not 1 <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"from 1 to {most}: got {text}")
        return int(text)

    return number  # type: ignore[return-value]


def loopback(text: str) -> str:
    """The address of a server of this machine; any other is refused."""
    host = urlsplit(text).hostname or ""
    with suppress(ValueError):
        if host == "localhost" or ipaddress.ip_address(host).is_loopback:
            return text.rstrip("/") + "/"
    raise argparse.ArgumentTypeError(f"must be on this machine, such as http://127.0.0.1:8501/: got {text}")


def main() -> None:
    """Play, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=at_most(MOST_STUDENTS), default=100)
    parser.add_argument("--seconds", type=at_most(MOST_SECONDS), default=60)
    parser.add_argument("--address", type=loopback, help="of a server that runs already; by default one is started")
    parser.add_argument("--pid", type=int, help="of that server's process, to print what it takes")
    parser.add_argument("--replicas", type=at_most(MOST_REPLICAS), default=1, help="servers that are started")
    given = parser.parse_args()
    with ExitStack() as stack:
        links, pids = [given.address], [given.pid] if given.pid else []
        if not given.address:
            servers = [stack.enter_context(started(ROOT / "app.py", ROOT)) for _ in range(given.replicas)]
            links, pids = [address for address, _ in servers], [process.pid for _, process in servers]
        before, begun = [use_of(pid) for pid in pids], time.monotonic()
        tally = asyncio.run(lesson([link + TWO for link in links], given.students, given.seconds))
        table = list(rows(tally, given.students, given.seconds))
        for one, pid in zip(before, pids, strict=True):
            table += server_rows(one, use_of(pid), time.monotonic() - begun)
        print(printed(table))


if __name__ == "__main__":
    main()

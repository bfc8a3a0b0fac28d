"""Runs that learn: bounded, at most one a visitor and two at a time; the others wait. No streamlit here.

A run has no thread of its own: it makes a few steps whenever its visitor's page asks how far it is. So it is as slow as
eyes can follow, it rests as soon as nobody asks, and a visitor who asks takes no more of the process than one who
moves a slider.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from time import monotonic
from typing import Literal

import torch

from convlab.learning import Progress

ASK = 0.25  # seconds between two questions of a page
PACE = 10  # steps a question, at most
WORK = 0.05  # seconds a question, at most; but for the last step
AT_ONCE = 2
MOST = 64  # runs that are remembered
SILENT = 1.0  # seconds without a question after which another run may take the place
FORGOTTEN = 60.0  # seconds without a question after which a run ends

NOBODY = "Nobody looked for a minute."
STOPPED = "Stopped."


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be learnt.

    Attributes
    ----------
    part : str
        Where on the page.
    what : hashable
        Everything else that the run depends on: another one is another run.
    learn : callable
        Begins it.
    steps : int
        How many it makes.
    """

    part: str
    what: Hashable
    learn: Callable[[], Iterator[Progress]]
    steps: int


@dataclass(eq=False)
class Run:
    """Where a visitor's run stands.

    Attributes
    ----------
    task : Task
        What it learns.
    tab : str
        The visit that began it.
    word : str
        Why it began anew, or ended before its last step.
    state : str
        "on", "paused" or "ended".
    waits : bool
        Whether others learn and this one cannot yet.
    losses : list of float
        One a step, from the start.
    progress : Progress or None
        The last; None before the start.
    heard : float
        When the page asked last.
    place : int
        In the queue: the lower come first.
    spent : float
        Seconds that it learnt.
    """

    task: Task
    tab: str
    heard: float
    place: int
    word: str = ""
    state: Literal["on", "paused", "ended"] = "on"
    waits: bool = False
    losses: list[float] = field(default_factory=list)
    progress: Progress | None = None
    spent: float = 0.0
    _learn: Iterator[Progress] | None = None
    _busy: Lock = field(default_factory=Lock)

    @property
    def step(self) -> int:
        """Steps made."""
        return max(len(self.losses) - 1, 0)

    @property
    def left(self) -> float:
        """Seconds to the last step, as fast as it went so far."""
        each = self.spent / self.step if self.step and self.spent else ASK / PACE
        return (self.task.steps - self.step) * each

    def end(self, word: str = "") -> None:
        """It makes no step more, and lets go of all but its result."""
        self.state, self.word, self._learn, self.waits = "ended", word, None, False
        self.task = replace(self.task, learn=lambda: iter(()))

    def work(self, clock: Callable[[], float]) -> None:
        """A few steps; none where another question is at it."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            with _one_thread():
                until = clock() + WORK
                for _ in range(PACE):
                    if not self._one() or clock() >= until:
                        break
        except BaseException:
            self.end("It failed.")
            raise
        finally:
            self._busy.release()

    def _one(self) -> bool:
        """One step; whether there may be another one."""
        learn = self._learn = self._learn or self.task.learn()
        progress = next(learn, None)
        if self.state == "ended":  # stopped meanwhile
            self._learn = None
            return False
        if progress:
            self.progress = progress
            self.losses.append(progress.loss)
        if self.step >= self.task.steps or not progress:
            self.end()
        return self.state == "on"


_usual: list[int] = []  # for each thread that works now: as many threads as torch had before the first of them
_counting = Lock()


@contextmanager
def _one_thread() -> Iterator[None]:
    """One core is enough for such small steps, and quicker than two where others are at work.

    How many threads torch takes is each thread's own from when it first computes; what is said last holds for new ones.
    """
    with _counting:
        usual = _usual[0] if _usual else torch.get_num_threads()
        _usual.append(usual)
        torch.set_num_threads(1)
    try:
        yield
    finally:
        with _counting:
            _usual.pop()
            torch.set_num_threads(usual)


class Runs:
    """The runs of a process, one a visitor.

    Parameters
    ----------
    clock : callable
        Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._lock = Lock()
        self._places = 0

    def begin(self, owner: str, task: Task, tab: str = "", word: str = "") -> Run:
        """A visitor's new run, instead of any other.

        Parameters
        ----------
        owner : str
            The visitor.
        task : Task
            What is to be learnt.
        tab : str, optional
            The visit that begins it.
        word : str, optional
            Why it begins anew.
        """
        with self._lock:
            before = self._runs.pop(owner, None)
            if before:
                before.end()
            run = self._runs[owner] = Run(task, tab, self._clock(), self._next(), word)
            while len(self._runs) > MOST:
                self._runs.pop(min(self._runs, key=lambda name: self._runs[name].heard)).end(NOBODY)
            return run

    def of(self, owner: str) -> Run | None:
        """A visitor's run, where there is one; asks nothing of it.

        Parameters
        ----------
        owner : str
            The visitor.
        """
        with self._lock:
            self._sweep()
            return self._runs.get(owner)

    def count(self, state: str) -> int:
        """How many runs are in a state: "on", "waiting" for their turn, "paused" or "ended"."""
        with self._lock:
            self._sweep()
            return sum(state == ("waiting" if run.waits else run.state) for run in self._runs.values())

    def ask(self, run: Run) -> None:
        """A page asks how far its run is: the run makes its next steps, if it is its turn.

        Parameters
        ----------
        run : Run
            The visitor's.
        """
        with self._lock:
            self._sweep()
            silent, now = self._clock() - run.heard, self._clock()
            run.heard = now
            if run.state != "on":
                return
            if silent > SILENT:
                run.place = self._next()
            was, run.waits = run.waits, self._ahead(run) >= AT_ONCE
            if not run.waits and not was:
                run.spent += min(silent, SILENT)
        if not run.waits:
            run.work(self._clock)

    def pause(self, run: Run) -> None:
        """It rests, and another one may learn."""
        with self._lock:
            if run.state == "on":
                run.state, run.waits = "paused", False

    def go_on(self, run: Run) -> None:
        """It learns again, when it is its turn."""
        with self._lock:
            if run.state == "paused":
                run.state, run.place, run.heard = "on", self._next(), self._clock()

    def stop(self, run: Run) -> None:
        """It ends before its last step."""
        with self._lock:
            if run.state != "ended":
                run.end(STOPPED)

    def _next(self) -> int:
        """A place at the end of the queue."""
        self._places += 1
        return self._places

    def _ahead(self, run: Run) -> int:
        """How many others come first: those that learn, and whose pages ask."""
        now = self._clock()
        return sum(
            other.state == "on" and other.place < run.place and now - other.heard <= SILENT
            for other in self._runs.values()
        )

    def _sweep(self) -> None:
        """What nobody has asked for in a while ends."""
        now = self._clock()
        for run in self._runs.values():
            if run.state != "ended" and now - run.heard > FORGOTTEN:
                run.end(NOBODY)


RUNS = Runs()  # of this process

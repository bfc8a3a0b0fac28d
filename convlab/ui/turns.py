"""Heavy work takes turns: few at a time in a process; who waits too long is told so. No streamlit here."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from convlab.errors import ConvLabError

AT_ONCE = 2
PATIENCE = 20.0  # seconds


class BusyError(ConvLabError):
    """The turn did not come in time."""


class Turns:
    """So many pieces of work at once; the others wait.

    Parameters
    ----------
    at_once : int
        How many.
    patience : float
        Seconds that one waits at most.
    """

    def __init__(self, at_once: int = AT_ONCE, patience: float = PATIENCE) -> None:
        self._free, self._patience = BoundedSemaphore(at_once), patience

    @contextmanager
    def turn(self, what: str) -> Iterator[None]:
        """One piece of work.

        Parameters
        ----------
        what : str
            Its name, for who waits too long.

        Raises
        ------
        BusyError
            If its turn does not come in time.
        """
        if not self._free.acquire(timeout=self._patience):
            rule, numbers = "must wait for its turn", "others came first"
            raise BusyError(what, None, rule, numbers=numbers, advice="Try again in a moment.")
        try:
            yield
        finally:
            self._free.release()


FILES = Turns()  # that visitors ask for

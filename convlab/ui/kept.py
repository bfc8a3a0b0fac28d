"""What was made of the sample pictures is kept for all visitors, as long as there is room. No streamlit here."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """The latest things that were made, by what they were made of. What several ask for at once is made once.

    Parameters
    ----------
    most : int
        Bytes that all of them may take.
    weigh : callable
        How many one takes.
    """

    def __init__(self, most: int, weigh: Callable[[T], int]) -> None:
        self._most, self._weigh = most, weigh
        self._things: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()
        self._making: dict[Hashable, Lock] = {}

    @property
    def bytes(self) -> int:
        """What they take now."""
        return self._bytes

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The thing of that key, made where it is not here."""
        with self._lock:
            if key in self._things:
                return self._found(key)
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._things:  # another one has made it meanwhile
                    return self._found(key)
            try:
                thing = make()
                self._keep(key, thing)
                return thing
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def _found(self, key: Hashable) -> T:
        """The thing of that key, the latest now."""
        self._things.move_to_end(key)
        return self._things[key][0]

    def _keep(self, key: Hashable, thing: T) -> None:
        """Keep a thing if there is room for it, and no more than there is room for."""
        weight = self._weigh(thing)
        if weight > self._most:
            return
        with self._lock:
            self._bytes += weight - self._things.pop(key, (thing, 0))[1]
            self._things[key] = thing, weight
            while self._bytes > self._most:
                self._bytes -= self._things.popitem(last=False)[1][1]

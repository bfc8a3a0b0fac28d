"""Arrays by the name of their content, and which of them a visitor's browser was sent: nothing is sent twice."""

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Iterable

import numpy as np

from convlab.ui.components.component import END, deflated
from convlab.ui.components.maps.message import Blob, Sent

_MOST = 48_000_000  # bytes that a browser is taken to have; it keeps more
_MOST_NAMES = 1000


class Known:
    """Which arrays one visitor's browser was sent, the latest last. One may be lost on the way: then it says so."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._bytes = 0

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def add(self, name: str, size: int) -> None:
        """It is being sent, or spoken of once more."""
        self.forget([name])
        self._sizes[name] = size
        self._bytes += size
        while self._bytes > self._most or len(self._sizes) > _MOST_NAMES:
            self._bytes -= self._sizes.popitem(last=False)[1]

    def forget(self, names: Iterable[str]) -> None:
        """The browser does not have these."""
        for name in names:
            self._bytes -= self._sizes.pop(name, 0)


class Piece:
    """One array: its name, and its bytes, which are deflated when they are first sent.

    Parameters
    ----------
    raw : bytes
        As the browser is to have them.
    lags : sequence of int
        It travels as differences to the byte so far before, first at the one distance, then at the other.
    """

    def __init__(self, raw: bytes, lags: tuple[int, ...]) -> None:
        self.name = hashlib.blake2b(raw, digest_size=8).hexdigest()
        self.size, self.lags = len(raw), lags
        self._raw, self._packed = raw, b""

    @property
    def packed(self) -> bytes:
        """Its bytes as they travel."""
        raw = self._raw  # first: another thread may drop them as soon as they are packed
        if not self._packed:
            line = np.frombuffer(raw, np.uint8)
            for lag in self.lags:
                line = np.concatenate([line[:lag], line[lag:] - line[:-lag]])
            self._packed, self._raw = (
                deflated(line.tobytes(), zlib.Z_RLE if self.lags else zlib.Z_DEFAULT_STRATEGY),
                b"",
            )
        return self._packed

    @property
    def weight(self) -> int:
        """The bytes that it takes here."""
        return len(self._raw) + len(self._packed)


class Blobs:
    """The arrays that one message speaks of."""

    def __init__(self) -> None:
        self.pieces: dict[str, Piece] = {}

    def add(self, values: np.ndarray, *lags: int) -> Blob:
        """One more, or one that is here already."""
        piece = Piece(values.tobytes(), lags)
        self.pieces.setdefault(piece.name, piece)
        return {"name": piece.name}

    def size(self, known: Known | None) -> int:
        """The bytes of those that the browser does not have, as they travel."""
        return sum(len(piece.packed) for name, piece in self.pieces.items() if known is None or name not in known)

    def sent(self, known: Known | None) -> tuple[dict[str, Sent | None], bytes]:
        """Where in the payload each of them is, None where it was sent before; and the payload.

        Parameters
        ----------
        known : Known, optional
            What the browser was sent; without it everything is sent.
        """
        where: dict[str, Sent | None] = {}
        brought, start = [], 0
        for name, piece in self.pieces.items():
            where[name] = None
            if known is None or name not in known:
                where[name] = {"range": (start, piece.size), "lags": list(piece.lags)}
                brought.append(piece.packed)
                start += piece.size
            if known is not None:
                known.add(name, piece.size)
        return where, b"".join([*brought, END])

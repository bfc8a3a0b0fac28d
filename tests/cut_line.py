"""A line between browser and server that a test can cut and mend."""

import socket
import threading
from contextlib import suppress


class Line:
    """Passes every connection on to a port of this machine, until it is cut."""

    def __init__(self, port):
        self._port, self._open, self._ends = port, True, []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self):
        """End every connection, and let no new one in."""
        self._open = False
        _end(*self._ends)
        self._ends.clear()

    def mend(self):
        """Let connections in again."""
        self._open = True

    def close(self):
        """For good."""
        self.cut()
        self._listener.close()

    def _accept(self):
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._open:
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._port))
                self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=_pass, args=(one, other), daemon=True).start()


def _pass(one, other):
    """Pass on what comes from one end to the other, until either ends."""
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    _end(one, other)


def _end(*ends):
    """Close both ends of connections, so that whoever waits for one of them is told."""
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()

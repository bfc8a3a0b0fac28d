"""A line between browser and server that a test can cut and mend."""

import socket
import threading
from contextlib import suppress


class Line:
    """Passes every connection on to a port of this machine, until it is cut."""

    def __init__(self, port):
        self._port, self._open, self._ends, self._told = port, True, [], True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, *, told=True):
        """End every connection, and let no new one in; a server that is not told takes them for open still."""
        self._open, self._told = False, told
        _end(*(self._ends if told else self._ends[::2]))
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
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one, other):
        """Pass on what comes from one end to the other, until either ends."""
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        _end(*((one, other) if self._told else (one,)))


def _end(*ends):
    """Close both ends of connections, so that whoever waits for one of them is told."""
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()

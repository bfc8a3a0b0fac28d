"""The benchmark's slow line: what it passes on, how late, and that it can be dropped."""

import random
import socket
import threading
import time
from contextlib import suppress

import pytest
from slow_line import SlowLine


@pytest.fixture
def echo():
    """The port of a server that sends back what it is sent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def _accept(listener):
    with suppress(OSError):
        while True:
            threading.Thread(target=_answer, args=(listener.accept()[0],), daemon=True).start()


def _answer(end):
    with end, suppress(OSError):
        while data := end.recv(65536):
            end.sendall(data)


def connected(line):
    """A connection through the line."""
    return socket.create_connection(("127.0.0.1", int(line.address.rstrip("/").rpartition(":")[2])), timeout=20)


def asked(end, data):
    """What comes back for some bytes, after which nothing more is sent."""
    threading.Thread(target=_send, args=(end, data), daemon=True).start()
    return b"".join(iter(lambda: end.recv(65536), b""))


def _send(end, data):
    with suppress(OSError):
        end.sendall(data)
        end.shutdown(socket.SHUT_WR)


def test_bytes_arrive_whole_and_in_order_on_every_connection(echo):
    sent = [random.Random(seed).randbytes(300_000) for seed in range(3)]
    with SlowLine(echo, round_trip=2, down=400, up=400) as line:
        ends = [connected(line) for _ in sent]
        answers = [b""] * len(sent)

        def ask(number):
            answers[number] = asked(ends[number], sent[number])

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(len(sent))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == sent
        assert (line.up.carried, line.down.carried) == (900_000, 900_000)
        for end in ends:
            end.close()


def test_a_byte_takes_at_least_the_round_trip(echo):
    with SlowLine(echo, round_trip=80) as line, connected(line) as end:
        end.sendall(b"a")
        assert end.recv(1) == b"a"  # from now on the connection stands
        began = time.monotonic()
        end.sendall(b"b")
        assert end.recv(1) == b"b"
        assert time.monotonic() - began >= 0.08


def test_many_bytes_take_at_least_what_the_line_can_carry(echo):
    with SlowLine(echo, round_trip=0, down=4, up=400) as line, connected(line) as end:
        began = time.monotonic()
        assert len(asked(end, bytes(50_000))) == 50_000
        assert time.monotonic() - began >= 50_000 * 8 / 4e6


def test_a_dropped_line_ends_its_connections_and_lets_new_ones_in_later(echo):
    with SlowLine(echo, round_trip=2) as line, connected(line) as end:
        end.sendall(b"a")
        assert end.recv(1) == b"a"
        line.drop(0.5)
        with suppress(ConnectionError):
            assert end.recv(1) == b""
        refused = connected(line)
        with suppress(ConnectionError):
            assert asked(refused, b"b") == b""
        refused.close()
        time.sleep(0.6)
        with connected(line) as again:
            assert asked(again, b"c") == b"c"


def test_the_end_of_a_line_ends_what_stands_in_silence(echo, caplog):
    with SlowLine(echo, round_trip=2) as line:
        end = connected(line)
        end.sendall(b"a")
        assert end.recv(1) == b"a"
    with end, suppress(ConnectionError):
        assert end.recv(1) == b""
    assert not caplog.records

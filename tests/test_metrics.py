"""What the operator sees: the numbers are right, and only those see them who may."""

import asyncio
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlparse

import pytest
from player import Tab, Tally
from prometheus_client.parser import text_string_to_metric_families
from streamlit.proto.BackMsg_pb2 import BackMsg
from test_jobs import STEPS, halving
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from convlab.ui.jobs import Runs, Task
from convlab.ui.metrics import Metrics, from_here


def numbers(address):
    """All that a server tells, by name and labels."""
    with urllib.request.urlopen(f"{address}metrics") as told:
        text = told.read().decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def done(work):
    """Some work, in a thread with a loop of its own: Playwright has one in this."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(work)).result()


def test_visitors_and_answers_are_counted(address):
    for _ in range(200):  # whoever was here before has left
        before, during = numbers(address), []
        if not before["convlab_visitors",]:
            break
        time.sleep(0.1)

    async def visits():
        tab = Tab(address, Tally())
        await tab.open(new=False)
        await tab.slide("stride", 2)
        during.append(numbers(address))
        await tab.close()

    done(visits())
    told = during[0]
    assert told["convlab_visitors",] == before["convlab_visitors",] + 1
    assert told["convlab_answer_seconds_count",] == before["convlab_answer_seconds_count",] + 2
    assert 0 < told["convlab_answer_seconds_sum",] - before["convlab_answer_seconds_sum",] < 60
    assert told["process_resident_memory_bytes",] > 100_000_000
    assert 0 < before["convlab_uptime_seconds",] < told["convlab_uptime_seconds",]
    assert told["convlab_jobs", "waiting"] == 0
    for _ in range(100):
        if numbers(address)["convlab_visitors",] == before["convlab_visitors",]:
            break
    else:
        pytest.fail("a visitor who left is still counted")


def test_refusals_are_counted_by_what_was_refused(address):
    before = numbers(address)
    line = HTTPConnection(urlparse(address).netloc)
    line.request("PUT", "/_stcore/upload_file/a/b", b"x")
    assert line.getresponse().status == 403
    line.close()

    async def visits():
        stream = f"ws://{urlparse(address).netloc}/_stcore/stream"
        with pytest.raises(InvalidStatus):
            await connect(stream, origin="http://elsewhere.example")
        async with connect(stream) as socket:
            message = BackMsg()
            message.rerun_script.widget_states.widgets.add(id="$$ID-0-maps", json_value="{")
            await socket.send(message.SerializeToString())
            await socket.recv()

    done(visits())
    after = numbers(address)
    for what in ("request", "socket", "value"):
        assert after["convlab_refusals_total", what] == before["convlab_refusals_total", what] + 1, what


def test_jobs_are_told_by_their_state():
    runs = Runs(lambda: 0.0)
    begun = [runs.begin(f"visitor {number}", Task("part", number, halving, STEPS)) for number in range(4)]
    for run in begun[:3]:
        runs.ask(run)
    runs.pause(begun[3])
    assert [runs.count(state) for state in ("on", "waiting", "paused", "ended")] == [2, 1, 1, 0]


def asks(address, path="/metrics", **headers):
    """The status of what is answered."""
    line = HTTPConnection(urlparse(address).netloc)
    line.request("GET", path, headers=headers)
    status = line.getresponse().status
    line.close()
    return status


@pytest.mark.parametrize("path", ["/metrics", "/_stcore/metrics"])
def test_who_comes_through_a_proxy_is_told_nothing(address, path):
    assert asks(address, path) == 200
    assert asks(address, path, **{"X-Forwarded-For": "203.0.113.7"}) == 403
    assert asks(address, path, **{"X-Forwarded-For": "127.0.0.1"}) == 403
    assert asks(address, path, Forwarded="for=203.0.113.7") == 403
    assert asks(address, path, Host="convlab.example") == 403


@pytest.mark.parametrize(
    ("peer", "host", "here"),
    [
        ("127.0.0.1", "127.0.0.1:8501", True),
        ("::1", "[::1]:8501", True),
        ("127.0.0.1", "localhost", True),
        ("192.168.0.7", "localhost", False),
        ("203.0.113.7", "203.0.113.9:8501", False),
        ("127.0.0.1", "", False),
        ("127.0.0.1", "[", False),
        ("", "localhost", False),
    ],
)
def test_the_machine_itself_is_known_by_both_ends(peer, host, here):
    assert from_here({"type": "http", "client": (peer, 1), "headers": [(b"host", host.encode())]}) is here


@pytest.mark.parametrize(("shown", "peer", "status"), [("on", "203.0.113.7", 200), ("off", "127.0.0.1", 403)])
def test_a_variable_opens_the_numbers_or_closes_them(monkeypatch, shown, peer, status):
    from convlab.ui import server

    monkeypatch.setenv("CONVLAB_METRICS", shown)
    (middleware,) = (each for each in server.parts()["middleware"] if each.cls is Metrics)
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/metrics", "client": (peer, 1), "headers": [(b"host", b"localhost")]}
    done(middleware.cls(None, **middleware.kwargs)(scope, None, send))
    assert sent[0]["status"] == status
    assert (b"convlab_visitors" in sent[1]["body"]) is (status == 200)

"""What a hostile browser sends is left out before Streamlit reads it; what an honest one sends is passed on."""

import asyncio
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlparse

import pytest
from conftest import ROOT, serving
from player import Tab, Tally
from starlette.datastructures import Headers
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from convlab.ui import server
from convlab.ui.guard import Bucket, Guard, fields

GUARD = Guard(None)


def message(*states):
    """A rerun with some widgets' values: (key, field, value)."""
    sent = BackMsg()
    for key, field, value in states:
        state = sent.rerun_script.widget_states.widgets.add(id=f"$$ID-0123456789abcdef-{key}")
        if field.endswith("array_value"):
            getattr(state, field).data.extend(value)
        else:
            setattr(state, field, value)
    return sent.SerializeToString()


HONEST = [
    ("stride", "double_array_value", [2.0]),
    ("step_by_step_stride_rows", "double_array_value", [2.0]),
    ("pool", "string_array_value", ["avg"]),
    ("there_and_back_part", "string_array_value", ["larger"]),
    ("bank", "string_value", "Sobel"),
    ("more", "bool_value", True),
    ("step_by_step_bias", "double_value", 0.5),
    ("reset", "trigger_value", True),
    ("maps", "json_trigger_value", '[{"event": "pixel", "value": "0,0,1,1"}]'),
    ("another", "string_value", "x"),
]
HOSTILE = [
    ("maps", "json_trigger_value", "[" * 5000 + "]" * 5000),
    ("maps", "json_value", "{}"),
    ("maps", "json_trigger_value", "{"),
    ("maps", "json_trigger_value", "9" * 5000),
    ("stride", "string_value", "2"),
    ("stride", "bool_value", True),
    ("pool", "double_value", 2.0),
    ("bank", "string_array_value", ["sobel"]),
    ("step_by_step_more", "string_array_value", ["x"]),
    ("grey", "double_array_value", [1.0]),
]


def test_an_honest_message_is_passed_on_as_it_is():
    sent = message(*HONEST)
    assert GUARD.cleaned(sent) == sent
    assert GUARD.cleaned(b"\xff\xff nonsense") == b"\xff\xff nonsense"


@pytest.mark.parametrize("state", HOSTILE, ids=lambda state: f"{state[0]} {state[1]}")
def test_what_no_page_sends_is_left_out_and_the_rest_stays(state):
    assert GUARD.cleaned(message(HONEST[0], state, HONEST[-1])) == message(HONEST[0], HONEST[-1])


def test_every_control_says_in_which_field_its_value_travels():
    assert {"stride", "stride_rows", "picture", "step_by_step_input_size_columns", "step_by_step_more"} <= set(fields())


# --- too much of it --------------------------------------------------------------------------------------------------


def done(work):
    """What some work gives, in a thread with a loop of its own: Playwright has one in this."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(work)).result()


def test_so_much_at_once_then_so_much_a_second():
    now = [0.0]
    bucket = Bucket(3, 2.0, lambda: now[0])
    assert [bucket.take() for _ in range(5)] == [0, 0, 0, 0.5, 1]
    now[0] = 1.0
    assert bucket.take() == 0.5
    now[0] = 100.0
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 0.5]


def heard(count, guard):
    """What of so many messages arrives behind the guard, of one connection."""
    sent, arrived = iter(range(count)), []

    async def receive():
        number = next(sent, None)
        if number is None:
            return {"type": "websocket.disconnect"}
        return {"type": "websocket.receive", "bytes": f"x{number}".encode()}

    async def app(scope, receive, send):
        while (message := await receive())["type"] != "websocket.disconnect":
            arrived.append(int(message["bytes"][1:]))

    guard._app = app
    done(guard({"type": "websocket", "client": ("203.0.113.7", 1), "path": "/", "headers": []}, receive, None))
    return arrived


def test_who_floods_waits_and_loses_nothing_and_the_next_one_does_not_wait(monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    monkeypatch.setattr("convlab.ui.guard.asyncio.sleep", sleep)
    guard = Guard(None)
    assert heard(300, guard) == list(range(300))
    assert sum(wait > 0 for wait in waits) >= 190 and 8 < max(waits) < 11
    waits.clear()
    assert heard(50, guard) == list(range(50))
    assert not any(waits)


def test_a_flood_is_answered_to_its_last_message_and_so_is_everybody_else(address):
    async def floods():
        tab = Tab(address, Tally())
        await tab.open(new=False)
        message = BackMsg()
        for number in range(150):
            state = message.rerun_script.widget_states.widgets.add(id=tab._named("stride"))
            state.double_array_value.data.append(1 + number % 3)
            await tab._socket.send(message.SerializeToString())
            del message.rerun_script.widget_states.widgets[:]
        await tab.slide("stride", 4)
        while b"stride=4" not in unpacked(tab):
            tab._ends(await tab._socket.recv())
        await tab.close()

    async def works():
        tab = Tab(address, Tally())
        await tab.open(new=False)
        for value in (2, 3, 2):
            await tab.slide("stride", value)
            assert f"stride={value}".encode() in unpacked(tab)
        await tab.close()

    async def both():
        async with asyncio.timeout(100):
            await asyncio.gather(floods(), works())

    done(both())


def unpacked(tab):
    """What the tab's own component was told last."""
    (told,) = (told for key, told in tab.told.items() if key.endswith("-tab_"))
    return zlib.decompress(told[4 : 4 + int.from_bytes(told[:4], "little")], -zlib.MAX_WBITS)


def test_an_address_has_so_many_sockets_and_another_one_has_its_own(tmp_path):
    told = {**os.environ, "CONVLAB_SOCKETS_PER_ADDRESS": "2"}
    command = ["streamlit", "run", "app.py", "--server.port={port}", "--server.address=127.0.0.1"]

    async def visits(stream):
        async with connect(stream), connect(stream):
            with pytest.raises(InvalidStatus, match="403"):
                await connect(stream)
            async with connect(stream, local_addr=("127.0.0.2", 0)):
                pass
        for _ in range(100):  # until those who left are known to have left
            try:
                async with connect(stream):
                    return
            except InvalidStatus:
                await asyncio.sleep(0.05)
        raise AssertionError("whoever left still takes room")

    with serving(command, tmp_path / "log", cwd=ROOT, env=told) as url:
        done(visits(f"ws://{urlparse(url).netloc}/_stcore/stream"))


def test_any_number_of_sockets_where_no_number_is_set():
    guard = Guard(None, sockets=0)
    guard._open["203.0.113.7"] = 10_000
    assert heard(1, guard) == [0]
    assert guard._open["203.0.113.7"] == 10_000


@pytest.mark.parametrize(
    ("trusted", "origin", "passes"),
    [
        ((), "https://lab.example", True),
        ((), "https://LAB.example", True),
        ((), "https://lab.example:8443", False),
        ((), "https://other.example", False),
        ({"other.example"}, "https://other.example", True),
        ({"other.example"}, "https://another.example", False),
        (None, "https://another.example", True),
    ],
)
def test_which_origins_are_the_servers_own(trusted, origin, passes):
    headers = Headers({"host": "lab.example", "origin": origin})
    assert Guard(None, trusted=trusted)._is_ours(headers) == passes


def test_streamlits_settings_name_the_hosts_that_are_trusted(monkeypatch):
    monkeypatch.setattr(server.config, "is_manually_set", lambda name: name == "browser.serverAddress")
    known = {"server.enableCORS": True, "server.corsAllowedOrigins": ["https://lms.example:1"]}
    known["browser.serverAddress"] = "lab.example"
    monkeypatch.setattr(server.config, "get_option", known.get)
    assert server._trusted() == {"lms.example", "lab.example"}
    known["server.enableCORS"] = False
    assert server._trusted() is None

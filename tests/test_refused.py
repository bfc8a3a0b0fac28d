"""What strangers send to a real server, and what they get: nothing of others', nothing of the machine's."""

import base64
import json
import os
import re
import socket
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlparse
from uuid import UUID

import numpy as np
import pytest
from conftest import ROOT, _header
from draws import TIMES
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from test_images import HOSTILE, ON_LINUX, patches, saved
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from convlab.ui.components.version import VERSION
from convlab.ui.guard import MOST_BYTES
from convlab.ui.registry import PAGES

UP = {"..": 1, "%2e%2e": 1, "..%2f": 0, "%2e%2e%2f": 0, "..%5c": 0, "%252e%252e%252f": 0, "....": 1, "..;": 1}
ROUTES = ["", "static", "static/js", "component", "app/static", "media", "_stcore", "_stcore/bidi-components"]
ROUTES += sorted({f"_stcore/bidi-components/convlab-{VERSION}.{page.component}" for page in PAGES.values()})
FILES = {  # what nobody may have, and how it begins
    "etc/passwd": b"root:",
    "proc/self/environ": b"PATH=",
    "server.py": b'"""What the process needs once',
    "page_run.py": b'"""One run of a page',
    ".streamlit/config.toml": b"[global]",
    "requirements.txt": (ROOT / "requirements.txt").read_bytes()[:20],
}


def answer(address, path, method="GET", headers=None):
    """Status and beginning of an answer to a request whose path is sent as it is written."""
    with closing(HTTPConnection(urlparse(address).netloc, timeout=20)) as line:
        line.putrequest(method, path)
        for name, value in (headers or {}).items():
            line.putheader(name, value)
        line.endheaders()  # and nothing of a body
        got = line.getresponse()
        return got.status, got.read(100)


def socket_of(address, origin="", protocols=("streamlit",), **headers):
    """A WebSocket as a page opens it; of a page of another site where an origin is named."""
    where = urlparse(address).netloc
    return connect(
        f"ws://{where}/_stcore/stream",
        origin=origin or f"http://{where}",
        subprotocols=list(protocols),
        additional_headers=headers,
        max_size=None,
        close_timeout=1,  # its page is still on the way
    )


def opened(line):
    """The name of the visit that a page's first message opens."""
    hello = BackMsg()
    hello.rerun_script.query_string = ""
    line.send(hello.SerializeToString())
    while True:
        said = ForwardMsg.FromString(line.recv(timeout=30))
        if said.WhichOneof("type") == "new_session":
            return said.new_session.initialize.session_id


# --- paths -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
def test_no_trick_in_a_path_leads_out_of_what_is_served(address, route):
    paths = [f"/{route}/{(up + '/' * slash) * 4}{file}" for up, slash in UP.items() for file in FILES]
    paths += [f"/{route}/{(up + '/' * slash) * 12}{file}" for up, slash in UP.items() for file in FILES]
    paths += [f"/{route}/{start}{file}" for start in ("/", "//", "%2f", "C:/", "file:///") for file in FILES]
    paths += [f"/{route}/main.js%00{file}" for file in FILES]
    with closing(HTTPConnection(urlparse(address).netloc, timeout=20)) as line:
        for path in paths:
            line.putrequest("GET", path)
            line.endheaders()
            answered = line.getresponse()
            body = answered.read()
            shell = answered.status == 200 and b"<title>Streamlit</title>" in body  # its page, which says so
            assert shell or answered.status in (400, 403, 404), path
            assert not any(start in body for start in FILES.values()), path


# --- what others have ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/", "0" * 56, "0" * 56 + ".png", "*", "%00", "?file_id=*"])
def test_media_are_not_listed_and_not_guessed(address, path):
    status, body = answer(address, f"/media/{path}".replace("//", "/"))
    assert status in (400, 404) and len(body) < 100


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "OPTIONS"])
def test_uploads_are_neither_taken_nor_given(address, method):
    assert answer(address, "/_stcore/upload_file/a/b", method) == (403, b"There are no uploads here.")


def test_a_visits_name_is_not_guessed_and_who_guesses_disturbs_nobody(address):
    """Whoever has it goes on with the visit, as after a cut line: it is drawn, and said to nobody else."""
    with socket_of(address) as theirs:
        name = opened(theirs)
        assert UUID(name).version == 4  # 122 drawn bits
        last = "0" if name[-1] != "0" else "1"
        for guess in (name[:-1] + last, name.upper(), "*", "../" + name):
            with socket_of(address, protocols=("streamlit", "none", guess.replace("/", "|"))) as stranger:
                assert opened(stranger) not in (name, guess)
        assert opened(theirs) == name


@pytest.mark.parametrize("path", ["interact", "mcp"])
def test_nobody_drives_a_visit_from_outside(address, path):
    assert answer(address, f"/_stcore/agent/{path}")[0] in (403, 404, 405)


# --- bodies ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/step_by_step", "/media/a", "/_stcore/agent/interact", "/_stcore/stream"])
@pytest.mark.parametrize("more", [{"Content-Length": str(2**40)}, {"Transfer-Encoding": "chunked"}])
def test_a_body_is_refused_before_it_is_read(address, path, more):
    assert answer(address, path, "POST", more) == (403, b"There are no uploads here.")


def test_a_request_that_only_asks_is_answered_whatever_it_says_of_a_body(address):
    assert answer(address, "/_stcore/health", headers={"Content-Length": str(2**40)}) == (200, b"ok")


@pytest.mark.parametrize(
    ("message", "code"),
    [(bytes(MOST_BYTES + 1), 1009), ("a text", 1003), (b"\xff" * 100, 1002)],
    ids=["too much", "a text", "nonsense"],
)
def test_a_message_that_no_page_sends_ends_the_connection_and_nothing_else(address, message, code):
    with socket_of(address) as other, socket_of(address) as line:
        name = opened(other)
        line.send(message)
        with pytest.raises(ConnectionClosed) as ended:
            while line.recv(timeout=20):
                pass
        assert ended.value.rcvd.code == code
        assert opened(other) == name


def test_the_largest_message_is_taken(address):
    with socket_of(address) as line:
        sent = BackMsg()
        state = sent.rerun_script.widget_states.widgets.add(id="$$ID-0-none")
        state.string_value = "a" * (MOST_BYTES - 1000)
        line.send(sent.SerializeToString())
        assert ForwardMsg.FromString(line.recv(timeout=30)).WhichOneof("type")


# --- foreign origins -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost:1",
        "http://127.0.0.1",
        "null",
        "http://{}.evil.example",
        "http://[",
        "file://",
    ],
)
def test_a_page_of_another_site_gets_no_socket(address, origin):
    with pytest.raises(InvalidStatus) as refused, socket_of(address, origin.format(urlparse(address).netloc)):
        pass
    assert refused.value.response.status_code == 403


def test_who_is_no_page_gets_one(address):
    where = urlparse(address)
    with connect(f"ws://{where.netloc}/_stcore/stream", max_size=None, close_timeout=1) as line:
        assert opened(line)
    with socket.create_connection((where.hostname, where.port)):  # and who says nothing holds nobody up
        assert answer(address, "/_stcore/health") == (200, b"ok")


# --- hostile files ---------------------------------------------------------------------------------------------------

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
MANY = 12 if TIMES == 1 else 1000  # files, one after another


def hostile(number, dice):
    """One file in four made to take long or much; the others cut short, damaged, or both."""
    if number % 4 == 0:
        return list(HOSTILE.values())[number // 4 % len(HOSTILE)][0]()
    file = bytearray(saved(patches(), FORMATS[number % len(FORMATS)]))
    for place in dice.integers(0, len(file), dice.integers(1, 30)):
        file[place] = dice.integers(256)
    return bytes(file[: dice.integers(1, len(file))] if number % 4 == 1 else file)


def answered(line, sent):
    """The component by which pictures come in, as the page has it after a message: its page, name and header."""
    line.send(sent.SerializeToString())
    chooser = None
    while True:
        said = ForwardMsg.FromString(line.recv(timeout=30))
        component = said.delta.new_element.bidi_component
        if component.id.endswith("-own_picture"):
            chooser = said.metadata.active_script_hash, component.id, _header(component.bytes)
        if said.WhichOneof("type") == "script_finished":
            return chooser


def brought(line, page, known, number, file):
    """What the page says to a file that comes in."""
    sent = BackMsg()
    sent.rerun_script.page_script_hash = page
    value = {"name": "mine", "data": base64.b64encode(file).decode(), "number": number, "kept": False}
    events = json.dumps([{"event": "picture", "value": value}])
    sent.rerun_script.widget_states.widgets.add(
        id=f"$$STREAMLIT_INTERNAL_KEY_{known}__events", json_trigger_value=events
    )
    return answered(line, sent)[-1]


def megabytes(address):
    """The memory of the server, a child of this process."""
    children = " ".join(file.read_text() for file in Path(f"/proc/{os.getpid()}/task").glob("*/children")).split()
    (server,) = (
        Path("/proc", child)
        for child in children
        if f"port={urlparse(address).port}" in Path("/proc", child, "cmdline").read_text()
    )
    return int(re.search(r"VmRSS:\s+(\d+)", (server / "status").read_text())[1]) / 1024


@ON_LINUX
@pytest.mark.hypothesis  # in a long run a thousand, other ones each time
def test_hostile_files_one_after_another_leave_the_server_as_it_was(address):
    dice = np.random.default_rng(0 if TIMES == 1 else None)
    hello = BackMsg()
    hello.rerun_script.query_string = ""
    with socket_of(address) as line:
        *chooser, _ = answered(line, hello)
        for number in range(1, MANY + 1):
            said = brought(line, *chooser, number, hostile(number, dice))
            assert said["heard"] == number and (said["error"] or said["has"] == number)
            if number == MANY // 4:
                before = megabytes(address)
        assert said["error"]  # the last one is made to take much
        grown = megabytes(address) - before
        print(f"{before:.0f} MB after {MANY // 4} files, {grown:+.1f} MB after {MANY}")
        assert grown < 40  # two of the largest files, as they come in
        good = brought(line, *chooser, MANY + 1, saved(patches(), "PNG"))
        assert good["has"] == MANY + 1 and not good["error"]
    assert answer(address, "/_stcore/health") == (200, b"ok")

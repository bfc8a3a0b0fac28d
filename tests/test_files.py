"""Files that a browser keeps for good: read and compressed once, whole, and nothing else."""

import asyncio
import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.responses import FileResponse

from convlab.ui import files
from convlab.ui.components import version
from convlab.ui.files import Files

GOOD = "public, immutable, max-age=31536000"


class Folder:
    """An app that has one file, and counts how often it is read."""

    def __init__(self, body=b"let a = 1;" * 500, keep=GOOD, status=200, length=5000, more=()):
        self.read, self._body, self._keep, self._status = 0, body, keep, status
        self._more = [(b"content-length", str(length).encode()), *more]
        self.asked_of = []

    async def __call__(self, scope, receive, send):
        self.read += 1
        self.asked_of.append(dict(scope["headers"]))
        await asyncio.sleep(0.01)
        headers = [(b"cache-control", self._keep.encode()), *self._more]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        half = len(self._body) // 2
        await send({"type": "http.response.body", "body": self._body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self._body[half:]})


def done(work):
    """What some work gives, in a thread with a loop of its own: Playwright has one in this."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(lambda: asyncio.run(work)).result()


def ask(*apps_and_headers, path="/static/js/index.js", method="GET"):
    """What several get who ask at once: (status, headers, body) of each."""

    async def get(app, headers):
        told = []

        async def send(message):
            told.append(message)

        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        await app({"type": "http", "method": method, "path": path, "headers": raw}, None, send)
        start, *bodies = told
        said = {name.decode(): value.decode() for name, value in start["headers"]}
        return start["status"], said, b"".join(message["body"] for message in bodies)

    async def everybody():
        return await asyncio.gather(*(get(app, headers) for app, headers in apps_and_headers))

    return done(everybody())


def test_a_file_that_many_ask_for_at_once_is_read_once():
    folder = Folder()
    app = Files(folder)
    answers = ask(*[(app, {"accept-encoding": "gzip"})] * 20, (app, {}))
    assert folder.read == 1
    for _, headers, body in answers[:-1]:
        assert headers["content-encoding"] == "gzip"
        assert int(headers["content-length"]) == len(body) < 500
        assert gzip.decompress(body) == b"let a = 1;" * 500
    _, headers, body = answers[-1]
    assert body == b"let a = 1;" * 500
    assert "content-encoding" not in headers
    assert headers["vary"] == "Accept-Encoding"
    assert folder.asked_of == [{}]  # what is kept is not compressed twice


@pytest.mark.parametrize(
    ("folder", "path", "headers", "method"),
    [
        (Folder(keep="no-cache"), "/static/js/index.js", {}, "GET"),
        (Folder(status=404), "/static/js/index.js", {}, "GET"),
        (Folder(), "/media/a.png", {}, "GET"),
        (Folder(), "/static/js/index.js", {"range": "bytes=0-9"}, "GET"),
        (Folder(), "/static/js/index.js", {"if-none-match": "a"}, "GET"),
        (Folder(), "/static/js/index.js", {"origin": "https://evil.example"}, "GET"),
        (Folder(), "/static/js/index.js", {}, "HEAD"),
    ],
)
def test_whatever_else_is_asked_for_is_passed_on_each_time(folder, path, headers, method):
    app = Files(folder)
    for _ in range(2):
        ((_, said, body),) = ask((app, headers), path=path, method=method)
        assert body == b"let a = 1;" * 500
        assert "vary" not in said
    assert folder.read == 2


def test_a_page_of_this_server_says_where_it_is_from_and_is_answered_from_memory():
    folder = Folder()
    app, ours = (
        Files(folder),
        {"host": "lab.example:8501", "origin": "https://lab.example:8501", "accept-encoding": "gzip"},
    )
    for _ in range(2):
        ((_, said, _),) = ask((app, ours))
        assert said["content-encoding"] == "gzip"
    assert folder.read == 1
    assert b"origin" not in folder.asked_of[0]


def test_a_browser_gets_the_program_compressed(browser, address):
    with browser.new_context() as fresh:
        page, scripts = fresh.new_page(), []
        page.on("response", lambda answer: scripts.append(answer) if ".js" in answer.url else None)
        page.goto(address)
        page.locator(".maps canvas").first.wait_for(timeout=30_000)
        assert len(scripts) > 30
        assert [answer.url for answer in scripts if answer.headers.get("content-encoding") != "gzip"] == []


def test_what_is_kept_has_a_bound_and_what_nobody_asks_for_makes_room(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 11_000)  # two of them
    folder = Folder()
    app = Files(folder)
    reads = []
    for path in ("/static/1.js", "/static/2.js", "/static/1.js", "/static/3.js", "/static/1.js", "/static/2.js"):
        ((_, _, body),) = ask((app, {}), path=path)
        assert body == b"let a = 1;" * 500
        reads.append(folder.read)
    assert reads == [1, 2, 2, 3, 3, 4]
    monkeypatch.setattr(files, "MOST_BYTES", 5000)
    ask((app, {}), path="/static/4.js")  # too large to be kept, and nothing goes for it
    ask((app, {}), path="/static/1.js")
    assert folder.read == 5


@pytest.mark.parametrize(
    ("takes", "small"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=1.0, *;q=0.5", True),
        ("br, gzip; q=0.001", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("br, identity", False),
        ("xgzipx", False),
        ("", False),
    ],
)
def test_an_answer_is_compressed_for_those_alone_who_take_it(takes, small):
    ((_, headers, body),) = ask((Files(Folder()), {"accept-encoding": takes}))
    assert ("content-encoding" in headers) == small == (len(body) < 500)
    assert int(headers["content-length"]) == len(body)


def test_a_part_of_the_file_never_completes_a_compressed_one():
    app = Files(Folder(more=[(b"etag", b'"a"'), (b"accept-ranges", b"bytes"), (b"vary", b"Origin")]))
    (_, small, _), (_, whole, _) = ask((app, {"accept-encoding": "gzip"}), (app, {}))
    assert (small["etag"], small["accept-ranges"]) == ('W/"a"', "none")
    assert (whole["etag"], whole["accept-ranges"]) == ('"a"', "bytes")
    assert small["vary"] == whole["vary"] == "Origin, Accept-Encoding"


def test_what_an_answer_varies_by_is_said_once():
    ((_, headers, _),) = ask((Files(Folder(more=[(b"vary", b"Accept-Encoding")])), {}))
    assert headers["vary"] == "Accept-Encoding"


def test_an_answer_that_is_not_whole_is_not_kept():
    folder = Folder(length=5001)
    app = Files(folder)
    ask((app, {}))
    ask((app, {}))
    assert folder.read == 2


@pytest.mark.parametrize("offers", [{}, {"http.response.pathsend": {}}])
def test_who_leaves_while_a_file_is_read_leaves_it_whole_for_the_others(tmp_path, offers):
    (tmp_path / "a.js").write_bytes(b"let a = 1;" * 50_000)
    app = Files(FileResponse(tmp_path / "a.js", headers={"cache-control": GOOD}))
    scope = {"type": "http", "method": "GET", "path": "/static/a.js", "headers": [], "extensions": offers}
    told = []

    async def leaves():
        return {"type": "http.disconnect"}

    async def send(message):
        told.append(message)

    async def one_after_another():
        await asyncio.wait_for(app(scope, leaves, send), 20)
        await asyncio.wait_for(app(scope, leaves, send), 20)

    done(one_after_another())
    assert [len(message["body"]) for message in told[1::2]] == [500_000, 500_000]


def test_who_gives_up_does_not_keep_the_others_from_it():
    folder = Folder()
    app = Files(folder)

    async def send(_):
        pass

    async def leave_and_ask():
        scope = {"type": "http", "method": "GET", "path": "/static/a.js", "headers": []}
        first = asyncio.create_task(app(dict(scope), None, send))
        second = asyncio.create_task(app(dict(scope), None, send))
        await asyncio.sleep(0)
        first.cancel()
        await second

    done(leave_and_ask())
    assert folder.read == 2


def test_a_file_that_changed_since_the_start_is_not_what_its_address_says(tmp_path, monkeypatch):
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "main.js").write_text("1")
    monkeypatch.setattr(version, "_HERE", tmp_path)
    monkeypatch.setattr(version, "FOUND", version._found())
    assert version.is_as_found("maps/main.js")
    (tmp_path / "maps" / "main.js").write_text("2")
    assert not version.is_as_found("maps/main.js")
    assert not version.is_as_found("maps/none.js")
    assert not version.is_as_found("../maps/main.js")

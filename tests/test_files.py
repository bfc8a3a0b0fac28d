"""Files that a browser keeps for good: read and compressed once, whole, and nothing else."""

import asyncio
import gzip

import pytest

from convlab.ui import files
from convlab.ui.components import version
from convlab.ui.files import Files

GOOD = "public, immutable, max-age=31536000"


class Folder:
    """An app that has one file, and counts how often it is read."""

    def __init__(self, body=b"let a = 1;" * 500, keep=GOOD, status=200):
        self.read, self._body, self._keep, self._status = 0, body, keep, status
        self.asked_of = []

    async def __call__(self, scope, receive, send):
        self.read += 1
        self.asked_of.append(dict(scope["headers"]))
        await asyncio.sleep(0.01)
        headers = [(b"cache-control", self._keep.encode()), (b"content-length", str(len(self._body)).encode())]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        half = len(self._body) // 2
        await send({"type": "http.response.body", "body": self._body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": self._body[half:]})


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

    return asyncio.run(everybody())


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


def test_what_is_kept_has_a_bound(monkeypatch):
    monkeypatch.setattr(files, "MOST_BYTES", 6000)
    folder = Folder()
    app = Files(folder)
    for path in ("/static/1.js", "/static/2.js", "/static/1.js", "/static/2.js"):
        ((_, _, body),) = ask((app, {}), path=path)
        assert body == b"let a = 1;" * 500
    assert folder.read == 3  # the second one found no room


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

    asyncio.run(leave_and_ask())
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

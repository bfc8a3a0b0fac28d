"""The server: what stands ready before the first visitor, what its answers say, the keys that once ended a visit."""

import asyncio
import base64
import hashlib
import os
import random
import re
import shutil
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urljoin, urlparse

import player
import pytest
import streamlit
from conftest import ROOT, serving
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus

from convlab.ui import server
from convlab.ui.components.version import VERSION

RULES = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy")
SCRIPTS = ROOT / "convlab" / "ui" / "components"
ASSET = "/_stcore/bidi-components/convlab-{}.maps/maps/main.js"


def python(code, cwd):
    """What a fresh interpreter prints that finds the program by its path alone."""
    told = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=cwd, env=told, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def answer(path="/", status=200, kind="text/javascript"):
    """The headers of an answer that has passed the middleware."""

    async def app(scope, receive, send):
        headers = [(b"cache-control", b"public"), (b"content-type", kind.encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})

    sent = []

    async def send(message):
        sent.append(message)

    (middleware,) = (each for each in server.parts()["middleware"] if each.cls is server.Headers)
    answering = middleware.cls(app, **middleware.kwargs)
    with ThreadPoolExecutor(1) as apart:  # a loop runs in this thread, while Playwright has a browser
        apart.submit(lambda: asyncio.run(answering({"type": "http", "path": path}, None, send))).result()
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize("path", ["", "step_by_step", "_stcore/health", "favicon.png", "media/none"])
def test_every_answer_says_what_a_browser_may_do(address, path):
    try:
        with urllib.request.urlopen(address + path) as answered:
            headers = answered.headers
    except urllib.error.HTTPError as error:
        headers = error.headers
    assert all(headers[rule] for rule in RULES)
    assert "frame-ancestors *" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(("path", "component"), [("", "maps"), ("step_by_step", "grids")])
def test_a_page_names_the_scripts_that_it_will_need(address, path, component):
    with urllib.request.urlopen(address + path) as page:
        named = re.findall(r"<(.*?)>; rel=modulepreload", page.headers["Link"])
    there = {
        f"{file.parent.name}/{file.name}" for name in (component, "shared") for file in SCRIPTS.glob(f"{name}/*.js")
    }
    assert {"/".join(name.split("/")[-2:]) for name in named} == there
    for name in named:
        with urllib.request.urlopen(urljoin(address + path, name)) as script:
            assert "javascript" in script.headers["Content-Type"]


def test_which_sites_may_frame_the_pages_is_one_setting(monkeypatch):
    assert answer()["content-security-policy"].endswith("; frame-ancestors *")
    monkeypatch.setenv("CONVLAB_FRAME_ANCESTORS", "'self' https://lms.example")
    assert answer()["content-security-policy"].endswith("; frame-ancestors 'self' https://lms.example")


def test_the_policy_knows_the_script_in_streamlits_page():
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in answer()["content-security-policy"]


def test_files_of_components_are_kept_for_good_where_their_address_has_their_version():
    assert answer(ASSET.format(VERSION))["cache-control"] == "public, max-age=31536000, immutable"
    assert answer(ASSET.format("0" * len(VERSION)))["cache-control"] == "no-cache"
    assert answer(ASSET.format(VERSION), 404)["cache-control"] == "public"
    assert answer(f"/x{ASSET.format(VERSION)}", kind="text/html; charset=utf-8")["cache-control"] == "public"
    assert answer("/static/js/index.js")["cache-control"] == "public"


def test_the_settings_hold_wherever_the_program_is_started_but_for_what_its_starter_says(tmp_path):
    (tmp_path / ".streamlit").mkdir()
    (tmp_path / ".streamlit" / "config.toml").write_text("[server]\nmaxMessageSize = 3\n")
    said = python(
        "from convlab.ui import server\n"
        "from streamlit import config\n"
        "server.settle()\n"
        "for name in ('server.maxMessageSize', 'server.fileWatcherType', 'theme.light.sidebar.backgroundColor'):\n"
        "    print(config.get_option(name))\n",
        tmp_path,
    )
    assert said.split() == ["3", "none", "#f6f8fb"]


def test_uploads_are_refused_before_they_are_read(address):
    line = HTTPConnection(urlparse(address).netloc)
    line.putrequest("PUT", "/_stcore/upload_file/a/b")
    line.putheader("Content-Length", str(2**20))
    line.endheaders()  # and nothing of the file
    answer = line.getresponse()
    assert (answer.status, answer.read()) == (403, b"There are no uploads here.")
    line.close()


@pytest.mark.parametrize(
    ("quota", "most"), [("max 100000", None), ("50000 100000", 1), ("150000 100000", 1), ("6400000 100000", None)]
)
def test_torch_takes_no_more_threads_than_there_are_cpus_for_it(tmp_path, quota, most):
    file = tmp_path / "cpu.max"
    there = server.cpus(file)  # no such file: no container
    assert 1 <= there <= (os.cpu_count() or 1)
    file.write_text(f"{quota}\n")
    assert server.cpus(file) == (most or there)


@pytest.mark.parametrize("runner", ["streamlit", "uvicorn"])
def test_the_log_names_no_visitor_no_settings_and_no_picture(tmp_path, monkeypatch, runner):
    commands = {
        "streamlit": ["streamlit", "run", "app.py", "--server.port={port}", "--server.address=127.0.0.1"],
        "uvicorn": ["uvicorn", "app:app", "--port={port}"],
    }
    elsewhere = ("127.0.0.2", 0)
    monkeypatch.setattr(player, "connect", partial(player.connect, local_addr=elsewhere))
    noise = random.Random(0).randbytes(3000)
    bad = base64.b64encode(noise).decode()
    good = player.photo(random.Random(0))

    async def visits(url):
        tab = player.Tab(f"{url}?stride=3", player.Tally())
        await tab.open(new=False)
        for data in (bad, good):
            sent = {"name": "secret.jpg", "data": data, "kept": False}
            await tab.event("own_picture", "picture", lambda number, sent=sent: {**sent, "number": number})
        await tab._socket.send(noise)
        with pytest.raises(ConnectionClosed):
            while True:
                await tab._socket.recv()
        with pytest.raises(InvalidStatus):
            await player.connect(f"ws://{urlparse(url).netloc}/_stcore/stream", origin="http://elsewhere.example")

    log = tmp_path / "log"
    with serving(commands[runner], log, cwd=ROOT) as url:
        for method, path in [("GET", "/?stride=3"), ("GET", "/none.js"), ("PUT", "/_stcore/upload_file/a/b")]:
            line = HTTPConnection(urlparse(url).netloc, source_address=elsewhere)
            line.request(method, path)
            line.getresponse().read()
            line.close()
        with ThreadPoolExecutor(1) as apart:
            apart.submit(lambda: asyncio.run(visits(url))).result()
    written = log.read_text()
    assert "127.0.0.1" in written  # it is the log: the server says where it is
    for secret in ("127.0.0.2", "stride", "secret.jpg", bad[:40], good[:40], repr(noise[:8])[2:-1]):
        assert secret not in written, secret


def test_a_first_visitor_waits_for_no_import(tmp_path):
    said = python(
        "import asyncio, sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "from convlab.ui import server\n"
        "async def start():\n"
        "    async with server.lifespan(None):\n"
        "        pass\n"
        "asyncio.run(start())\n"
        "loaded = set(sys.modules)\n"
        f"app = AppTest.from_file({str(ROOT / 'convlab' / 'ui' / 'main.py')!r}, default_timeout=60).run()\n"
        "app.switch_page('../../pages/step_by_step.py').run()\n"
        "assert app.markdown and not app.exception\n"
        "later = {name.partition('.')[0] for name in set(sys.modules) - loaded}\n"
        "print(later - {'streamlit', 'packaging'})\n",
        tmp_path,
    )
    assert said == "set()"


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with nothing but the built wheel, unpacked."""
    source, made, folder = (tmp_path_factory.mktemp(name) for name in ("source", "made", "installed"))
    for name in ("convlab", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "requirements.txt", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*pip, "wheel", source, "--no-deps", "--no-index", "--no-build-isolation", "-w", made], check=True)
    (wheel,) = made.iterdir()
    subprocess.run([*pip, "install", wheel, "--no-deps", "--no-index", "--target", folder], check=True)
    return folder


def test_a_wheel_has_every_file(installed):
    kinds = {".py", ".js", ".css", ".jpg", ".png", ".typed", ".toml"}
    here = {path.relative_to(ROOT) for path in (ROOT / "convlab").rglob("*") if path.suffix in kinds}
    here |= {Path("convlab/py.typed"), Path("convlab/config/config.toml")}
    here |= {Path("convlab") / path.relative_to(ROOT) for path in (ROOT / "pages").glob("*.py")}
    there = {path.relative_to(installed) for path in (installed / "convlab").rglob("*") if path.is_file()}
    assert here <= there


def test_a_wheel_installed_alone_opens_the_playground(installed, browser, tmp_path):
    told = {**os.environ, "PYTHONPATH": str(installed)}
    command = ["uvicorn", "--factory", "convlab.ui.server:app", "--port={port}"]
    with serving(command, tmp_path / "log", cwd=tmp_path, env=told) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator(".chain .shape").nth(1)).to_have_text("4×231×176", timeout=30_000)
        assert page.locator(".stApp").evaluate("app => getComputedStyle(app).color") == "rgb(27, 36, 48)"  # the theme
        page.get_by_role("link", name="Step by step", exact=True).click()
        page.get_by_text("1×7×7 → 1×5×5").wait_for()
        page.close()


def test_both_pages_keep_to_the_policy(open_page, tmp_path):
    page = open_page()  # open_page fails where anything is forbidden that a page does
    page.get_by_role("button", name="Take a photo").click()
    page.get_by_role("button", name="Take the photo").click()
    expect(page.locator(".chain .shape").first).not_to_have_text("3×235×180")
    page.get_by_text("The PyTorch program that makes exactly this").click()
    page.locator("[data-testid=stCode]").wait_for()
    page = open_page("step_by_step", ready=".output .cell")
    page.get_by_text("An animation to keep").click()
    page.get_by_role("radio", name="GIF").wait_for()  # it comes late, and moves the button that stands under it
    page.get_by_role("button", name="Make the animation").click()
    page.get_by_role("button", name="Download the GIF").wait_for()
    expect(page.locator("[data-testid=stStatusWidget]")).to_have_count(0)  # the run is over: the button stays
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the GIF").click()
    assert download.value.path().stat().st_size > 10_000


def test_arrow_keys_leave_the_page_alive(open_page):
    page, came, drawn = open_page(), [], random.Random(7)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda data: came.append(data)))
    page.reload()
    stride = page.locator(".st-key-stride input[type=range]")
    stride.focus()
    for key in ["ArrowRight", "ArrowLeft"] * 16:
        page.keyboard.press(key)
        page.wait_for_timeout(drawn.randint(80, 200))
    page.keyboard.press("ArrowRight")
    expect(page.locator(".chain .shape").nth(1)).to_have_text("4×116×88")
    expect(page.get_by_text("Connection error")).to_have_count(0)
    kinds = {ForwardMsg.FromString(message).WhichOneof("type") for message in came}
    assert (
        "delta" in kinds and "ref_hash" not in kinds
    )  # nothing stands for a message that the browser may have dropped

"""What `deploy/` says: the real HAProxy before two real replicas, and its files against what they are files of."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from socket import create_connection
from urllib.parse import urlparse

import kubernetes_validate
import pytest
import yaml
from conftest import ROOT, answers, free_port
from PIL import Image
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from test_quick_hands import assert_alive, thumb
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

DEPLOY = ROOT / "deploy"
HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")
SOCKETS = 4  # that one address may have at once
# What stands for Docker where roll.sh is tried: the proxy is this machine, and the test makes a replica anew.
DOCKER = """#!/usr/bin/env bash
case "$2" in
exec) shift 4 && exec "$@" ;;
up) asked="$(dirname "$0")/${!#}.up" && touch "$asked" && while [ -e "$asked" ]; do sleep 0.05; done ;;
esac
"""


@pytest.fixture(scope="module")
def haproxy():
    """The real one."""
    if not HAPROXY:
        if os.environ.get("CI"):
            pytest.fail("no haproxy on this machine")
        pytest.skip("no haproxy on this machine")
    return HAPROXY


class Replica:
    """One of the servers behind the proxy, which can end and start anew."""

    def __init__(self, log):
        self.port, self._log = free_port(), log
        self.start()

    def start(self):
        """Let it start; `ready` waits until it answers, and starts one that has ended."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=127.0.0.1"]
        with self._log.open("a") as log:
            told = os.environ | {"TORCH_HOME": str(self._log.parent / "torch"), "https_proxy": "http://127.0.0.1:1"}
            told["CONVLAB_SOCKETS_PER_ADDRESS"] = str(SOCKETS)
            command.append(f"--server.port={self.port}")
            self._process = subprocess.Popen(command, cwd=ROOT, env=told, stdout=log, stderr=log)

    def ready(self):
        if self._process.poll() is not None:
            self.start()
        answers(f"http://127.0.0.1:{self.port}/_stcore/health", self._process, self._log)

    def kill(self):
        """Without a word."""
        self._process.kill()
        self._process.wait(10)

    def stop(self):
        """As an orchestrator does."""
        self._process.terminate()
        self._process.wait(10)


class Proxy:
    """HAProxy with the file of `deploy/` before two replicas."""

    def __init__(self, haproxy, replicas, folder):
        self.port, self.log, self.replicas = free_port(), folder / "haproxy", replicas
        self.address = f"http://127.0.0.1:{self.port}/"
        self.names = {"BIND": f"127.0.0.1:{self.port}", "ADMIN_PORT": str(free_port())}
        self.names |= {name.upper(): f"127.0.0.1:{replica.port}" for name, replica in replicas.items()}
        with self.log.open("w") as log:
            command = [haproxy, "-f", DEPLOY / "haproxy.cfg"]
            self.process = subprocess.Popen(command, env=os.environ | self.names, stdout=log, stderr=log)
        answers(self.address + "_stcore/health", self.process, self.log)

    def ask(self, path="/", method="GET", **headers):
        """An answer: its status, its headers, and which replica gave it."""
        before = self.said(f"{method} {path} ")
        line = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            answer.read()
        finally:
            line.close()
        return answer.status, answer.headers, self.said(f"{method} {path} ", len(before))[-1].split()[3]

    def said(self, start, seen=-1):
        """The lines of its log that start like that, as soon as there are more than were seen."""
        for _ in range(100):
            lines = [line for line in self.log.read_text().splitlines() if line.startswith(start)]
            if len(lines) > seen:
                return lines
            time.sleep(0.05)
        raise TimeoutError(start)

    def socket(self, replica="one", visitor="127.0.0.1", origin=None):
        """A WebSocket to a replica as a visitor's page opens it."""
        line = create_connection(("127.0.0.1", self.port), timeout=10, source_address=(visitor, 0))
        how = {"subprotocols": ["streamlit"], "additional_headers": {"Cookie": f"replica={replica}"}, "origin": origin}
        return connect(f"ws://127.0.0.1:{self.port}/_stcore/stream", sock=line, proxy=None, max_size=None, **how)


@pytest.fixture(scope="module")
def standing(haproxy, tmp_path_factory):
    """HAProxy before two replicas."""
    folder = tmp_path_factory.mktemp("deploy")
    replicas = {name: Replica(folder / name) for name in ("one", "two")}
    try:
        stands = Proxy(haproxy, replicas, folder)
        try:
            yield stands
        finally:
            stands.process.kill()
            stands.process.wait(10)
    finally:
        for replica in replicas.values():
            replica.kill()


@pytest.fixture
def proxy(standing):
    """HAProxy before two replicas, both in use."""
    for name, replica in standing.replicas.items():
        replica.ready()
        for _ in range(100):
            if standing.ask(Cookie=f"replica={name}")[2] == name:
                break
            time.sleep(0.2)
        else:
            raise TimeoutError(name)
    return standing


@pytest.fixture(scope="module")
def address(standing):
    """Where pages are opened here: at the proxy."""
    return standing.address


def replica_of(page):
    """The replica that a page is on, by its cookie."""
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "replica")


# --- the proxy -------------------------------------------------------------------------------------------------------


def test_the_proxys_file_is_valid(haproxy):
    told = os.environ | {"ONE": "127.0.0.1:1", "TWO": "127.0.0.1:2"}
    ran = subprocess.run([haproxy, "-c", "-f", DEPLOY / "haproxy.cfg"], env=told, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (0, "Configuration file is valid\n"), ran.stderr
    assert "WARNING" not in ran.stderr


def test_newcomers_are_shared_out_and_a_visitor_stays_where_the_cookie_says(proxy):
    assert {proxy.ask()[2] for _ in range(4)} == {"one", "two"}
    for name in proxy.replicas:
        for path in ("/", "/network", "/_stcore/health"):
            assert proxy.ask(path, Cookie=f"replica={name}")[::2] == (200, name)


def test_the_cookie_is_one_that_a_frame_keeps_where_the_line_is_safe(proxy):
    assert re.fullmatch(r"replica=(one|two); path=/; HttpOnly", proxy.ask()[1]["Set-Cookie"])
    safe = proxy.ask(X_Forwarded_Proto="https")[1]["Set-Cookie"]
    assert safe.endswith("; path=/; HttpOnly; Secure; SameSite=None; Partitioned")


def test_the_largest_message_of_a_page_comes_through_and_is_answered(proxy):
    for name in proxy.replicas:
        before = proxy.said("GET /_stcore/stream ")
        with proxy.socket(name) as socket:
            message = BackMsg()
            said = '[{"event": "none", "value": "%s"}]' % ("x" * 13_999_000)
            message.rerun_script.widget_states.widgets.add(id="$$none__events", json_trigger_value=said)
            socket.send(message.SerializeToString())
            kinds = set()
            while "script_finished" not in kinds:
                kinds.add(ForwardMsg.FromString(socket.recv(timeout=20)).WhichOneof("type"))
            assert "delta" in kinds
        ended = proxy.said("GET /_stcore/stream ", len(before))[-1]
        assert re.fullmatch(rf"GET /_stcore/stream 101 {name} \d+ ms \d+ bytes", ended)


def test_what_has_no_business_there_is_refused(proxy):
    too_much = {"Content_Length": "14000001"}
    for method, path in (("PUT", "/_stcore/upload_file/a/b"), ("POST", "/")):
        assert proxy.ask(path, method, **too_much)[::2] == (413, "<NOSRV>")
    assert proxy.ask("/_stcore/upload_file/a/b", "PUT", Content_Length="0")[0] == 403
    assert proxy.ask("/_stcore/metrics")[::2] == (404, "<NOSRV>")
    assert proxy.ask("/metrics")[::2] == (404, "<NOSRV>")
    for origin, status in ((proxy.address.rstrip("/"), 101), ("https://elsewhere.example", 403), ("null", 403)):
        seen = proxy.said("GET /_stcore/stream ")
        with suppress(InvalidStatus), proxy.socket(origin=origin):
            pass
        assert proxy.said("GET /_stcore/stream ", len(seen))[-1].split()[2] == str(status)


def test_one_visitor_cannot_take_the_sockets_of_the_others(proxy):
    with ExitStack() as opened:
        for _ in range(SOCKETS):
            opened.enter_context(proxy.socket(visitor="127.0.0.2"))
        with pytest.raises(InvalidStatus, match="403"), proxy.socket(visitor="127.0.0.2"):
            pass
        opened.enter_context(proxy.socket(visitor="127.0.0.3"))


def test_who_keeps_no_cookie_finds_a_download_all_the_same(proxy, open_page):
    page = open_page()
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Maps as a picture (PNG)").click()
    path = urlparse(download.value.url).path
    assert path.startswith("/media/")
    assert {proxy.ask(path)[::2] for _ in range(4)} == {(200, replica_of(page))}
    assert proxy.ask("/media/none.png")[0] == 404


def visit(open_page, tmp_path):
    """A visitor with an own picture and settings."""
    Image.new("RGB", (60, 50), (0, 255, 0)).save(tmp_path / "green.png")
    page = open_page("?stride=3&picture=own")
    page.locator(".picture .chosen").set_input_files(tmp_path / "green.png")
    expect(page.locator(".chain .shape").first).to_have_text("3×50×60")
    page.locator(".st-key-pool").get_by_text("Average").click()
    page.wait_for_url("**pool=avg**")
    return page


def assert_goes_on(page, dilation):
    """The visitor's page is as it was, and answers."""
    expect(thumb(page, "dilation")).to_be_enabled(timeout=20_000)
    page.wait_for_timeout(1500)  # the tab tells the server what the page was like
    thumb(page, "dilation").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/?stride=3&dilation={dilation}&picture=own&pool=avg", timeout=20_000)
    expect(page.locator(".chain .shape").first).to_have_text("3×50×60")
    assert_alive(page)


def test_a_rolling_restart_loses_nobody(proxy, open_page, tmp_path):
    pages = [visit(open_page, tmp_path) for _ in range(2)]
    assert {replica_of(page) for page in pages} == {"one", "two"}
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    told = os.environ | proxy.names | {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    rolling = subprocess.Popen([DEPLOY / "roll.sh", "0"], env=told, start_new_session=True)
    try:
        made = []
        while rolling.poll() is None:
            for asked in tmp_path.glob("*.up"):
                made.append(asked.stem)
                assert proxy.ask()[2] != asked.stem
                proxy.replicas[asked.stem].stop()
                proxy.replicas[asked.stem].start()
                proxy.replicas[asked.stem].ready()
                asked.unlink()
            assert proxy.ask()[0] == 200
    finally:
        with suppress(ProcessLookupError):
            os.killpg(rolling.pid, signal.SIGKILL)
    assert (rolling.wait(), made) == (0, ["one", "two"])
    for page in pages:
        assert_goes_on(page, 2)


def test_a_replica_killed_in_mid_visit_loses_nothing_of_an_open_page(proxy, open_page, tmp_path):
    page = visit(open_page, tmp_path)
    left = replica_of(page)
    proxy.replicas[left].kill()
    assert proxy.ask(Cookie=f"replica={left}")[0] == 200  # another page, at once
    assert_goes_on(page, 2)
    assert replica_of(page) != left


# --- the files -------------------------------------------------------------------------------------------------------

MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def manifest(name):
    """A manifest by its file's name."""
    return yaml.safe_load((DEPLOY / "kubernetes" / f"{name}.yaml").read_text())


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_a_manifest_is_what_kubernetes_takes(path):
    (read,) = yaml.safe_load_all(path.read_text())
    kubernetes_validate.validate(read, kubernetes_validate.latest_version(), strict=True)


def test_a_manifest_with_a_wrong_word_is_found_out():
    wrong = manifest("deployment")
    wrong["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="readynessProbe"):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


def test_the_manifests_speak_of_one_another():
    deployment = manifest("deployment")
    pod = deployment["spec"]["template"]
    labels = pod["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert manifest("service")["spec"]["selector"] == labels
    assert manifest("disruption")["spec"]["selector"]["matchLabels"] == labels
    goal = manifest("autoscaler")["spec"]["scaleTargetRef"]
    assert (goal["kind"], goal["name"]) == ("Deployment", deployment["metadata"]["name"])
    (path,) = manifest("ingress")["spec"]["rules"][0]["http"]["paths"]
    assert path["backend"]["service"]["name"] == manifest("service")["metadata"]["name"]
    (container,) = pod["spec"]["containers"]
    assert container["ports"][0]["name"] == manifest("service")["spec"]["ports"][0]["targetPort"]


def test_compose_has_the_replicas_that_the_proxy_knows():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    known = dict(
        re.findall(r'^ +server (\w+) "\$\{\w+-([\w:]+)\}"', (DEPLOY / "haproxy.cfg").read_text(), re.MULTILINE)
    )
    assert known == {name: f"{name}:8501" for name in services if name != "proxy"}
    assert services["proxy"]["depends_on"].keys() == known.keys()
    assert f"for replica in {' '.join(known)};" in (DEPLOY / "roll.sh").read_text()


def test_the_container_has_what_the_program_is_made_of():
    text = (DEPLOY / "Containerfile").read_text()
    copied = dict(line.split() for line in re.findall(r"^COPY (.*)", text, re.MULTILINE))
    assert copied.keys() == {"requirements.txt", "app.py", ".streamlit", "pages", "convlab"}
    assert all((ROOT / name).exists() for name in copied)
    assert re.search(r"^USER 1000$", text, re.MULTILINE)
    assert f"app_port: {re.search(r'EXPOSE (.*)', text)[1]}\n" in (DEPLOY / "space" / "README.md").read_text()


def named(paths):
    """The variables of ConvLab that files name."""
    return {name for path in paths if path.is_file() for name in re.findall(r"CONVLAB_\w+", path.read_text())}


def test_the_files_tell_the_program_only_what_it_knows():
    told = named(DEPLOY.rglob("*"))
    assert "CONVLAB_FRAME_ANCESTORS" in told
    assert told <= named((ROOT / "convlab").rglob("*.py"))

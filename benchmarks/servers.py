"""The servers that are compared, each on a free port of this machine."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent
OPTIONS = ["--server.headless=true", "--server.address=127.0.0.1", "--browser.gatherUsageStats=false"]
TWO = "?layers=two"  # the demo that most figures are about


class Servers(NamedTuple):
    """Addresses, each with a slash at its end."""

    empty: str
    convlab: str
    plain: str


@contextmanager
def servers() -> Iterator[Servers]:
    """Everything that is compared, until the block ends."""
    with ExitStack() as stack:
        nowhere = Path(stack.enter_context(tempfile.TemporaryDirectory()))  # no config.toml applies there
        scripts = {HERE / "floor_app.py": nowhere, ROOT / "app.py": ROOT, HERE / "plain_app.py": nowhere}
        yield Servers(*(stack.enter_context(server(script, folder)) for script, folder in scripts.items()))


@contextmanager
def server(script: Path, folder: Path) -> Iterator[str]:
    """A Streamlit server, started in a folder; its address."""
    with started(script, folder) as (address, _):
        yield address


@contextmanager
def started(script: Path, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The same, with its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), f"--server.port={port}", *OPTIONS]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}/", process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until the server answers."""
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError("the server ended before it answered") from None
            time.sleep(0.2)
    raise TimeoutError(url)

"""Run the steps of `deploy/Containerfile` without Docker, in a bare folder, and start what it starts.

`make container` calls it, as root on Linux. The base image is this machine's `/usr` and a fresh virtual environment;
the steps change nothing outside the folder. At the end the program runs as the file's user, with a read-only file
system and without a network, until the health check is content: then torch must be loaded, a page must answer, a
picture's process must work, and nothing must be writable but `/tmp`. It downloads the packages: some minutes.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
MOUNTS = """
set -e
mount --make-rprivate /
mount --bind {root} {root}
for name in usr opt dev; do mount --rbind /$name {root}/$name; done
mount -t proc proc {root}/proc
"""
LOCKED = """
mount -o remount,ro,bind {root}
mount -o remount,ro,bind {root}/usr
mount -t tmpfs tmpfs {root}/tmp
ip link set lo up
as_user() {{ chroot {root} setpriv --reuid {user} --regid {user} --clear-groups --no-new-privs "$@"; }}
as_user {start} &
for second in $(seq 90); do
    if as_user {health} 2>/dev/null; then echo "healthy after $second s"; break; fi
    if [ "$second" = 90 ]; then echo "never healthy"; exit 1; fi
    sleep 1
done
as_user {look}
"""
LOOK = """
import os, urllib.request
from pathlib import Path
import convlab
programs = {path.name: (path / "cmdline").read_text().split(chr(0)) for path in Path("/proc").glob("[0-9]*")}
server = next(number for number, words in programs.items() if words[1:4] == ["-m", "streamlit", "run"])
maps = Path(f"/proc/{server}/maps").read_text()
assert "libtorch_cpu" in maps, "healthy before torch was loaded"
print(*(line for line in Path(f"/proc/{server}/status").read_text().splitlines() if line.startswith(("Uid", "VmRSS"))))
assert urllib.request.urlopen("http://127.0.0.1:8501/").status == 200
print("a picture", tuple(convlab.load_image(convlab.SAMPLES["panda"].path.read_bytes()).shape))
for place in ("/", "/app", "/app/convlab", "/etc", "/home/convlab", "/root", "/usr/lib", "/venv", "/weights"):
    try:
        Path(place, "written").write_text("x")
    except OSError:
        continue
    raise SystemExit(f"could write to {place}")
Path("/tmp/written").write_text("x")
print("in /tmp", sorted(path.name for path in Path("/tmp").iterdir()))
"""


def steps(text: str) -> list[tuple[str, str]]:
    """The instructions of a container file and what stands behind each."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    pairs = (line.partition(" ") for line in joined.splitlines())
    return [(name, rest.strip()) for name, _, rest in pairs]


class Container:
    """A folder that stands for the container's file system, and what the instructions have set."""

    def __init__(self, root: Path) -> None:
        self.root, self.user, self.work, self.health = root, "0", "/", ""
        self.told = {name: told for name, told in os.environ.items() if name.startswith("PIP_")}  # where packages are
        self.told |= {"PATH": "/venv/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        root.chmod(0o755)  # as the root of a file system is
        for name in ("usr", "opt", "dev", "proc", "tmp", "home", "root", "weights"):
            (root / name).mkdir()
        for name in ("bin", "sbin", "lib", "lib64"):
            (root / name).symlink_to(f"usr/{name}")
        shutil.copytree("/etc", root / "etc", symlinks=True)
        for name in ("passwd", "group", "shadow", "gshadow"):  # nobody but root is there yet
            lines = (root / "etc" / name).read_text().splitlines(keepends=True)
            (root / "etc" / name).write_text("".join(line for line in lines if line.startswith("root:")))

    def take(self, name: str, rest: str) -> None:
        """Do what an instruction says."""
        print(name, rest, flush=True)
        getattr(self, f"_{name.lower()}")(rest)

    def _from(self, _: str) -> None:
        self._run("/usr/bin/python3 -m venv /venv")

    def _arg(self, rest: str) -> None:
        name, _, default = rest.partition("=")
        self.told[name] = os.environ.get(name, default.strip('"'))

    def _env(self, rest: str) -> None:
        self.told |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _workdir(self, rest: str) -> None:
        self.work = rest
        (self.root / rest[1:]).mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        source, goal = rest.split()
        there = self.root / self.work[1:] / goal
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, there)

    def _run(self, rest: str) -> None:
        self._unshare(MOUNTS.format(root=self.root) + f"chroot {self.root} {self._words(['sh', '-ec', rest])}")

    def _user(self, rest: str) -> None:
        self.user = rest

    def _expose(self, rest: str) -> None:
        assert rest == "8501"

    def _healthcheck(self, rest: str) -> None:
        self.health = self._words(json.loads(rest.partition("CMD ")[2]))

    def _cmd(self, rest: str) -> None:
        how = {
            "start": self._words(json.loads(rest)),
            "health": self.health,
            "look": self._words(["python", "-c", LOOK]),
        }
        script = (MOUNTS + LOCKED).format(root=self.root, user=self.user, **how)
        self._unshare(script, "--net", "--pid", "--fork", "--kill-child")

    def _words(self, command: list[str]) -> str:
        """A command with what it is told, for a shell, in the folder where the container's program would be."""
        told = [f"{name}={value}" for name, value in self.told.items()]
        return shlex.join(["env", "-i", f"--chdir={self.work}", *told, *command])

    @staticmethod
    def _unshare(script: str, *how: str) -> None:
        """Run a script where what it mounts is nobody else's."""
        subprocess.run(["unshare", "--mount", *how, "bash", "-c", script], check=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        container = Container(Path(folder))
        for step in steps((ROOT / "deploy" / "Containerfile").read_text()):
            container.take(*step)
    print("every step works")

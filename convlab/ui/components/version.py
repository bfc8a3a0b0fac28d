"""Which scripts and styles these are: a part of every component's name, and so of the addresses of its files."""

from hashlib import blake2b
from pathlib import Path
from typing import Final

_HERE = Path(__file__).parent


def _hashed(file: Path) -> bytes:
    """A short digest of a file as it is now."""
    return blake2b(file.read_bytes(), digest_size=16).digest()


def _found() -> dict[str, bytes]:
    """Every script and style by its path from here, with its digest."""
    files = (file for file in _HERE.rglob("*") if file.suffix in {".js", ".css"})
    return {file.relative_to(_HERE).as_posix(): _hashed(file) for file in files}


FOUND: Final = _found()  # as this process found them
VERSION: Final = blake2b(repr(sorted(FOUND.items())).encode(), digest_size=6).hexdigest()


def is_as_found(path: str) -> bool:
    """Whether a script or style, by its path from here, is still what this process found."""
    return path in FOUND and _hashed(_HERE / path) == FOUND[path]

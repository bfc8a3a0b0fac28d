"""Which scripts and styles these are: a part of every component's name, and so of the addresses of its files."""

from hashlib import blake2b
from pathlib import Path
from typing import Final


def digest() -> str:
    """A short digest of every script and style as the files are now."""
    folder, hashed = Path(__file__).parent, blake2b(digest_size=6)
    for file in sorted(file for file in folder.rglob("*") if file.suffix in {".js", ".css"}):
        hashed.update(f"\n{file.relative_to(folder).as_posix()}\n".encode() + file.read_bytes())
    return hashed.hexdigest()


VERSION: Final = digest()  # as this process found them

"""Declares a component: its files are served once, its message is packed, its page is dark or light."""

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import streamlit as st
import torch
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from torch import Tensor

from convlab.ui.components.version import VERSION

Heard = Callable[[], None]  # called when an event has come; what it holds is found in the session
Range = tuple[int, int]  # where an array starts, in bytes, and how many elements it has

_DISTRIBUTION = f"convlab-{VERSION}"  # a part of the files' addresses, so that a browser may keep them for good
_PACKAGE = Path(__file__).parents[2]
_ASSETS = "ui/components"
_lock = Lock()


def declared(name: str, html: str) -> Callable[..., Any]:
    """A component whose script is `<name>/main.js` and whose style is `<name>/<name>.css`.

    Both are sent as addresses, so that a browser keeps them and they may import what is in `shared/`.

    Parameters
    ----------
    name : str
        The folder in `components/`.
    html : str
        What stands on the page before the script runs: one empty element.

    Returns
    -------
    callable
        Mounts the component: `key`, `data`, `on_<event>_change`.
    """

    @cache
    def renderer() -> Callable[..., Any]:
        """Made at the first use, when a runtime is there to take it."""
        css, js = f"{name}/{name}.css", f"{name}/main.js"
        return st.components.v2.component(f"{_DISTRIBUTION}.{name}", html=html, css=css, js=js)

    def mount(**given: Any) -> Any:
        """Put one on the page."""
        serve(name)
        return renderer()(**given)

    return mount


def serve(name: str) -> None:
    """Tell the runtime where the component's files are; an installed package would say so in its pyproject."""
    manager = get_bidi_component_manager()
    with _lock:
        if manager.get_component_asset_root(f"{_DISTRIBUTION}.{name}") is None:
            manifest = ComponentManifest(_DISTRIBUTION, VERSION, [ComponentConfig(name, _ASSETS)])
            manager.register_from_manifest(manifest, _PACKAGE)


class Payload:
    """Arrays one after another; each is found again by its range."""

    def __init__(self) -> None:
        self._data = bytearray()

    def add(self, values: Tensor) -> Range:
        """Append an array, row by row: uint8 as it is, any other kind as float32 at a multiple of four bytes."""
        flat = values.detach().contiguous().flatten()
        if flat.dtype != torch.uint8:
            flat = flat.to(torch.float32)
            self._data += bytes(-len(self._data) % 4)
        start = len(self._data)
        self._data += flat.numpy().tobytes()
        return start, flat.numel()

    def packed(self) -> bytes:
        """All of them, deflated."""
        return deflated(self._data) + END


END = b"\x03\x00"  # closes what `deflated` made


def deflated(data: bytes | bytearray, strategy: int = zlib.Z_DEFAULT_STRATEGY) -> bytes:
    """Bytes compressed quickly rather than well; others may follow, and `END` has to."""
    squeeze = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, strategy)
    return squeeze.compress(data) + squeeze.flush(zlib.Z_SYNC_FLUSH)


def packed(header: Mapping[str, Any], payload: bytes) -> bytes:
    """One message: the header's length in four bytes, the header as deflated JSON, the payload."""
    text = deflated(_json(header)) + END
    return len(text).to_bytes(4, "little") + text + payload


def mark(header: Mapping[str, Any], payload: bytes = b"") -> str:
    """A short name for what a message draws: the same name, the same picture."""
    return hashlib.blake2b(_json(header) + payload, digest_size=8).hexdigest()


def _json(header: Mapping[str, Any]) -> bytes:
    """A header as text."""
    return json.dumps(header, separators=(",", ":"), allow_nan=False).encode()


def is_dark() -> bool:
    """Whether the visitor's page is dark, as far as the browser has said so."""
    return st.context.theme.type == "dark"


def nothing() -> None:
    """Nobody listens; an event still has to be taken."""

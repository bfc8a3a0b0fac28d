"""What components are made of: messages, and the inside of Streamlit that serves their files."""

import json
import runpy
import struct
import zlib
from pathlib import Path

import pytest
import torch
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from convlab.ui.components import component
from convlab.ui.components.component import Payload, mark, packed

COMPONENTS = Path(component.__file__).parent


def test_a_message_says_where_its_arrays_are():
    payload = Payload()
    colours = payload.add(torch.tensor([7, 8, 255], dtype=torch.uint8))
    numbers = payload.add(torch.tensor([[1.5, -2.0]]))
    flags = payload.add(torch.tensor([True, False]))
    message = packed({"words": "×", "numbers": numbers}, payload.packed())
    length = struct.unpack_from("<I", message)[0]
    header = zlib.decompress(message[4 : 4 + length], -zlib.MAX_WBITS)
    assert json.loads(header) == {"words": "×", "numbers": list(numbers)}
    data = zlib.decompress(message[4 + length :], -zlib.MAX_WBITS)
    assert list(data[colours[0] : colours[0] + colours[1]]) == [7, 8, 255]
    assert numbers[0] % 4 == flags[0] % 4 == 0
    assert struct.unpack_from("<2f", data, numbers[0]) == (1.5, -2.0)
    assert struct.unpack_from("<2f", data, flags[0]) == (1.0, 0.0)


def test_a_mark_is_the_same_for_the_same_picture_alone():
    assert mark({"a": 1}, b"x") == mark({"a": 1}, b"x")
    assert len({mark({"a": 1}, b"x"), mark({"a": 2}, b"x"), mark({"a": 1}, b"y")}) == 3


def test_what_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        packed({"infinite": float("inf")}, b"")


def test_streamlit_still_takes_files_that_a_program_declares(tmp_path):
    """The inside that `component.py` uses: should it change, this is where it is noticed."""
    (tmp_path / "ui" / "own").mkdir(parents=True)
    (tmp_path / "ui" / "own" / "main.js").write_text("export default () => undefined;")
    manager = BidiComponentManager()
    assert manager.get_component_asset_root("convlab.own") is None
    manager.register_from_manifest(ComponentManifest("convlab", "1", [ComponentConfig("own", "ui")]), tmp_path)
    assert manager.get_component_asset_root("convlab.own") == tmp_path / "ui"
    given = {"component_key": "convlab.own", "html": "", "css": None, "js": "own/main.js"}
    manager.ensure_definition_if_missing_or_placeholder(**given)
    definition = manager.get("convlab.own")
    assert definition.js_url == "own/main.js"
    assert definition.js_content is None


@pytest.mark.parametrize("path", sorted(COMPONENTS.glob("*/message.py")), ids=lambda path: path.parent.name)
def test_the_types_of_a_message_are_the_ones_that_the_script_knows(path):
    tool = runpy.run_path(str(COMPONENTS.parents[2] / "tools" / "message_types.py"))
    assert path.with_name("message.d.ts").read_text(encoding="utf-8") == tool["printed"](path.parent.name)

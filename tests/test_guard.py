"""What a hostile browser sends is left out before Streamlit reads it; what an honest one sends is passed on."""

import pytest
from starlette.datastructures import Headers
from streamlit.proto.BackMsg_pb2 import BackMsg

from convlab.ui import server
from convlab.ui.guard import Guard, fields

GUARD = Guard(None)


def message(*states):
    """A rerun with some widgets' values: (key, field, value)."""
    sent = BackMsg()
    for key, field, value in states:
        state = sent.rerun_script.widget_states.widgets.add(id=f"$$ID-0123456789abcdef-{key}")
        if field.endswith("array_value"):
            getattr(state, field).data.extend(value)
        else:
            setattr(state, field, value)
    return sent.SerializeToString()


HONEST = [
    ("stride", "double_array_value", [2.0]),
    ("step_by_step_stride_rows", "double_array_value", [2.0]),
    ("pool", "string_array_value", ["avg"]),
    ("there_and_back_part", "string_array_value", ["larger"]),
    ("bank", "string_value", "Sobel"),
    ("more", "bool_value", True),
    ("step_by_step_bias", "double_value", 0.5),
    ("reset", "trigger_value", True),
    ("maps", "json_trigger_value", '[{"event": "pixel", "value": "0,0,1,1"}]'),
    ("another", "string_value", "x"),
]
HOSTILE = [
    ("maps", "json_trigger_value", "[" * 5000 + "]" * 5000),
    ("maps", "json_value", "{}"),
    ("maps", "json_trigger_value", "{"),
    ("maps", "json_trigger_value", "9" * 5000),
    ("stride", "string_value", "2"),
    ("stride", "bool_value", True),
    ("pool", "double_value", 2.0),
    ("bank", "string_array_value", ["sobel"]),
    ("step_by_step_more", "string_array_value", ["x"]),
    ("grey", "double_array_value", [1.0]),
]


def test_an_honest_message_is_passed_on_as_it_is():
    sent = message(*HONEST)
    assert GUARD.cleaned(sent) == sent
    assert GUARD.cleaned(b"\xff\xff nonsense") == b"\xff\xff nonsense"


@pytest.mark.parametrize("state", HOSTILE, ids=lambda state: f"{state[0]} {state[1]}")
def test_what_no_page_sends_is_left_out_and_the_rest_stays(state):
    assert GUARD.cleaned(message(HONEST[0], state, HONEST[-1])) == message(HONEST[0], HONEST[-1])


def test_every_control_says_in_which_field_its_value_travels():
    assert {"stride", "stride_rows", "picture", "step_by_step_input_size_columns", "step_by_step_more"} <= set(fields())


@pytest.mark.parametrize(
    ("trusted", "origin", "passes"),
    [
        ((), "https://lab.example", True),
        ((), "https://LAB.example", True),
        ((), "https://lab.example:8443", False),
        ((), "https://other.example", False),
        ({"other.example"}, "https://other.example", True),
        ({"other.example"}, "https://another.example", False),
        (None, "https://another.example", True),
    ],
)
def test_which_origins_are_the_servers_own(trusted, origin, passes):
    headers = Headers({"host": "lab.example", "origin": origin})
    assert Guard(None, trusted)._is_ours(headers) == passes


def test_streamlits_settings_name_the_hosts_that_are_trusted(monkeypatch):
    monkeypatch.setattr(server.config, "is_manually_set", lambda name: name == "browser.serverAddress")
    known = {"server.enableCORS": True, "server.corsAllowedOrigins": ["https://lms.example:1"]}
    known["browser.serverAddress"] = "lab.example"
    monkeypatch.setattr(server.config, "get_option", known.get)
    assert server._trusted() == {"lms.example", "lab.example"}
    known["server.enableCORS"] = False
    assert server._trusted() is None

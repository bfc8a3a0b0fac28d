"""What no page sends is left out before Streamlit reads it: of a browser's messages, and whole uploads."""

import json

from google.protobuf.message import DecodeError
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from convlab.ui.fields import Choice, Count, Decimal, Flag, Numbers, Sides, Whole, keys_of, settings_of
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.network.chosen import prefix_of
from convlab.ui.network.one import OneLayer
from convlab.ui.network.row import MOST
from convlab.ui.registry import PAGES

_FIELDS = {Whole: "double_array_value", Sides: "double_array_value", Decimal: "double_value", Flag: "bool_value"}
_FIELDS |= {Count: "double_value", Numbers: "string_value"}
_UPLOADS = "/_stcore/upload_file/"
_OTHERS = {"apart": "bool_value", "more": "bool_value", "code": "bool_value", "downloads": "bool_value"}
_NETWORKS = {"network_preset": "string_value", "network_pasted": "string_value", "network_paste": "bool_value"}
_TEACHERS = {"teach_of": "string_value", "teach_task": "string_value"}


def fields() -> dict[str, str]:
    """In which field of a message each control's value travels, by the control's key."""
    known = _OTHERS | _NETWORKS | _TEACHERS
    for page in PAGES.values():
        known |= {page.prefix + name: field for name, field in _OTHERS.items()}
        known |= _of(page.prefix, page.settings)
        known |= {f"teach_{what}_{page.path}": "string_array_value" for what in ("shows", "locks")}
    for number in range(1, MOST + 1):
        known |= _of(prefix_of(PAGES["network"].prefix, number), OneLayer)
    return {key: field for key, field in known.items() if field}


def _of(prefix: str, settings: type[LayerSettings]) -> dict[str, str]:
    """The same for the controls of some settings; none for what has none."""
    known: dict[str, str] = {}
    for name, setting in settings_of(settings).items():
        kind = setting.kind
        field = _FIELDS.get(type(kind), "")
        if isinstance(kind, Choice):
            field = "string_array_value" if kind.beside else "string_value"
        known |= dict.fromkeys((prefix + key for key in keys_of(name, kind)), field)
    known[f"{prefix}apart"] = "bool_value"
    return known


class Guard:
    """Middleware on the WebSocket: JSON that can't be read, or a control's value of another type, is left out.

    Streamlit would fail on it in every later run of that visit. Pictures come through the WebSocket; no page has an
    uploader, so that Streamlit's own way for files, which keeps them in memory, is closed.

    Parameters
    ----------
    app : ASGIApp
        What answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._fields = fields()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on, with what its messages may hold."""

        async def heard() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes"):
                message["bytes"] = self.cleaned(message["bytes"])
            return message

        if scope["type"] == "http" and _UPLOADS in scope["path"]:
            await PlainTextResponse("There are no uploads here.", 403)(scope, receive, send)
            return
        await self._app(scope, heard if scope["type"] == "websocket" else receive, send)

    def cleaned(self, data: bytes) -> bytes:
        """A message without what no page sends; as it is where there is nothing to leave out."""
        message = BackMsg()
        try:
            message.ParseFromString(data)
        except DecodeError:
            return data  # Streamlit itself refuses it
        if message.WhichOneof("type") != "rerun_script":
            return data
        states = message.rerun_script.widget_states.widgets
        good = [state for state in states if self._makes_sense(state)]
        if len(good) == len(states):
            return data
        del states[:]
        states.extend(good)
        return message.SerializeToString()

    def _makes_sense(self, state: WidgetState) -> bool:
        """Whether a page can have sent a widget's value."""
        field = state.WhichOneof("value") or ""
        expected = self._fields.get(state.id.rpartition("-")[2])
        if expected and field and field != expected:
            return False
        if field == "json_value":
            return False  # a component's own state: none of ours keeps any
        if field != "json_trigger_value":
            return True
        try:
            json.loads(getattr(state, field))
        except (ValueError, RecursionError):
            return False
        return True

"""The sidebar. Its truth is one `Settings`; a widget changes it as soon as it is touched."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from convlab.errors import ConvLabError
from convlab.kernels import BANKS
from convlab.ui import pictures
from convlab.ui.settings import (
    BIAS_RANGE,
    PAIRS,
    RANGES,
    LayerSettings,
    Refusal,
    S,
    Settings,
    difference,
    from_query,
    refusal_of,
)

_AXES = ("rows", "columns")
# Every slider's key: these are followed live.
SLIDERS = [
    *("max_side", "out_channels", "seed", "pool_stride"),
    *(name for name in PAIRS),
    *(f"{name}_{axis}" for name in PAIRS for axis in _AXES),
]


# What a refusal can be about whose control is under "More settings".
HIDDEN = ("out_channels", "padding_mode", "groups", "in_channels", "bank", "weight", "bias", "input")


def start(kind: type[LayerSettings]) -> str:
    """Begin a page's run; on its first one in a visit read the address, with a quiet word about what made no sense.

    Parameters
    ----------
    kind : type
        The page's kind of settings. Each kind is kept for the visit, so that a page is found again as it was left.
    """
    st.session_state.pop("_ask", None)  # a question of the stage's script: the whole page's run answers none
    st.session_state["page"] = kind.__name__
    if kind.__name__ in st.session_state:
        return ""
    settings, bad = from_query(st.query_params.to_dict(), kind)
    show(settings)
    if bad:
        names = ", ".join(f"`{re.sub(r'[^0-9A-Za-z_ ]', '', name)[:30]}`" for name in bad[:5])
        return f"The link's {names} made no sense here and {'was' if len(bad) == 1 else 'were'} left at the default."
    return ""


def current() -> Any:
    """What the visitor has set on this page."""
    return st.session_state[st.session_state["page"]]


def show(settings: LayerSettings | None = None, **changes: Any) -> None:
    """Make these the visitor's settings; for callbacks, before the widgets are drawn."""
    new = replace(settings or current(), **changes)
    st.session_state[type(new).__name__] = new
    split(is_split() or new.apart)


def is_split() -> bool:
    """Whether this page has sliders for rows and for columns."""
    return st.session_state.get(f"split_{st.session_state['page']}", False)


def split(apart: bool) -> None:
    """Give this page's sliders one number for both axes, or one for each."""
    st.session_state[f"split_{st.session_state['page']}"] = apart


def reset() -> None:
    """Back to how the page first opens; the visitor's own pictures stay at hand."""
    restart(type(current())())


def restart(settings: LayerSettings) -> None:
    """Begin anew with some settings, whatever was set, pinned or pointed at before."""
    split(False)
    st.session_state["fresh"] = st.session_state.get("fresh", 0) + 1
    show(settings)


def changed(settings: S, key: str, value: Any) -> S:
    """The settings after one widget has a new value; a number outside its range counts as the range's end."""
    name, _, axis = key.rpartition("_")
    pairs = settings.pairs()
    one_axis = name in pairs and axis in _AXES
    low, high = BIAS_RANGE if key == "bias" else settings.ranges.get(name if one_axis else key, (value, value))
    value = min(max(value, low), high)
    if one_axis:
        rows, columns = getattr(settings, name)
        change: dict[str, Any] = {name: (value, columns) if axis == "rows" else (rows, value)}
    else:
        change = {key: (value, value) if key in pairs else value}
    return replace(settings, **change)


def slider_values(settings: Settings) -> dict[str, int]:
    """What every slider says for some settings."""
    values = {}
    for key in SLIDERS:
        name, _, axis = key.rpartition("_")
        value = getattr(settings, key if key in RANGES else name)
        values[key] = value[_AXES.index(axis) if axis in _AXES else 0] if isinstance(value, tuple) else value
    values["out_channels"] = min(settings.out_channels, settings.kernels_of_bank)
    return values


def on(kind: type[LayerSettings]) -> bool:
    """Whether the visitor is on the page with these settings; a script's last word may come after it was left."""
    return isinstance(current(), kind)


def take_edits(kind: type[LayerSettings], sent: Any, write: Callable[[Any], None]) -> None:
    """Write the cells that a script sends, in their order; it sends each one until an answer has its number.

    Parameters
    ----------
    kind : type
        The page's settings; nothing is written on another page.
    sent : list of dict
        Each with a `number`, and whatever `write` reads.
    write : callable
        Makes one of them a setting; a ConvLabError becomes the page's note, and so does what is no cell.
    """
    for one in sent if isinstance(sent, list) and on(kind) else []:
        try:
            if type(one["number"]) is int and seen_edit() < one["number"] < 2**53:
                st.session_state["seen_edit"] = one["number"]
                write(one)
        except ConvLabError as error:
            st.session_state["_note"] = str(error)
        except (AttributeError, TypeError, KeyError, ValueError):
            st.session_state["_note"] = "That is no cell that can be written. Choose one of those that are shown."


def seen_edit() -> int:
    """The number of the last cell that was written by hand, or refused."""
    return st.session_state.get("seen_edit", 0)


def good_of(asked: S, refusal: Refusal | None, check: Callable[[S], None], **kept: Any) -> S:
    """What to show: the asked settings; where they are refused the last good ones, with what is `kept` of the new."""
    key = f"good_{type(asked).__name__}"
    good = asked
    if refusal:  # what was good before may not work any more: on another picture, beside a pinned A
        good = replace(st.session_state.get(key, type(asked)()), **kept)
        if refusal_of(good, check):
            good = refusal.way_out or type(asked)()
    st.session_state[key] = good
    return good


def show_refusal(refusal: Refusal, key: str) -> None:
    """The message of a refusal, with the button that mends it."""
    with st.container(key=f"refusal_{key}"):
        st.warning(str(refusal.error))
        if refusal.way_out:
            label = difference(current(), refusal.way_out)
            st.button(label, key=f"mend_{key}", on_click=show, args=(refusal.way_out,))


def sidebar(settings: Settings, refusal: Refusal | None) -> None:
    """Draw the controls, in the order in which a beginner meets them."""
    with st.sidebar:
        select("picture", "Picture")
        _own_picture(settings)
        slider("max_side", "Picture size, pixels", help="The larger side: a larger picture is brought down to it.")
        problem(refusal, ("max_side", "work"))
        segments("operation", "Operation")
        select("bank", "Kernels", help=bank_help(settings))
        for name, label in _sizes(settings):
            size(settings, name, label, refusal)
        segments("pool", "Pooling")
        problem(refusal, ("pool_size",))
        segments("layers", "Layers")
        _more(settings, refusal)


def _sizes(settings: Settings) -> list[tuple[str, str]]:
    """The sliders of the layer: names and labels."""
    names = ["kernel_size", "stride", "padding", "dilation"]
    if settings.transposed:
        names.append("output_padding")
    return [(name, name.replace("_", " ").capitalize()) for name in names]


_HELP = {
    "kernel_size": "Rows and columns of each kernel.",
    "stride": "How many pixels the kernel moves at a time. In a transposed convolution: how far apart the stamps lie.",
    "padding": "Rows and columns put around the picture. In a transposed convolution they are cropped off the output.",
    "dilation": "How far apart the kernel's cells lie; 1 is side by side.",
    "output_padding": "More rows and columns at the output's end, computed and not zero; less than stride or dilation.",
}


def size(settings: LayerSettings, name: str, label: str, refusal: Refusal | None) -> None:
    """One slider for both axes, or one for each, and the message of what is wrong with it."""
    disabled = name == "padding" and settings.padding_kind != "numbers" and not settings.pooling
    low, high = settings.ranges[name]
    if is_split():
        for axis in _AXES:
            key = f"{name}_{axis}"
            _seed(key, getattr(settings, name)[_AXES.index(axis)])
            st.slider(f"{label}, {axis}", low, high, key=key, on_change=_take, args=(key,), disabled=disabled)
    else:
        _seed(name, getattr(settings, name)[0])
        st.slider(label, low, high, key=name, on_change=_take, args=(name,), disabled=disabled, help=_HELP.get(name))
    problem(refusal, (name,))


def _more(settings: Settings, refusal: Refusal | None) -> None:
    """The rest, drawn only when it is opened."""
    more = st.expander("More settings", key="more", on_change="rerun")
    if not more.open:
        problem(refusal, HIDDEN)
        return
    with more:
        apart()
        st.markdown("**Picture**")
        toggle("grey", "Grey: one channel")
        st.markdown("**Kernels**")
        if settings.kernels_of_bank > 1:
            slider("out_channels", "Number of kernels", high=settings.kernels_of_bank)
        if settings.bank == "random":
            slider("seed", "Seed")
        toggle("flip", "Flip: true convolution", help="Turn each kernel by 180°; the layer itself does not.")
        toggle("depthwise", "Depthwise", help="groups = in_channels: each channel has a kernel of its own.")
        bias(settings)
        st.markdown("**Padding**")
        segments("padding_kind", "Padding as")
        select("padding_mode", "Padding mode", help="What the padding cells read.")
        problem(refusal, HIDDEN)
        if settings.pool != "none":
            st.markdown("**Pooling**")
            size(settings, "pool_size", "Pooling size", None)
            slider("pool_stride", "Pooling stride", help="0: as large as the pooling size.")
            toggle("ceil_mode", "Round the size up", help="ceil_mode: a last window may hang over the end.")


def problem(refusal: Refusal | None, names: Sequence[str]) -> None:
    """The message beside the control that it is about."""
    if refusal and refusal.error.parameter in names:
        show_refusal(refusal, "control")


def bank_help(settings: LayerSettings) -> str:
    """What the chosen kernels do."""
    return BANKS[settings.bank].about if settings.bank in BANKS else "As a new layer has them, before any training."


def _seed(key: str, value: Any) -> None:
    """Give a widget its value, where it has another or none."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _take(key: str) -> None:
    """A widget was touched: its value goes into the settings."""
    show(changed(current(), key, st.session_state[key]))


def apart() -> None:
    """The switch that sets rows and columns apart."""
    _seed("apart", is_split())
    st.toggle("Rows and columns apart", key="apart", on_change=_take_apart)


def bias(settings: LayerSettings) -> None:
    """One bias for all kernels."""
    _seed("bias", settings.bias)
    st.number_input("Bias", *BIAS_RANGE, step=0.1, key="bias", on_change=_take, args=("bias",), format="%.2f")


def _take_apart() -> None:
    """Rows and columns are set apart, or together again: then the rows' number holds for both."""
    split(st.session_state["apart"])
    if not st.session_state["apart"]:
        together: dict[str, Any] = {name: (getattr(current(), name)[0],) * 2 for name in current().pairs()}
        show(**together)


def select(key: str, label: str, help: str | None = None) -> None:
    """A choice from a list."""
    _seed(key, getattr(current(), key))
    options = current().choices[key]
    st.selectbox(label, options, format_func=options.__getitem__, key=key, on_change=_take, args=(key,), help=help)


def segments(key: str, label: str) -> None:
    """A choice from a few."""
    _seed(key, getattr(current(), key))
    options = current().choices[key]
    st.segmented_control(
        label,
        options,
        format_func=options.__getitem__,
        key=key,
        on_change=_take,
        args=(key,),
        required=True,
        width="stretch",
    )


def slider(key: str, label: str, high: int | None = None, help: str | None = None) -> None:
    """A number."""
    low, most = current().ranges[key]
    most = high or most
    _seed(key, min(getattr(current(), key), most))
    st.slider(label, low, most, key=key, on_change=_take, args=(key,), help=help)


def toggle(key: str, label: str, help: str | None = None) -> None:
    """A yes or no."""
    _seed(key, getattr(current(), key))
    st.toggle(label, key=key, on_change=_take, args=(key,), help=help)


def _own_picture(settings: Settings) -> None:
    """The uploader or the camera, where one was chosen."""
    if settings.picture == "upload":
        pictures.uploader()
    elif settings.picture == "camera":
        pictures.camera()

"""The sidebar of the row: a preset, and the chosen layer's controls."""

import streamlit as st

from convlab.ui import session
from convlab.ui.controls import Controls, more_settings
from convlab.ui.network.chosen import chosen_layer, prefix_of
from convlab.ui.network.one import NAMES, OneLayer
from convlab.ui.network.presets import PRESETS, preset_of
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.session import Visit
from convlab.ui.way_out import refusal_of

_OWN = "own"
_TITLES = {name: preset.title for name, preset in PRESETS.items()} | {_OWN: "Your row"}
_DROPS = "Only training drops numbers: here it changes nothing."
_ABOUT = {
    "BatchNorm2d": "Nothing has trained it: mean 0, variance 1, scale 1. So it changes next to nothing here.",
    "Dropout": _DROPS,
    "Dropout2d": _DROPS,
}


def preset(controls: Controls[NetworkSettings]) -> None:
    """Which row to begin with."""
    visit, settings = controls.visit, controls.settings
    now = preset_of(settings.layers) or _OWN
    names = [name for name in _TITLES if name != _OWN or now == _OWN]
    key = f"{controls.prefix}preset"
    session.give(visit, key, now)
    st.selectbox(
        "Row",
        names,
        index=names.index(now),
        format_func=lambda name: _TITLES.get(name, name),
        key=key,
        on_change=_take,
        args=(visit, key),
        disabled=controls.locked("layers"),
    )


def _take(visit: Visit[NetworkSettings], key: str) -> None:
    """A preset was chosen."""
    if session.touched(visit, key):
        name = session.said(key)
        if name in PRESETS:
            visit.show(visit.asked.looking_at("", layers=PRESETS[name].layers))


def layer_controls(controls: Controls[NetworkSettings]) -> None:
    """The controls of the chosen layer, those that its kind has, and what nobody needs at first."""
    visit = chosen_layer(controls.visit) if "layers" not in controls.settings.left_out else None
    if not visit:
        more_settings(controls, lambda: controls.draw("max_side", "grey"))
        return
    layer = Controls(visit, prefix_of(controls.prefix, visit.number), refusal_of(visit.asked, visit.check))
    _draw(layer, visit.number)
    more_settings(controls, lambda: _more(controls, layer))
    if layer.refusal and not layer.told:
        layer.show_refusal("layer")


def _draw(controls: Controls[OneLayer], number: int) -> None:
    """Its name, and what is in the open."""
    one = controls.settings
    st.markdown(f"**Layer {number}: {NAMES[one.operation]}**")
    for name in one.in_the_open:
        controls.draw(name)
        if name == "kernel_size":
            controls.apart()
    if one.operation in _ABOUT:
        st.caption(_ABOUT[one.operation])


def _more(controls: Controls[NetworkSettings], layer: Controls[OneLayer]) -> None:
    """The rest of the layer's settings, and the picture's."""
    layer.draw(*layer.settings.seldom)
    controls.draw("max_side", "grey")

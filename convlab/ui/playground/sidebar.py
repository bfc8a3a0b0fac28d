"""The playground's controls, in the order in which a beginner meets them."""

import streamlit as st

from convlab.ui import own_pictures
from convlab.ui.controls import HIDDEN, Controls, kernel_controls, layer_controls, padding_controls
from convlab.ui.pictures import OWN_PICTURES
from convlab.ui.playground.settings import PlaygroundSettings


def sidebar(controls: Controls[PlaygroundSettings]) -> None:
    """Draw them."""
    settings = controls.settings
    controls.draw("picture")
    if settings.picture in OWN_PICTURES:
        own_pictures.chooser(settings.picture)
    controls.draw("max_side")
    controls.problem("work")
    controls.draw("operation")
    controls.draw("bank", help=settings.about_bank)
    layer_controls(controls, ["kernel_size", "stride", "padding", "dilation"])
    controls.draw("pool")
    controls.problem("pool_size")
    controls.draw("layers")
    more = st.expander("More settings", key=f"{controls.prefix}more", on_change="rerun")
    if more.open:
        with more:
            _more(controls)
    controls.problem(*HIDDEN)


def _more(controls: Controls[PlaygroundSettings]) -> None:
    """The rest, drawn only when it is opened."""
    settings = controls.settings
    controls.apart()
    st.markdown("**Picture**")
    controls.draw("grey")
    st.markdown("**Kernels**")
    kernel_controls(controls)
    if settings.bank == "random":
        controls.draw("seed")
    st.markdown("**Padding**")
    padding_controls(controls)
    controls.problem(*HIDDEN)
    if settings.pool != "none":
        st.markdown("**Pooling**")
        controls.draw("pool_size", "pool_stride", "ceil_mode")
    st.markdown("**Colours**")
    controls.draw("hatched")

"""An animation of the step page's settings, made when it is asked for."""

from typing import Any

import streamlit as st

from convlab.animation import FORMATS, animate
from convlab.errors import ConvLabError
from convlab.ui.session import Visit
from convlab.ui.steps.settings import StepSettings, step_of
from convlab.ui.turns import FILES
from convlab.ui.way_out import in_words


def animation(visit: Visit[StepSettings], good: StepSettings) -> None:
    """An animation of the present settings, made when it is asked for."""
    box = st.expander("An animation to keep", key="animation", on_change="rerun")
    if not box.open:
        return
    layer: Any = step_of(good).layer
    with box:
        st.markdown("One step a picture, for slides. Only where things lie is drawn, so it has no numbers.")
        left, right = st.columns([1, 1])
        with left:
            format_ = st.segmented_control("Format", FORMATS, default="gif", format_func=str.upper, required=True)
            st.button("Make the animation", key="make_animation", type="primary", on_click=_want, args=(visit,))
        if visit.wanted:
            with left:
                bar = st.progress(0.0, "Drawing the steps…")
            try:
                with FILES.turn("animation"):
                    data = animate(layer, good.input_size, str(format_), progress=lambda share: bar.progress(share))
                visit.made = (layer, good.input_size, format_), data
            except ConvLabError as error:
                left.warning(in_words(error))
            visit.wanted = False
            bar.empty()
        if visit.made and visit.made[0] == (layer, good.input_size, format_):
            with right:
                _keep(visit.made[1], str(format_))


def _want(visit: Visit[StepSettings]) -> None:
    """It is asked for: a run that is interrupted while it makes it leaves it to the next one."""
    visit.wanted = True


def _keep(data: bytes, format_: str) -> None:
    """The animation that was made."""
    st.image(data, caption=f"{len(data) / 1000:,.0f} KB")
    name, mime = f"convlab.{format_}", f"image/{format_}"
    st.download_button(f"Download the {format_.upper()}", data, name, mime, key="get_animation", on_click="ignore")

"""The parts of the step page around the grids: heading, sidebar, animation, examples."""

from dataclasses import replace
from itertools import groupby
from typing import Any

import streamlit as st

from convlab.animation import FORMATS, animate
from convlab.errors import ConvLabError
from convlab.layers import Layer
from convlab.ui import controls, page
from convlab.ui.settings import Refusal, to_address
from convlab.ui.steps import EXAMPLES, StepSettings, facts, step_of


def heading(good: StepSettings) -> None:
    """Title, the layer, its shapes and its size formula; reset on the right."""
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.markdown(f"{page.STYLE}\n\n# Step by step", width="content", unsafe_allow_html=True)
        st.markdown("Where every number comes from: point at a cell, or step with the arrow keys.", width="stretch")
        st.button("Reset", key="reset", icon=":material/restart_alt:", on_click=controls.reset)
    source, chain, formulas = facts(good)
    axes = ("rows and columns",) if len(formulas) == 1 else ("rows", "columns")
    sizes = " · ".join(f"{axis} {formula}" for axis, formula in zip(axes, formulas, strict=True))
    st.markdown(f"**{chain}** &ensp; `{source}`  \n:small[{sizes}]")


def sidebar(settings: StepSettings, refusal: Refusal | None) -> None:
    """The controls, with the same words as on the main page."""
    with st.sidebar:
        _example(settings)
        controls.select("operation", "Operation")
        controls.select("input", "Input")
        controls.size(settings, "input_size", "Input size", refusal)
        controls.slider("in_channels", "Channels")
        if not settings.pooling:
            controls.select("bank", "Kernels", help=controls.bank_help(settings))
        for name in _sizes(settings):
            controls.size(settings, name, name.replace("_", " ").capitalize(), refusal)
        _more(settings, refusal)


def _sizes(settings: StepSettings) -> list[str]:
    """The layer's sliders: average pooling has no dilation, output_padding is the transposed layer's."""
    names = ["kernel_size", "stride", "padding"]
    if settings.operation != "avg":
        names.append("dilation")
    if settings.transposed:
        names.append("output_padding")
    return names


def _more(settings: StepSettings, refusal: Refusal | None) -> None:
    """The rest, drawn only when it is opened."""
    more = st.expander("More settings", key="more", on_change="rerun")
    controls.problem(refusal, (*controls.HIDDEN, "work"))
    if not more.open:
        return
    with more:
        controls.apart()
        if not settings.pooling:
            if settings.kernels_of_bank > 1:
                controls.slider("out_channels", "Number of kernels", high=settings.kernels_of_bank)
            controls.toggle("flip", "Flip: true convolution", help="Turn each kernel by 180°; the layer does not.")
            controls.toggle("depthwise", "Depthwise", help="groups = in_channels: each channel has its own kernel.")
            controls.bias(settings)
            controls.segments("padding_kind", "Padding as")
            controls.select("padding_mode", "Padding mode", help="What the padding cells read.")
        else:
            controls.toggle("ceil_mode", "Round the size up", help="ceil_mode: a last window may hang over the end.")
        if settings.operation == "avg":
            controls.toggle("count_include_pad", "Count padding", help="count_include_pad: padding counts in the mean.")
        if settings.input == "random" or (settings.bank == "random" and not settings.pooling):
            controls.slider("seed", "Seed")


def _example(settings: StepSettings) -> None:
    """A list of examples; choosing one sets everything."""
    now = next((name for name, example in EXAMPLES.items() if example.settings == replace(settings, at="")), None)
    st.session_state["example"] = now
    titles = {name: example.title for name, example in EXAMPLES.items()}
    st.selectbox(
        "Example",
        titles,
        format_func=titles.__getitem__,
        key="example",
        on_change=_take_example,
        placeholder="Choose one",
    )


def _take_example() -> None:
    """An example was chosen."""
    chosen = st.session_state["example"]
    if chosen in EXAMPLES:
        controls.restart(EXAMPLES[chosen].settings)


def animation(good: StepSettings) -> None:
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
            made = st.button("Make the animation", key="make_animation", type="primary")
        if made:
            with left:
                bar = st.progress(0.0, "Drawing the steps…")
            try:
                data = animate(layer, good.input_size, str(format_), progress=lambda share: bar.progress(share))
                st.session_state["animation_made"] = (layer, good.input_size, format_, data)
            except ConvLabError as error:
                left.warning(str(error))
            bar.empty()
        _keep(layer, good, format_, right)


def _keep(layer: Layer, good: StepSettings, format_: str | None, where: Any) -> None:
    """The animation that was made, if it is of the present settings."""
    *of, data = st.session_state.get("animation_made", (None, None))
    if tuple(of) != (layer, good.input_size, format_):
        return
    with where:
        st.image(data, caption=f"{len(data) / 1000:,.0f} KB")
        name, mime = f"convlab.{format_}", f"image/{format_}"
        st.download_button(
            f"Download the {str(format_).upper()}", data, name, mime, key="get_animation", on_click="ignore"
        )


def examples() -> None:
    """The examples as links, with the sizes that the code computes."""
    box = st.expander("Examples, each with its link", key="examples", on_change="rerun")
    if not box.open:
        return
    for group, members in groupby(EXAMPLES.values(), key=lambda example: example.group):
        lines = []
        for example in members:
            source, chain, _ = facts(example.settings)
            lines.append(f"- [{example.title}](?{to_address(example.settings)}): {chain}, `{source}`")
        box.markdown(f"**{group}**\n\n" + "\n".join(lines))

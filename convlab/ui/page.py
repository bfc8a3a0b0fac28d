"""The parts of the main page around the stage: heading, pin, downloads, program."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from convlab import rendering
from convlab.network import plan
from convlab.script import program
from convlab.ui import controls
from convlab.ui.playground.show import Picture, stages_of
from convlab.ui.settings import Settings, input_shape, pin_of, steps_of
from convlab.window import by

STYLE = f"<style>{(Path(__file__).parent / 'page.css').read_text(encoding='utf-8')}</style>"


def heading(picture: Picture, good: Settings) -> None:
    """Title on the left; pin, downloads and reset on the right."""
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.markdown(f"{STYLE}\n\n# ConvLab", width="content", unsafe_allow_html=True)
        st.markdown("What a convolution layer does to a picture, before and after ReLU.", width="stretch")
        if good.pinned:
            st.button("Unpin A", key="unpin", icon=":material/keep_off:", on_click=controls.show, kwargs={"pinned": ""})
        else:
            st.button(
                "Pin as A",
                key="pin",
                icon=":material/keep:",
                help="Keep these settings as A; what you change next stands beside it as B.",
                on_click=controls.show,
                kwargs={"pinned": pin_of(good)},
            )
        downloads = st.popover("Download", icon=":material/download:", key="downloads", on_change="rerun")
        if downloads.open:
            with downloads:
                _downloads(picture, good)
        st.button("Reset", key="reset", icon=":material/restart_alt:", on_click=controls.reset)


def _downloads(picture: Picture, good: Settings) -> None:
    """Files made when they are asked for."""
    for label, name, mime, make in (
        ("Maps as a picture (PNG)", "convlab-maps.png", "image/png", sheet),
        ("Maps as numbers (NPZ)", "convlab-maps.npz", "application/zip", arrays),
        ("PyTorch program", "convlab.py", "text/x-python", program_of),
        ("The picture itself (PNG)", picture.file, "image/png", picture_png),
    ):
        st.download_button(
            label, _later(make, picture, good), name, mime, key=f"get_{make.__name__}", on_click="ignore"
        )


def _later(
    make: Callable[[Picture, Settings], bytes | str], picture: Picture, good: Settings
) -> Callable[[], bytes | str]:
    """A call to be made when the visitor asks for the file."""
    return lambda: make(picture, good)


def sheet(picture: Picture, settings: Settings) -> bytes:
    """The maps of every stage as one PNG, a row a stage, each layer on its own scale."""
    _, stages = stages_of(picture, settings)
    rows, limit = [], 1.0
    for stage in stages:
        limit = rendering.limit_of(stage.output) if stage.step.weight is not None else limit
        rows.append((stage.output, limit))
    return rendering.sheet_png(rows)


def arrays(picture: Picture, settings: Settings) -> bytes:
    """The image, the weights and every stage's numbers as NPZ."""
    image, stages = stages_of(picture, settings)
    named = {"image": image}
    for number, stage in enumerate(stages):
        named[f"{number:02}_{type(stage.layer).__name__}"] = stage.output
        if stage.step.weight is not None:
            named[f"{number:02}_weight"] = stage.step.weight
    return rendering.npz(named)


def picture_png(picture: Picture, settings: Settings) -> bytes:
    """The picture as the program opens it."""
    return rendering.picture_png(picture.pixels)


def program_of(picture: Picture, settings: Settings) -> str:
    """The PyTorch program for what is shown."""
    channels, height, width = shape = input_shape(settings, picture.size)
    steps = steps_of(settings, channels)
    shapes = [shape, *(output for output, _ in plan([step.layer for step in steps], shape))]
    return program(steps, " → ".join(map(by, shapes)), picture.file, (height, width), settings.grey)


def code(picture: Picture, good: Settings) -> None:
    """The program that makes exactly this, drawn when it is opened."""
    box = st.expander("The PyTorch program that makes exactly this", key="code", on_change="rerun")
    if box.open:
        box.code(program_of(picture, good), language="python")

"""What can be taken away from the playground: maps, numbers, the picture, the program."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from convlab import rendering
from convlab.network import plan
from convlab.script import program
from convlab.ui.pictures import Picture, input_shape
from convlab.ui.playground.settings import PlaygroundSettings, steps_of
from convlab.ui.playground.show import stages_of
from convlab.ui.turns import FILES
from convlab.window import by

Make = Callable[[Picture, PlaygroundSettings], bytes | str]


def popover(picture: Picture, good: PlaygroundSettings) -> None:
    """Files made when they are asked for."""
    box = st.popover("Download", icon=":material/download:", key="downloads", on_change="rerun")
    if not box.open:
        return
    files: list[tuple[str, str, str, Make]] = [
        ("Maps as a picture (PNG)", "convlab-maps.png", "image/png", sheet),
        ("Maps as numbers (NPZ)", "convlab-maps.npz", "application/zip", arrays),
        ("PyTorch program", "convlab.py", "text/x-python", program_of),
        ("The picture itself (PNG)", picture.file, "image/png", picture_png),
    ]
    for label, name, mime, make in files:
        later = partial(_in_turn, make, picture, good)
        box.download_button(label, later, name, mime, key=f"get_{make.__name__}", on_click="ignore")


def _in_turn(make: Make, picture: Picture, good: PlaygroundSettings) -> bytes | str:
    """A file, when it is its turn."""
    with FILES.turn("file"):
        return make(picture, good)


def sheet(picture: Picture, settings: PlaygroundSettings) -> bytes:
    """The maps of every stage as one PNG, a row a stage, each layer on its own scale."""
    _, stages = stages_of(picture, settings)
    rows, limit = [], 1.0
    for stage in stages:
        limit = rendering.limit_of(stage.output) if stage.step.weight is not None else limit
        rows.append((stage.output, limit))
    return rendering.sheet_png(rows)


def arrays(picture: Picture, settings: PlaygroundSettings) -> bytes:
    """The image, the weights and every stage's numbers as NPZ."""
    image, stages = stages_of(picture, settings)
    named = {"image": image}
    for number, stage in enumerate(stages):
        named[f"{number:02}_{type(stage.layer).__name__}"] = stage.output
        if stage.step.weight is not None:
            named[f"{number:02}_weight"] = stage.step.weight
    return rendering.npz(named)


def picture_png(picture: Picture, settings: PlaygroundSettings) -> bytes:
    """The picture as the program opens it."""
    return rendering.picture_png(picture.pixels)


def program_of(picture: Picture, settings: PlaygroundSettings) -> str:
    """The PyTorch program for what is shown."""
    channels, height, width = shape = input_shape(picture.size, settings.max_side, settings.grey)
    steps = steps_of(settings, channels)
    shapes = [shape, *(output for output, _ in plan([step.layer for step in steps], shape))]
    return program(steps, " → ".join(map(by, shapes)), picture.file, (height, width), settings.grey)


def code(picture: Picture, good: PlaygroundSettings) -> None:
    """The program that makes exactly this, drawn when it is opened."""
    box = st.expander("The PyTorch program that makes exactly this", key="code", on_change="rerun")
    if box.open:
        box.code(program_of(picture, good), language="python")

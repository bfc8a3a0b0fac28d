"""A row of layers from the text of a PyTorch program, and the row as one."""

from functools import partial

import streamlit as st

from convlab.errors import ConvLabError
from convlab.layers import Shape
from convlab.reading import Reading, read_sequential
from convlab.script import program, row_source
from convlab.ui import session
from convlab.ui.network.editing import Entries, entries_of
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.traced import Traced
from convlab.ui.pictures import Picture
from convlab.ui.session import Visit
from convlab.ui.way_out import in_words
from convlab.window import by

_TEXT = "network_pasted"
_MOST_CHARACTERS = 200_000  # that can be pasted: what is too long is read as such, and said
_MOST_NUMBERS = 3_000  # of weights that a program writes down
_EXAMPLE = "nn.Sequential(\n    nn.Conv2d(3, 16, 3, padding=1),\n    nn.ReLU(),\n    nn.MaxPool2d(2),\n)"


def below(visit: Visit[NetworkSettings], good: NetworkSettings, picture: Picture, made: Traced) -> None:
    """Both, each drawn when it is opened; no text where a task leaves the row as it is."""
    if "layers" not in {*visit.asked.left_out, *visit.asked.locks}:
        box = st.expander("Paste your PyTorch", key="network_paste", on_change="rerun")
        if box.open:
            with box:
                _paste(visit, made)
    box = st.expander("The row as a PyTorch program", key="network_code", on_change="rerun")
    if box.open:
        box.code(program_of(picture, good, made), language="python")


def _paste(visit: Visit[NetworkSettings], made: Traced) -> None:
    """A text, the button that makes it the row, and what of it was not understood."""
    st.text_area(
        "An nn.Sequential(...), which is read and never run",
        key=_TEXT,
        height=150,
        max_chars=_MOST_CHARACTERS,
        placeholder=_EXAMPLE,
    )
    st.button("Make it the row", key="network_take", on_click=partial(_take, visit, tuple(made.image.shape)))
    text = session.said(_TEXT)
    if not text:
        return
    try:
        reading, _ = _read(text, tuple(made.image.shape))
    except ConvLabError as error:
        st.warning(in_words(error, NetworkSettings))
        return
    if reading.misread:
        st.warning(_misread(reading))


def _read(text: str, shape: Shape) -> tuple[Reading, Entries]:
    """A text, and the row that it is."""
    reading = read_sequential(text)
    return reading, entries_of(reading.layers, shape)


def _misread(reading: Reading) -> str:
    """What was not understood, a line each, as text and nothing else."""
    lines, more = [str(one) for one in reading.misread[:12]], len(reading.misread) - 12
    told = "\n".join([*lines, *([f"and {more} more"] if more > 0 else [])])
    return f"Left out:\n```text\n{told.replace('`', '')}\n```"


def _take(visit: Visit[NetworkSettings], shape: Shape) -> None:
    """What the text says is the row; nothing where it says none, which is then said below it."""
    try:
        _, entries = _read(session.said(_TEXT) or "", shape)
    except ConvLabError:
        return
    if entries:
        visit.show(visit.asked.looking_at("", layers=entries))


def program_of(picture: Picture, settings: NetworkSettings, made: Traced) -> str:
    """The program that makes the row's maps; of a row with many weights its layers alone."""
    steps = made.row.steps
    numbers = sum(step.weight.numel() for step in steps if step.weight is not None)
    if numbers > _MOST_NUMBERS:
        head = f"# {numbers:,} numbers of weights are left out: torch draws its own.\nfrom torch import nn\n\n"
        return head + row_source([step.layer for step in steps]) + "\n"
    shapes = " → ".join(map(by, (made.image.shape, *made.row.shapes)))
    size = (made.image.shape[1], made.image.shape[2])
    return program(steps, shapes, picture.file, size, settings.grey)

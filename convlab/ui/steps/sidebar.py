"""The step page's controls, with the same words as on the playground."""

import streamlit as st

from convlab.ui import session
from convlab.ui.controls import Controls, kernel_controls, layer_controls, more_settings
from convlab.ui.session import Visit
from convlab.ui.steps.examples import EXAMPLES
from convlab.ui.steps.settings import StepSettings

AT_HAND = ("stride", "kernel_size", "padding", "dilation", "input_size")


def sidebar(controls: Controls[StepSettings]) -> None:
    """Draw them."""
    _example(controls)
    controls.draw("input", "input_size", "in_channels", "operation")
    controls.problem("work")
    layer_controls(controls)
    more_settings(controls, lambda: _more(controls))


def _more(controls: Controls[StepSettings]) -> None:
    """The rest."""
    kernel_controls(controls)
    controls.draw("ceil_mode", "count_include_pad")


def _example(controls: Controls[StepSettings]) -> None:
    """A list of examples, each of which sets everything: no task that shows or locks some of it has it."""
    if controls.settings.shows or controls.settings.locks:
        return
    titles = {name: example.title for name, example in EXAMPLES.items()}
    now, key = _name_of(controls.settings), f"{controls.prefix}example"
    session.give(controls.visit, key, now)
    st.selectbox(
        "Example",
        list(titles),
        index=None if now is None else list(titles).index(now),
        format_func=lambda name: titles.get(name, name),
        key=key,
        on_change=_take_example,
        args=(controls.visit, key),
        placeholder="Choose one",
    )


def _name_of(settings: StepSettings) -> str | None:
    """The example that the settings are, whatever place is pinned."""
    return next((name for name, example in EXAMPLES.items() if example.settings == settings.without_place()), None)


def _take_example(visit: Visit[StepSettings], key: str) -> None:
    """An example was chosen."""
    chosen = session.said(key)
    if session.touched(visit, key) and chosen in EXAMPLES:
        visit.restart(visit.asked.keeping(EXAMPLES[chosen].settings))

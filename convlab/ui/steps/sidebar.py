"""The step page's controls, with the same words as on the playground."""

import streamlit as st

from convlab.ui import session
from convlab.ui.controls import HIDDEN, Controls, kernel_controls, layer_controls, padding_controls
from convlab.ui.session import Visit
from convlab.ui.steps.examples import EXAMPLES
from convlab.ui.steps.settings import StepSettings


def sidebar(controls: Controls[StepSettings]) -> None:
    """Draw them."""
    settings = controls.settings
    _example(controls)
    controls.draw("operation", "input", "input_size", "in_channels")
    if not settings.pooling:
        controls.draw("bank", help=settings.about_bank)
    dilated = [] if settings.operation == "avg" else ["dilation"]
    layer_controls(controls, ["kernel_size", "stride", "padding", *dilated])
    more = st.expander("More settings", key=f"{controls.prefix}more", on_change="rerun")
    controls.problem(*HIDDEN, "work")
    if more.open:
        with more:
            _more(controls)


def _more(controls: Controls[StepSettings]) -> None:
    """The rest, drawn only when it is opened."""
    settings = controls.settings
    controls.apart()
    if settings.pooling:
        controls.draw("ceil_mode")
    else:
        kernel_controls(controls)
        padding_controls(controls)
    if settings.operation == "avg":
        controls.draw("count_include_pad")
    if settings.seeded:
        controls.draw("seed")


def _example(controls: Controls[StepSettings]) -> None:
    """A list of examples; choosing one sets everything."""
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
    chosen = session.takes(visit, key)
    if chosen in EXAMPLES:
        visit.restart(EXAMPLES[chosen].settings)

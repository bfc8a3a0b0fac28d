"""There and back, put together: the part that is chosen, what is above and beside it."""

import streamlit as st

from convlab.ui import own_pictures
from convlab.ui.controls import Controls
from convlab.ui.heading import heading as headline
from convlab.ui.page_run import Onward
from convlab.ui.pictures import sample_picture
from convlab.ui.session import Visit
from convlab.ui.there_and_back import larger, learn_back, learn_kernel, there
from convlab.ui.there_and_back import settings as rules
from convlab.ui.there_and_back.settings import BackSettings
from convlab.ui.there_and_back.sidebar import AT_HAND, sidebar

__all__ = ["AT_HAND", "below", "check", "heading", "sidebar", "view", "warm"]

_VIEWS = {
    "there": there.view,
    "larger": larger.view,
    "learn_back": learn_back.view,
    "learn_kernel": learn_kernel.view,
}
_SENTENCES = {
    "there": "A convolution, then the transposed convolution with the same kernel. What comes back?",
    "larger": "Four ways to make a picture larger. Where do checkerboards come from?",
    "learn_back": "A layer learns to return the picture from its maps. What can it find, and what not?",
    "learn_kernel": "Nobody writes a network's kernels: they are found, step by step, from examples.",
}


def check(settings: BackSettings) -> None:
    """Refuse settings that do not fit the picture that they name, or would take too long."""
    rules.check(settings, own_pictures.current(settings.picture).size)


def warm() -> None:
    """Make what a first visitor sees."""
    there.made(sample_picture("panda"), BackSettings())
    learn_back.warm()
    learn_kernel.warm()


def heading(controls: Controls[BackSettings], good: BackSettings) -> None:
    """Title, the sentence of the part, and the parts."""
    headline(controls, "There and back", _SENTENCES[good.part])
    controls.beside("part", bare=True)


def view(visit: Visit[BackSettings], good: BackSettings, onward: Onward) -> None:
    """The part that is chosen."""
    _VIEWS[good.part](visit, good)
    address = onward(good) if good.part == "there" else ""
    if address:
        st.markdown(f"[The way back in Step by step]({address}): every stamp of it, on a small input.")


def below(visit: Visit[BackSettings], good: BackSettings) -> None:
    """Nothing more."""

"""The line above every page: title, a sentence, what can be done with the whole, and back to the start."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from convlab.ui.address import start_of
from convlab.ui.controls import Controls

_STYLE = f"<style>{(Path(__file__).parent / 'page.css').read_text(encoding='utf-8')}</style>"


def heading(
    controls: Controls[Any],
    title: str,
    sentence: str,
    actions: Callable[[], None] | None = None,
    *,
    more: Callable[[], None] | None = None,
    resets: bool = True,
) -> None:
    """Title and sentence on the left; what can be done on the right.

    Parameters
    ----------
    controls : Controls
        Of the page.
    title, sentence : str
        What it is, and what it shows, in one or two sentences.
    actions : callable, optional
        Draws buttons before the one that goes back to how the page first opens; own pictures stay at hand.
    more : callable, optional
        Draws what stands right under the sentence.
    resets : bool, optional
        Whether there is that one: not where nothing can be set.
    """
    visit = controls.visit
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.markdown(f"{_STYLE}\n\n# {title}", width="content", unsafe_allow_html=True)
        with st.container(key="sentence", gap=None):
            st.markdown(sentence)
            if more:
                more()
        if actions:
            actions()
        if resets:
            back = "Back to the task" if visit.asked.tasked else "Reset"
            controls.button(back, "reset", lambda: visit.restart(start_of(visit.asked)), ":material/restart_alt:")


def task_line(task: str) -> None:
    """What is to be found out, as text and nothing else."""
    with st.container(key="task"):
        st.text(task)

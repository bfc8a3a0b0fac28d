"""Two boards with cells to mark on one page. A part of the page two_of_each."""

from functools import partial

import streamlit as st
import torch

from convlab.exercises.form import cells_of
from convlab.ui.components.marking import marking

RIGHT = [(0, 0), (1, 1)]


def commit(key):
    """The answer of one board."""
    sent = st.session_state[key]["commit"]
    st.session_state[f"answers {key}"] = sent["cells"]


def draw():
    """Both of them."""
    for key, shape in (("near", (3, 4)), ("far", (2, 2))):
        answer = st.session_state.get(f"answers {key}")
        board = torch.arange(float(torch.Size(shape).numel())).reshape(shape)
        with st.container(key=f"marking_{key}"):
            cells = None if answer is None else cells_of(answer)
            right = [] if answer is None else RIGHT
            marking(key, key, board, about=[(0, 1)], answer=cells, right=right, on_commit=partial(commit, key))
            st.text(f"{key}: {answer or 'nothing'}")

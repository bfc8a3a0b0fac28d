"""The script that Streamlit runs for each visitor: sets the page up and shows the one that the address asks for."""

from pathlib import Path

import streamlit as st

import convlab

_HOUSE = Path(convlab.__file__).parent
_PAGES = next(folder for folder in (_HOUSE / "pages", _HOUSE.parent / "pages") if folder.is_dir())  # a wheel's, or here

st.set_page_config(page_title="ConvLab", page_icon="🐼", layout="wide")
st.navigation(
    [
        st.Page(_PAGES / "playground.py", title="Playground", icon=":material/imagesmode:", default=True),
        st.Page(_PAGES / "step_by_step.py", title="Step by step", icon=":material/footprint:"),
    ],
    position="sidebar",
).run()

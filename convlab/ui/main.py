"""The script that Streamlit runs for each visitor: sets the page up and shows the one that the address asks for."""

from pathlib import Path

import streamlit as st

import convlab
from convlab.ui.registry import PAGES

_HOUSE = Path(convlab.__file__).parent
_PAGES = next(folder for folder in (_HOUSE / "pages", _HOUSE.parent / "pages") if folder.is_dir())  # a wheel's, or here

st.set_page_config(
    page_title="ConvLab",
    page_icon="🐼",
    layout="wide",
    initial_sidebar_state="collapsed" if st.context.is_embedded else "auto",  # a course page has little room beside it
)
pages = [
    st.Page(_PAGES / f"{name}.py", title=page.title, icon=page.icon, url_path=page.path, default=not page.path)
    for name, page in PAGES.items()
]
chosen = st.navigation(pages, position="sidebar")
names = st.container(horizontal=True, key="names")  # page.css shows them where the sidebar is folded away
chosen.run()
with names:
    for page in pages:
        st.page_link(page)

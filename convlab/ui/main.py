"""The script that Streamlit runs for each visitor: sets the page up and shows the one that the address asks for."""

import streamlit as st

from convlab.ui.page_run import file_of
from convlab.ui.registry import PAGES

st.set_page_config(
    page_title="ConvLab",
    page_icon="🐼",
    layout="wide",
    initial_sidebar_state="collapsed" if st.context.is_embedded else "auto",  # a course page has little room beside it
)
pages = [
    st.Page(file_of(name), title=page.title, icon=page.icon, url_path=page.path, default=not page.path)
    for name, page in PAGES.items()
]
chosen = st.navigation(pages, position="sidebar")
names = st.container(horizontal=True, key="names")  # page.css shows them where the sidebar is folded away
chosen.run()
with names:
    for page in pages:
        st.page_link(page)

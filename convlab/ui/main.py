"""The script: every page of the registry, and the one that the address asks for."""

from pathlib import Path

import streamlit as st

from convlab.ui.registry import PAGES

_FOLDER = next(each for each in Path(__file__).parents if (each / "pages").is_dir()) / "pages"

st.set_page_config(page_title="ConvLab", page_icon="🐼", layout="wide")
st.navigation(
    [
        st.Page(_FOLDER / f"{name}.py", title=page.title, icon=page.icon, url_path=page.path or None, default=not page.path)
        for name, page in PAGES.items()
    ],
    position="sidebar",
).run()

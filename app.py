"""ConvLab: the entrance. Sets the page up and shows the page that the address asks for."""

import streamlit as st

from convlab.ui import server

st.set_page_config(page_title="ConvLab", page_icon="🐼", layout="wide")
server.prepare()
st.session_state["entered"] = True
st.navigation(
    [
        st.Page("pages/playground.py", title="Playground", icon=":material/imagesmode:", default=True),
        st.Page("pages/step_by_step.py", title="Step by step", icon=":material/footprint:"),
    ],
    position="sidebar",
).run()

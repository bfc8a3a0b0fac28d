"""ConvLab: the entrance. Sets the page up and shows the page that the address asks for."""

import streamlit as st

from convlab.ui import server

st.set_page_config(page_title="ConvLab", page_icon="🐼", layout="wide")
server.prepare()
st.navigation([st.Page("pages/playground.py", title="Playground", default=True)], position="hidden").run()

"""ConvLab: the entrance. `streamlit run app.py` finds the app here, and so does `uvicorn app:app`."""

import streamlit as st

from convlab.ui import server

app = st.App(**server.parts())

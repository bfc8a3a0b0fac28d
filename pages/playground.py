"""The main page: feature maps of a picture, live."""

from dataclasses import replace

import streamlit as st

from convlab.ui import controls, page, pictures
from convlab.ui.settings import Settings
from convlab.ui.stage import stage

word = controls.start()
asked = controls.current()
picture = pictures.current(asked)
refusal = controls.refusal_of(asked, picture)
good = asked
if refusal:  # show what was good before; on another picture that may not fit either
    good = replace(st.session_state.get("good", Settings()), pinned=asked.pinned)
    if controls.refusal_of(good, picture):
        good = refusal.way_out or Settings()
st.session_state["good"] = good

above = st.container()
stage(picture, good, asked)  # first on its way to the browser
with above:
    page.heading(picture, good)
    if word:
        st.info(word)
    if refusal:
        controls.show_refusal(refusal, "page")
page.code(picture, good)
controls.sidebar(asked, refusal)

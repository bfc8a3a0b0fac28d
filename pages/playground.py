"""The main page: feature maps of a picture, live."""

from functools import partial

import streamlit as st

from convlab.ui import controls, page, pictures
from convlab.ui.settings import Settings, check, refusal_of
from convlab.ui.stage import stage

word = controls.start(Settings)
asked = controls.current()
picture = pictures.current(asked)
works = partial(check, full_size=picture.size)
refusal = refusal_of(asked, works)
good = controls.good_of(asked, refusal, works, pinned=asked.pinned, pixel=asked.pixel)

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

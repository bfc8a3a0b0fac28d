"""The step page: every number of a small layer taken apart."""

import streamlit as st

from convlab.ui import controls, server, steps_page
from convlab.ui.grid import grid
from convlab.ui.settings import refusal_of
from convlab.ui.steps import StepSettings, check

server.entrance()
word = controls.start(StepSettings)
asked = controls.current()
refusal = refusal_of(asked, check)
good = controls.good_of(asked, refusal, check)

steps_page.heading(good)
if word:
    st.info(word)
if refusal:
    controls.show_refusal(refusal, "page")
grid(good, asked)
steps_page.animation(good)
steps_page.examples()
steps_page.sidebar(asked, refusal)

"""What the server needs once, when it starts."""

import gc
import runpy
import warnings
from pathlib import Path

import streamlit as st
import torch
from starlette.formparsers import MultiPartParser

from convlab.ui.playground.show import sample_picture, shown
from convlab.ui.settings import Settings


@st.cache_resource(show_spinner=False)
def prepare() -> None:
    """Set up the process: run once, after everything is imported.

    Pillow's warnings of odd notes in visitors' files stay out of the log.
    Uploads stay in memory: the form parser would put files above 1 MB into temporary files. Two threads a
    computation leave room for other visitors. What is loaded by now lives as long as the process, so it is
    taken out of the garbage collector's sight: Streamlit collects at the end of every rerun, holding up the
    answer, and with torch loaded that takes longer than everything else together.
    """
    warnings.filterwarnings("ignore", module="PIL")
    MultiPartParser.spool_max_size = 2**31
    torch.set_num_threads(2)
    shown(sample_picture("panda"), Settings(), False)
    gc.collect()
    gc.freeze()


def entrance() -> None:
    """Go in by app.py: call this first on every page but the one at the bare address.

    The first visit to a fresh process makes Streamlit take the folder `pages` for its older kind of app, in which it
    runs the page that the address names without app.py; `st.navigation` ends that.
    """
    if "entered" not in st.session_state:
        runpy.run_path(str(Path(__file__).parents[2] / "app.py"))
        st.stop()

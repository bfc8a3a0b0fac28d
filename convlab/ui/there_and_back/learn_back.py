"""To come."""

import streamlit as st

from convlab.ui.session import Visit
from convlab.ui.there_and_back.settings import BackSettings


def view(visit: Visit[BackSettings], good: BackSettings) -> None:
    """To come."""
    st.markdown("This part is to come.")

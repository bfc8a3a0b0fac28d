"""What a layer costs, and what other ways to its maps cost."""

import streamlit as st

from convlab.ui.network.settings import NetworkSettings
from convlab.ui.session import Visit


def view(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """What the part shows."""
    st.markdown("…")

"""The empty page: three sliders in the sidebar and a line of text, what any Streamlit page costs."""

import streamlit as st

with st.sidebar:
    stride = st.slider("Stride", 1, 6, 1, key="stride")
    padding = st.slider("Padding", 0, 10, 0, key="padding")
    dilation = st.slider("Dilation", 1, 6, 1, key="dilation")
st.write(f"stride {stride}, padding {padding}, dilation {dilation}")

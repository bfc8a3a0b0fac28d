"""The plain script: the two-layer demo on the panda as a user would write it, a matplotlib figure for every row."""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import streamlit as st
import torch
import torch.nn.functional as F
from PIL import Image

PANDA = Path(__file__).parent.parent / "convlab" / "samples" / "panda.png"

with st.sidebar:
    stride = st.slider("Stride", 1, 6, 1, key="stride")
    padding = st.slider("Padding", 0, 10, 0, key="padding")
    dilation = st.slider("Dilation", 1, 6, 1, key="dilation")

maps = torch.tensor(np.array(Image.open(PANDA).convert("RGB")) / 255, dtype=torch.float32).permute(2, 0, 1)
ramp = torch.linspace(-1, 1, 5).repeat(5, 1)
kernels = torch.stack([ramp, -ramp, ramp.T, -ramp.T])[:, None]
for layer in (1, 2):
    before = F.conv2d(maps, kernels.repeat(1, len(maps), 1, 1), stride=stride, padding=padding, dilation=dilation)
    after = F.relu(before)
    maps = F.max_pool2d(after, 2)
    for title, row in (("before ReLU", before), ("after ReLU", after), ("after pooling", maps)):
        st.subheader(f"Layer {layer}, {title}")
        figure, axes = plt.subplots(1, 4, figsize=(12, 4))
        for axis, feature_map in zip(axes, row, strict=True):
            axis.imshow(feature_map.numpy(), cmap="gray")
        st.pyplot(figure)
        plt.close(figure)

"""Rows of layers to begin with, as an address says them."""

from typing import NamedTuple

from convlab.ui.network.row import Entry, Row


class Preset(NamedTuple):
    """A row with its name, and what it shows."""

    title: str
    about: str
    text: str

    @property
    def layers(self) -> tuple[Entry, ...]:
        """The row."""
        return Row().read(self.text)


def _post(extra: str = "") -> str:
    """The two-layer network of the gradient kernels, with more settings for both convolutions."""
    conv = f"Conv2d,out_channels:4,kernel_size:5{extra},bias:0,weight:gradients"
    return ";".join([conv, "ReLU", "MaxPool2d,kernel_size:2"] * 2)


PRESETS = {
    "post": Preset("Two layers", "Twice: four gradient kernels, ReLU, maximum pooling.", _post()),
    "stride": Preset("Two layers, stride 2", "The same; both kernels move two pixels at a time.", _post(",stride:2")),
    "dilation": Preset("Two layers, dilation 3", "The same; both kernels are spread threefold.", _post(",dilation:3")),
    "mix": Preset(
        "Two layers and a 1×1",
        "Behind them a 1×1 convolution weighs the four maps with 1.0, 0.5, 0.25 and −1.0.",
        _post() + ";Conv2d,out_channels:1,kernel_size:1,bias:0,weight:written,numbers:1_0.5_0.25_-1;ReLU",
    ),
    "bottleneck": Preset(
        "Bottleneck",
        "64 maps go through 4 before 16 are made of them: a tenth of the work.",
        "Conv2d,out_channels:64,kernel_size:3,padding:1,bias:0;ReLU;Conv2d,out_channels:4,kernel_size:1,bias:0;"
        "Conv2d,out_channels:16,kernel_size:3,padding:1,bias:0,seed:1;ReLU",
    ),
    "separable": Preset(
        "Depthwise-separable",
        "A kernel for each channel alone, then a 1×1 convolution that mixes the channels.",
        "Conv2d,out_channels:16,kernel_size:3,padding:1,bias:0;ReLU;Conv2d,kernel_size:3,padding:1,bias:0,groups:each,"
        "seed:1;Conv2d,out_channels:16,kernel_size:1,bias:0,seed:2;ReLU",
    ),
}

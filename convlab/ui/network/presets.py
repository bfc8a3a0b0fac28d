"""Rows of layers to begin with, as an address says them."""

from functools import cache
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
    "residual": Preset(
        "Residual block",
        "Two convolutions learn what is to be added to the maps before them.",
        "Conv2d,out_channels:8,kernel_size:3,padding:1,bias:0,weight:gabor;ReLU;Conv2d,out_channels:8,kernel_size:3,"
        "padding:1,bias:0,seed:1;ReLU;Conv2d,out_channels:8,kernel_size:3,padding:1,bias:0,seed:2;Addition,of:2;ReLU",
    ),
    "encoder": Preset(
        "Encoder and decoder",
        "The maps halve twice and double twice; beside what comes back are put the maps of the same size from the way "
        "down. The picture is made 128×128 first, or halving and doubling would not meet.",
        "AdaptiveAvgPool2d,output_size:128;Conv2d,out_channels:8,kernel_size:3,padding:1,weight:gabor;ReLU;"
        "MaxPool2d,kernel_size:2;Conv2d,out_channels:16,kernel_size:3,padding:1,seed:1;ReLU;MaxPool2d,kernel_size:2;"
        "Conv2d,out_channels:16,kernel_size:3,padding:1,seed:2;ReLU;Upsample,scale_factor:2;Concatenation,of:6;"
        "Conv2d,out_channels:8,kernel_size:3,padding:1,seed:3;ReLU;ConvTranspose2d,out_channels:8,kernel_size:2,"
        "stride:2,seed:4;Concatenation,of:3;Conv2d,out_channels:3,kernel_size:3,padding:1,seed:5",
    ),
}


def preset_of(layers: tuple[Entry, ...]) -> str:
    """The name of the preset that a row is; "" for any other.

    Examples
    --------
    >>> preset_of(PRESETS["mix"].layers), preset_of(())
    ('mix', '')
    """
    return _names().get(layers, "")


@cache
def _names() -> dict[tuple[Entry, ...], str]:
    """The presets' names, by their rows."""
    return {preset.layers: name for name, preset in PRESETS.items()}

"""Convolution and transposed convolution, taken apart the way PyTorch computes them.

>>> import convlab
>>> image = convlab.load_image(convlab.SAMPLES["panda"].path)
>>> conv = convlab.Conv2d(3, 4, kernel_size=5)
>>> conv(image, convlab.kernels.gradients(5, in_channels=3)).shape
torch.Size([4, 231, 176])
"""

from convlab import kernels
from convlab.animation import animate
from convlab.errors import ConvLabError
from convlab.explain import explain
from convlab.images import SAMPLES, load_image, to_grey
from convlab.layers import AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d, ReLU
from convlab.matrix import matrix
from convlab.network import Stage, Step, trace
from convlab.script import program
from convlab.window import Window

__all__ = [
    "SAMPLES",
    "AvgPool2d",
    "Conv2d",
    "ConvLabError",
    "ConvTranspose2d",
    "MaxPool2d",
    "ReLU",
    "Stage",
    "Step",
    "Window",
    "animate",
    "explain",
    "kernels",
    "load_image",
    "matrix",
    "program",
    "to_grey",
    "trace",
]

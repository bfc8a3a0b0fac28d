"""Convolution and transposed convolution, taken apart the way PyTorch computes them.

>>> import convlab
>>> image = convlab.load_image(convlab.SAMPLES["panda"].path)
>>> conv = convlab.Conv2d(3, 4, kernel_size=5)
>>> conv(image, convlab.kernels.gradients(5, in_channels=3)).shape
torch.Size([4, 231, 176])
"""

from convlab import kernels
from convlab.animation import animate
from convlab.back import there_and_back, way_back
from convlab.collapsing import Collapsed, collapse, compare_collapsed
from convlab.costs import Cost, Count, compare_costs
from convlab.errors import ConvLabError
from convlab.explanations import Explanation, Explanations, explain, explain_all, sentence
from convlab.images import SAMPLES, load_image, open_guarded, to_grey
from convlab.layers import (
    AdaptiveAvgPool2d,
    Addition,
    AvgPool2d,
    BatchNorm2d,
    Branch,
    Concatenation,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Dropout2d,
    Flatten,
    Identity,
    Layer,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Upsample,
    Windowed,
)
from convlab.learning import Progress, learn_back, learn_kernel, least_squares
from convlab.matrices import matrix
from convlab.meetings import overlap
from convlab.network import Fault, Stage, Step, plan, plan_to_fault, row_of, trace, two_layers
from convlab.reading import Misread, Reading, read_sequential
from convlab.real_networks import REAL_NETWORKS, RealNetwork, fetch_weights, load_network
from convlab.script import program, row_source
from convlab.shrinking import Shrunk, compare_shrinking
from convlab.sight import Growth, Sight, growth, see
from convlab.transposed import stamps
from convlab.upsampling import enlarged, evenness
from convlab.ways import receptive_field, spacing
from convlab.window import Window

__all__ = [
    "REAL_NETWORKS",
    "SAMPLES",
    "AdaptiveAvgPool2d",
    "Addition",
    "AvgPool2d",
    "BatchNorm2d",
    "Branch",
    "Collapsed",
    "Concatenation",
    "Conv2d",
    "ConvLabError",
    "ConvTranspose2d",
    "Cost",
    "Count",
    "Dropout",
    "Dropout2d",
    "Explanation",
    "Explanations",
    "Fault",
    "Flatten",
    "Growth",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxPool2d",
    "Misread",
    "Progress",
    "ReLU",
    "Reading",
    "RealNetwork",
    "Shrunk",
    "Sight",
    "Stage",
    "Step",
    "Upsample",
    "Window",
    "Windowed",
    "animate",
    "collapse",
    "compare_collapsed",
    "compare_costs",
    "compare_shrinking",
    "enlarged",
    "evenness",
    "explain",
    "explain_all",
    "fetch_weights",
    "growth",
    "kernels",
    "learn_back",
    "learn_kernel",
    "least_squares",
    "load_image",
    "load_network",
    "matrix",
    "open_guarded",
    "overlap",
    "plan",
    "plan_to_fault",
    "program",
    "read_sequential",
    "receptive_field",
    "row_of",
    "row_source",
    "see",
    "sentence",
    "spacing",
    "stamps",
    "there_and_back",
    "to_grey",
    "trace",
    "two_layers",
    "way_back",
]

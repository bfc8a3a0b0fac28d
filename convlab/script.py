"""The PyTorch program that makes what is on the screen."""

from collections.abc import Sequence

from torch import Tensor

from convlab.joining import Joining
from convlab.layers import Layer
from convlab.network import Step
from convlab.window import Pair

_HEAD = '''"""Feature maps of a picture: {chain}."""

import numpy as np
import torch
from PIL import Image
from torch import nn

picture = Image.open({path!r}).convert("RGB"){resize}
image = torch.from_numpy(np.array(picture)).movedim(-1, 0).contiguous() / 255  # (3, height, width)
'''
_GREY = """image = (image * torch.tensor([0.2989, 0.587, 0.114]).reshape(3, 1, 1)).sum(0, keepdim=True)
"""
_TAIL = """
stages = []
with torch.no_grad():
{weights}    maps = image
    for layer in model:
        maps = layer(maps)
        stages.append(maps)
        print(layer, tuple(maps.shape))
"""
_MODULE = """class Model(nn.Module):
    def __init__(self):
        super().__init__()
{made}
    def stages(self, output_0):
{done}        return [{outputs}]

    def forward(self, image):
        return self.stages(image)[-1]


model = Model()"""
_JOINED_TAIL = """
with torch.no_grad():
{weights}    model.eval()
    stages = [maps[0] for maps in model.stages(image[None])]
for maps in stages:
    print(tuple(maps.shape))
"""
# Some of torch's modules take batches alone: the picture is one of one.
_BATCH_TAIL = _TAIL.replace("maps = image\n", "maps = image[None]\n    model.eval()\n").replace(
    "stages.append(maps)", "stages.append(maps[0])"
)
_FIRST = ("in_channels", "out_channels", "in_features", "out_features", "num_features")  # written without their names


def program(steps: Sequence[Step], chain: str, path: str, size: Pair, grey: bool = False) -> str:
    """A whole program in plain PyTorch, NumPy and Pillow that computes the same maps.

    Parameters
    ----------
    steps : sequence of Step
        The layers with their numbers.
    chain : str
        The chain of shapes, for the program's first line.
    path : str
        The picture that the program opens.
    size : (int, int)
        Rows and columns that the picture is brought to.
    grey : bool, default False
        Whether the layers read one channel of brightness.

    Returns
    -------
    str
        Source; run, it leaves every layer's output in the list ``stages``.

    Examples
    --------
    >>> from convlab import two_layers
    >>> "nn.Conv2d(3, 4, kernel_size=5, bias=False)," in program(two_layers(), "3×235×180 → …", "panda.png", (235, 180))
    True
    """
    layers = [step.layer.with_bias(step.bias is not None) for step in steps]
    joined = any(isinstance(layer, Joining) for layer in layers)
    named: dict[str, str] = {}
    weights = ""
    for index, step in enumerate(steps):
        for name, operand in step.numbers().items():
            written = _weight(operand, named) if operand.dim() == 4 else f"torch.tensor({_nested(operand)})"
            place = f".layer_{index + 1}" if joined else f"[{index}]"
            weights += f"    model{place}.{name}.copy_({written})\n"
    resize = f".resize(({size[1]}, {size[0]}), Image.Resampling.LANCZOS)"
    head = _HEAD.format(chain=chain, path=path, resize=resize) + (_GREY if grey else "")
    numbers = "".join(f"\n{name} = {block}\n" for block, name in named.items())
    tail = _JOINED_TAIL if joined else _BATCH_TAIL if any(layer.batched for layer in layers) else _TAIL
    return f"{head}{numbers}\n{row_source(layers)}\n" + tail.format(weights=weights)


def row_source(layers: Sequence[Layer]) -> str:
    """Layers in a row as they are written in a PyTorch program.

    Parameters
    ----------
    layers : sequence of Layer
        Any of the layers.

    Returns
    -------
    str
        An assignment to ``model``; ``nn`` is ``torch.nn``. Where a layer looks back, ``model`` is of a class that is
        written before it, its layers named ``layer_1``, ``layer_2``, … by their place in the row.

    Examples
    --------
    >>> from convlab import Addition, Conv2d, ReLU
    >>> print(row_source([Conv2d(3, 4, 5), ReLU()]))
    model = nn.Sequential(
        nn.Conv2d(3, 4, kernel_size=5),
        nn.ReLU(),
    )
    >>> print(row_source([Conv2d(3, 3, 1), Addition(of=0)]))
    class Model(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer_1 = nn.Conv2d(3, 3, kernel_size=1)
    <BLANKLINE>
        def stages(self, output_0):
            output_1 = self.layer_1(output_0)
            output_2 = output_1 + output_0
            return [output_1, output_2]
    <BLANKLINE>
        def forward(self, image):
            return self.stages(image)[-1]
    <BLANKLINE>
    <BLANKLINE>
    model = Model()
    """
    if any(isinstance(layer, Joining) for layer in layers):
        return _module_source(layers)
    rows = "".join(f"    {layer_source(layer)},\n" for layer in layers)
    return f"model = nn.Sequential(\n{rows})" if rows else "model = nn.Sequential()"


def _module_source(layers: Sequence[Layer]) -> str:
    """Layers of which some look back, as a module of their own."""
    made, done = "", ""
    for number, layer in enumerate(layers, 1):
        sources = [f"output_{source}" for source in layer.sources(number)]
        if isinstance(layer, Joining):
            done += f"        output_{number} = {layer.written(*sources)}\n"
        else:
            made += f"        self.layer_{number} = {layer_source(layer)}\n"
            done += f"        output_{number} = self.layer_{number}({sources[0]})\n"
    outputs = ", ".join(f"output_{number}" for number in range(1, len(layers) + 1))
    return _MODULE.format(made=made, done=done, outputs=outputs)


def layer_source(layer: Layer) -> str:
    """A layer as it is written in a PyTorch program, defaults left out.

    Parameters
    ----------
    layer : Layer
        Any of the layers.

    Returns
    -------
    str
        An expression; ``nn`` is ``torch.nn``.

    Examples
    --------
    >>> from convlab import Conv2d, MaxPool2d
    >>> layer_source(Conv2d(3, 4, (5, 3), stride=2)), layer_source(MaxPool2d(2))
    ('nn.Conv2d(3, 4, kernel_size=(5, 3), stride=2)', 'nn.MaxPool2d(kernel_size=2)')
    """
    settings = layer.settings()
    first = [str(settings.pop(name)) for name in _FIRST if name in settings]
    written = [*first, *(f"{name}={value!r}" for name, value in settings.items())]
    return f"nn.{type(layer).__name__}({', '.join(written)})"


def _weight(weight: Tensor, named: dict[str, str]) -> str:
    """An expression for a weight; its kernels are written once, under a name noted in `named`."""
    kernels, expression = weight.flatten(0, 1), "{}.reshape(" + ", ".join(map(str, weight.shape)) + ")"
    for axis in (1, 0):  # the same kernels for every channel of one axis: written once and repeated
        first = weight.narrow(axis, 0, 1)
        if weight.shape[axis] > 1 and bool((weight == first).all()):
            times = ", ".join(str(weight.shape[axis]) if side == axis else "1" for side in range(4))
            kernels, expression = first.squeeze(axis), f"{{}}.unsqueeze({axis}).repeat({times})"
            break
    name = named.setdefault(_block(kernels), f"kernels_{len(named) + 1}")
    return expression.format(name)


def _block(kernels: Tensor) -> str:
    """Kernels (count, rows, columns) as source, a row a line."""
    lines = ["[" + ",\n      ".join(_row(row) for row in kernel) + "]" for kernel in kernels]
    return "torch.tensor([\n    " + ",\n    ".join(lines) + ",\n])"


def _nested(numbers: Tensor) -> str:
    """One row of numbers, or rows of them, as source."""
    if numbers.dim() == 1:
        return _row(numbers)
    return "[\n        " + ",\n        ".join(map(_row, numbers)) + ",\n    ]"


def _row(numbers: Tensor) -> str:
    """One row, each number as short as it can be without becoming another float32."""
    return "[" + ", ".join(str(number) for number in numbers.detach().numpy()) + "]"

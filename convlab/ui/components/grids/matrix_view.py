"""What the grids show of a layer as a matrix: its picture, what it is the transpose of, the input unrolled."""

from typing import Any

from torch import Tensor

from convlab import rendering
from convlab.errors import ConvLabError
from convlab.layers import Conv2d, ConvTranspose2d, Layer, Windowed
from convlab.matrices import matrix, patches, weight_index
from convlab.network import Step
from convlab.script import layer_source
from convlab.ui.components.component import Payload
from convlab.ui.components.grids.message import Matrix, Patches
from convlab.window import by

MAX_MATRIX = 40_000
MAX_MATRIX_SIDE = 256


def matrix_view(step: Step, image: Tensor, output: Tensor, numbers: Payload) -> Matrix:
    """The layer as a matrix, what it is the transpose of, and the input unrolled; or why it is not shown."""
    layer = step.layer
    if not isinstance(layer, Windowed) or layer.arithmetic == "max":
        return {"words": "A maximum is not a sum of products: there is no matrix for it."}
    outputs, inputs = output.numel(), image.numel()
    if outputs * inputs > MAX_MATRIX or max(outputs, inputs) > MAX_MATRIX_SIDE:
        words = f"The matrix has {outputs:,} rows and {inputs:,} columns: too many to draw."
        return {"words": f"{words} Use a smaller input to see it."}
    shape = tuple(image.shape)
    table = matrix(layer, shape, step.weight)
    again = (table @ image.flatten()).reshape(output.shape)
    if step.bias is not None:
        again = again + step.bias[:, None, None]
    index = weight_index(layer, shape)
    filled = int((index != -1).sum())
    lines = [
        f"{outputs} rows, one for each output number, times {inputs} columns, one for each input number: "
        f"{filled:,} of {table.numel():,} entries are weights, the rest are zeros.",
        f"Matrix times input is the layer's output: the largest difference is {off(again, output)}.",
    ]
    return {
        "size": (outputs, inputs),
        "index": numbers.add(index),
        "words": " ".join([*lines, *_turned(layer, shape, tuple(output.shape), step.weight, table)]),
        "patches": _patches(step, image, output, numbers),
    }


def _turned(
    layer: Layer, shape: tuple[int, ...], output: tuple[int, ...], weight: Tensor | None, table: Tensor
) -> list[str]:
    """That the matrix turned over is the matrix of the layer that goes the other way, where there is one."""
    try:
        other = _other_way(layer, shape)
        if other is None or other.output_shape(output) != shape:
            return []
    except ConvLabError:
        return []
    difference = off(matrix(other, output, weight).T, table)
    return [f"Its transpose is the matrix of {layer_source(other)}: the largest difference is {difference}."]


def _other_way(layer: Layer, shape: tuple[int, ...]) -> Conv2d | ConvTranspose2d | None:
    """The layer with the same weight and the transposed matrix: from the output's shape back to the input's."""
    shared: dict[str, Any] = {"bias": False}
    if isinstance(layer, ConvTranspose2d):
        shared |= {"stride": layer.stride, "padding": layer.padding, "dilation": layer.dilation, "groups": layer.groups}
        return Conv2d(layer.out_channels, layer.in_channels, layer.kernel_size, **shared)
    if not isinstance(layer, Conv2d) or layer.padding_mode != "zeros":
        return None
    window = layer.window
    if window.padding_end not in (None, window.padding):
        return None
    least = window.stamped_size(window.output_size((shape[1], shape[2])))
    shared |= {"stride": layer.stride, "padding": window.padding, "dilation": layer.dilation, "groups": layer.groups}
    shared["output_padding"] = (shape[1] - least[0], shape[2] - least[1])
    return ConvTranspose2d(layer.out_channels, layer.in_channels, layer.kernel_size, **shared)


def _patches(step: Step, image: Tensor, output: Tensor, numbers: Payload) -> Patches | None:
    """The unrolled input: each window as a column, the weights as rows that multiply it."""
    layer = step.layer
    if not isinstance(layer, Conv2d) or layer.groups > 1 or step.weight is None:
        return None
    columns = patches(layer, image)
    again = (step.weight.flatten(1) @ columns).reshape(output.shape)
    if step.bias is not None:
        again = again + step.bias[:, None, None]
    words = (
        f"Unrolled: each window is one column of {len(columns)} numbers. "
        f"The weight, {by(step.weight.flatten(1).shape)}, "
        f"times these {columns.shape[1]} columns is the same output: the largest difference is {off(again, output)}."
    )
    return {
        "size": (columns.shape[0], columns.shape[1]),
        "colours": numbers.add(rendering.entries(columns, rendering.limit_of(image))),
        "words": words,
    }


def off(one: Tensor, other: Tensor) -> str:
    """The largest difference of two tensors, in words."""
    return f"{float((one - other).abs().max()):.1g}".replace("-", "−")

"""A new kind of layer is one class: everything that shows layers takes it."""

import contextlib
import io
from dataclasses import dataclass, field
from typing import ClassVar

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from convlab import (
    SAMPLES,
    AvgPool2d,
    Conv2d,
    ConvLabError,
    ConvTranspose2d,
    MaxPool2d,
    ReLU,
    Step,
    Window,
    animate,
    explain,
    load_image,
    matrix,
    overlap,
    plan,
    program,
    receptive_field,
    sentence,
    trace,
)
from convlab.layers import KINDS, Layer, Windowed
from convlab.matrices import patches, weight_index
from convlab.meetings import meetings
from convlab.network import step_of
from convlab.script import layer_source


@dataclass(frozen=True)
class LPPool2d(Windowed):
    """The sum of each window: torch.nn.LPPool2d with norm_type 1."""

    name: ClassVar[str] = "Sum pooling"
    short: ClassVar[str] = "sum"
    norm_type: float
    kernel_size: tuple[int, int]
    window: Window = field(init=False, repr=False, compare=False)

    def __post_init__(self):
        window = Window(self.kernel_size, self.kernel_size)
        self.__dict__.update(kernel_size=window.kernel_size, window=window)

    def tap_weights(self, channel, weight, taps):
        return taps.inside.double()[None]

    def __call__(self, input, weight=None, bias=None):
        self.check_operands(input, weight, bias)
        return F.lp_pool2d(input, self.norm_type, self.kernel_size)


@dataclass(frozen=True)
class Softplus(Layer):
    """A layer without a window."""

    name: ClassVar[str] = "Softplus"

    def output_size(self, input_size):
        return input_size

    def __call__(self, input, weight=None, bias=None):
        return F.softplus(input)


POOL, IMAGE = LPPool2d(1, (2, 3)), torch.arange(1.0, 36).reshape(1, 5, 7)


def test_a_new_kind_is_traced_planned_and_measured():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.LPPool2d(1, (2, 3)), nn.Softplus())
    steps = [step_of(module, kinds=(*KINDS, LPPool2d, Softplus)) for module in model]
    assert [step.layer for step in steps] == [Conv2d(1, 2, 3, padding=1), POOL, Softplus()]
    stages = trace(steps, IMAGE)
    assert torch.equal(stages[-1].output, model(IMAGE))
    layers = [step.layer for step in steps]
    assert plan(layers, IMAGE.shape) == [((2, 5, 7), 630), ((2, 2, 2), 0), ((2, 2, 2), 0)]
    assert receptive_field(layers) == stages[-1].receptive_field == (4, 5)
    assert (POOL.short_name, Softplus().short_name, POOL.title) == (
        "sum 2×3",
        "Softplus",
        "Sum pooling: kernel 2×3, stride (2, 3)",
    )


def test_a_new_kind_is_met_explained_and_drawn():
    assert meetings(POOL, (5, 7)).cells == (((0, 1), (2, 3)), ((0, 1, 2), (3, 4, 5)))
    why = explain(POOL, IMAGE, channel=0, position=(1, 1))
    assert (why.total, why.winner, why.divisor) == (POOL(IMAGE)[0, 1, 1], None, None)
    words = "six products over rows 2 to 3, columns 3 to 5 sum to 135."
    assert sentence(why) == f"Output row 1, column 1: {words}"
    assert torch.equal(matrix(POOL, IMAGE.shape) @ IMAGE.flatten(), POOL(IMAGE).flatten())
    assert weight_index(POOL, (1, 2, 3)).tolist() == [[0, 1, 2, 3, 4, 5]]
    assert torch.equal(patches(POOL, IMAGE).sum(0), POOL(IMAGE).flatten())
    assert overlap(POOL, IMAGE.shape).sum() == 4 * 6
    assert animate(POOL, (5, 7))[:3] == b"GIF"


def test_a_program_writes_a_new_kind():
    assert layer_source(POOL) == "nn.LPPool2d(norm_type=1, kernel_size=(2, 3))"
    path = SAMPLES["panda"].path
    image, steps, space = load_image(path, max_side=24), [Step(POOL), Step(Softplus())], {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program(steps, "chain", str(path), tuple(image.shape[1:])), space)
    assert torch.equal(space["stages"][-1], trace(steps, image)[-1].output)


def test_what_a_new_kind_has_not_is_refused():
    with pytest.raises(ConvLabError, match=r"^`weight` must be left out: Sum pooling has none: got 1×1 numbers\."):
        POOL(IMAGE, torch.ones(1, 1))
    with pytest.raises(ConvLabError, match=r"^`model` must be a row of Conv2d, .* and Linear: got 'LPPool2d'\."):
        step_of(nn.LPPool2d(1, 2))


@pytest.mark.parametrize(
    ("layer", "short", "arithmetic", "fill", "padding"),
    [
        (Conv2d(1, 1, 5), "conv 5×5", "sum", "0", "it reads 0"),
        (Conv2d(1, 1, 5, padding_mode="reflect"), "conv 5×5", "sum", "0", "it copies cells (reflect)"),
        (ConvTranspose2d(1, 1, (2, 3)), "transposed 2×3", "sum", "0", "it is cut off the output"),
        (MaxPool2d(2), "max 2×2", "max", "−∞", "a maximum never chooses it"),
        (AvgPool2d(2), "average 2×2", "avg", "0", "the mean counts it as 0"),
        (AvgPool2d(2, count_include_pad=False), "average 2×2", "avg", "", "the mean leaves it out"),
    ],
)
def test_a_layer_has_words_for_itself(layer, short, arithmetic, fill, padding):
    assert (layer.short_name, layer.arithmetic, layer.fill_text, layer.padding_words) == (
        short,
        arithmetic,
        fill,
        padding,
    )


def test_names():
    assert [kind.name for kind in KINDS] == [
        "Convolution",
        "Transposed convolution",
        "Maximum pooling",
        "Average pooling",
        "ReLU",
        "Leaky ReLU",
        "Batch norm",
        "Dropout",
        "Dropout of maps",
        "Identity",
        "Adaptive average pooling",
        "Up-sampling",
        "Flatten",
        "Linear",
    ]
    assert (ReLU().short_name, ReLU().arithmetic) == ("ReLU", "relu")


@pytest.mark.parametrize("layer", [MaxPool2d(2), AvgPool2d(2), ReLU()], ids=lambda layer: layer.name)
def test_a_layer_without_numbers_refuses_them(layer):
    with pytest.raises(ConvLabError, match=r"^`weight` must be left out: .* has none: got 1×1×1×1 numbers\. Call the "):
        layer(IMAGE, torch.ones(1, 1, 1, 1))
    with pytest.raises(ConvLabError, match=r"^`bias` must be left out: .* has none: got 1 numbers\. Call the layer"):
        layer(IMAGE, None, torch.ones(1))


@pytest.mark.parametrize("kind", [Conv2d, ConvTranspose2d])
def test_a_bias_that_the_layer_was_made_without_is_refused(kind):
    layer, weight, bias = kind(1, 2, 1, bias=False), torch.ones(kind(1, 2, 1).weight_shape), torch.ones(2)
    message = (
        r"^`bias` must be left out of a layer made without one: this layer has bias False, got 2 numbers\. "
        r"Leave it out, or make the layer with bias True\.$"
    )
    calls = [
        lambda: layer(IMAGE, weight, bias),
        lambda: trace([Step(layer, weight, bias)], IMAGE),
        lambda: explain(layer, IMAGE, weight, bias, channel=0, position=0),
    ]
    for call in calls:
        with pytest.raises(ConvLabError, match=message) as refusal:
            call()
        assert refusal.value.fix == {"bias": True}
    layer.with_bias(True)(IMAGE, weight, bias)


@pytest.mark.parametrize("kind", [Conv2d, ConvTranspose2d])
def test_a_bias_may_be_left_out_as_in_torchs_functions(kind):
    layer, weight = kind(1, 2, 1), torch.ones(kind(1, 2, 1).weight_shape)
    assert torch.equal(layer(IMAGE, weight), layer(IMAGE, weight, torch.zeros(2)))
    assert explain(layer, IMAGE, weight, channel=0, position=0).bias == 0

"""Generated programs: run, each gives the picture's numbers."""

import contextlib
import io
import warnings
from pathlib import Path

import pytest
import torch
from draws import channels, drawn, ours, sides, whole
from hypothesis import assume, given
from hypothesis import strategies as st
from torch import nn

from convlab import (
    SAMPLES,
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Step,
    Upsample,
    kernels,
    load_image,
    program,
    to_grey,
    trace,
)
from convlab.network import two_layers
from convlab.script import layer_source

PANDA = SAMPLES["panda"].path


def run(source):
    """The program's own variables, after it has run."""
    space = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()) as printed, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Using padding='same'")  # torch says so of even kernels
        exec(compile(source, "program.py", "exec"), space)
    return space | {"printed": printed.getvalue()}


def check(steps, path=PANDA, side=24, grey=False):
    """The program's stages are the trace's."""
    image = load_image(path, max_side=side)
    stages = trace(steps, to_grey(image) if grey else image)
    made = run(program(steps, "chain", str(path), tuple(image.shape[1:]), grey))["stages"]
    assert len(made) == len(stages)
    for maps, stage in zip(made, stages, strict=True):
        if grey:
            torch.testing.assert_close(maps, stage.output, rtol=1e-4, atol=1e-4)
        else:
            assert torch.equal(maps, stage.output)


@st.composite
def rows_of_steps(draw, in_channels):
    """One to four layers with kernels of every kind, random, repeated or by name."""
    steps = []
    for index in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from([Conv2d, Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d, ReLU]))
        if kind is ReLU:
            steps.append(Step(ReLU()))
            continue
        kernel, stride = draw(sides(1, 3)), draw(st.sampled_from([1, 1, 2, (1, 2)]))
        if kind in (MaxPool2d, AvgPool2d):
            extra = {"dilation": draw(sides(1, 2))} if kind is MaxPool2d else {"count_include_pad": draw(st.booleans())}
            settings = {"stride": draw(st.sampled_from([None, stride])), "ceil_mode": draw(st.booleans()), **extra}
            padding = 0 if kernel == 1 or isinstance(kernel, tuple) else draw(st.integers(0, 1))
            steps.append(Step(kind(kernel, padding=padding, **settings)))
            continue
        out = draw(st.sampled_from([in_channels, 2 * in_channels]))
        shared = {
            "groups": draw(st.sampled_from([1, in_channels])),
            "dilation": draw(sides(1, 2)),
            "bias": draw(st.booleans()),
        }
        if kind is Conv2d:
            padding = draw(sides(0, 2) | st.sampled_from(["same", "valid"]))
            mode = draw(st.sampled_from(["zeros", "zeros", "reflect", "replicate", "circular"]))
            shared |= {"padding_mode": mode, "padding": padding, "stride": 1 if padding == "same" else stride}
        else:
            shared |= {"padding": draw(sides(0, 1)), "stride": stride, "output_padding": int(stride == 2)}
        layer = kind(in_channels, out, kernel, **shared)
        weight = draw(weights(layer.weight_shape, seed=index))
        bias = kernels.random(1, 1, out, seed=index + 9).flatten() if layer.bias else None
        steps.append(Step(layer, weight, bias))
        in_channels = out
    return steps


@st.composite
def weights(draw, shape, seed):
    """Random numbers; or one channel's repeated over the inputs, over the outputs, or over both; or all zero."""
    weight = kernels.random(shape[2:], shape[1], shape[0], seed)
    how = draw(st.sampled_from(["random", "inputs", "outputs", "both", "zero", "tiny"]))
    if how in ("inputs", "both"):
        weight = weight[:, :1].expand(shape)
    if how in ("outputs", "both"):
        weight = weight[:1].expand(shape)
    return weight * {"zero": 0, "tiny": 1e-20}.get(how, 1)


@pytest.mark.parametrize("grey", [False, True])
@drawn(150)
@given(st.data())
def test_a_program_gives_the_traces_numbers(grey, data):
    steps = data.draw(rows_of_steps(1 if grey else 3))
    assume(ours(lambda: trace(steps, torch.zeros(1 if grey else 3, 24, 18))))
    check(steps, grey=grey)


def test_a_program_with_layers_that_take_batches():
    numbers = [whole(4, seed=seed) for seed in (1, 2, 3)]
    check([
        Step(Conv2d(3, 4, 3, bias=False), kernels.random(3, 3, 4)),
        Step(BatchNorm2d(4, eps=0.5), *numbers, numbers[0].abs() + 1),
        Step(LeakyReLU(0.2)),
        Step(Upsample(scale_factor=2, mode="bilinear")),
        Step(AdaptiveAvgPool2d((2, 3))),
        Step(Flatten()),
        Step(Linear(24, 3), whole(3, 24), whole(3)),
    ])  # fmt: skip


@pytest.mark.parametrize("grey", [False, True])
def test_the_two_layer_demo_at_full_size(grey):
    check(two_layers(1 if grey else 3), side=256, grey=grey)


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("side", [64, 512])
def test_every_sample_is_opened_as_on_the_page(name, side):
    check([Step(ReLU())], SAMPLES[name].path, side)


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("layer", [Conv2d, ConvTranspose2d])
def test_a_bias_is_there_when_the_step_has_one(layer, given):
    """A layer that may have a bias adds the step's, and none where it has none; the program does as well."""
    bias = torch.tensor([0.5, -0.25]) if given else None
    check([Step(layer(3, 2, 1), whole(*layer(3, 2, 1).weight_shape), bias)])


def test_a_models_own_parameters_can_be_written():
    model = nn.Conv2d(3, 2, 3)
    check([Step(Conv2d(3, 2, 3), model.weight, model.bias)])


def test_a_program_prints_each_layer_with_its_shape():
    space = run(program(two_layers(), "chain", str(PANDA), (235, 180)))
    lines = space["printed"].splitlines()
    assert len(lines) == 6
    assert lines[0].startswith("Conv2d(3, 4, kernel_size=(5, 5)") and lines[0].endswith(" (4, 231, 176)")
    assert lines[5].endswith(" (4, 55, 42)")
    assert isinstance(space["model"], nn.Sequential)


def test_a_program_reads_well():
    source = program(two_layers(), "3×235×180 → 4×55×42", "panda.png", (235, 180))
    assert source.startswith('"""Feature maps of a picture: 3×235×180 → 4×55×42."""\n')
    assert "convlab" not in source
    assert source.count("torch.tensor([\n") == 1  # the same four kernels in both layers: written once
    assert "[-1.0, -0.5, 0.0, 0.5, 1.0]" in source
    assert "model[0].weight.copy_(kernels_1.unsqueeze(1).repeat(1, 3, 1, 1))" in source
    assert "model[3].weight.copy_(kernels_1.unsqueeze(1).repeat(1, 4, 1, 1))" in source
    assert max(map(len, source.splitlines())) <= 120


def test_two_banks_are_written_under_two_names():
    steps = [
        Step(Conv2d(3, 2, 3, bias=False), kernels.bank("sobel", 3, 3)),
        Step(Conv2d(2, 2, 3, bias=False), kernels.random(3, 2, 2)),
    ]
    source = program(steps, "chain", "panda.png", (64, 49))
    assert "kernels_2 = torch.tensor" in source and "kernels_3" not in source
    check(steps)


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        (ReLU(), "nn.ReLU()"),
        (LeakyReLU(), "nn.LeakyReLU()"),
        (LeakyReLU(0.2), "nn.LeakyReLU(negative_slope=0.2)"),
        (BatchNorm2d(4, affine=False), "nn.BatchNorm2d(4, affine=False)"),
        (AdaptiveAvgPool2d((7, 5)), "nn.AdaptiveAvgPool2d(output_size=(7, 5))"),
        (Upsample(scale_factor=2), "nn.Upsample(scale_factor=2)"),
        (Upsample((8, 6), mode="bilinear"), "nn.Upsample(size=(8, 6), mode='bilinear')"),
        (Flatten(), "nn.Flatten()"),
        (Linear(24, 5, bias=False), "nn.Linear(24, 5, bias=False)"),
        (MaxPool2d(2, stride=1), "nn.MaxPool2d(kernel_size=2, stride=1)"),
        (MaxPool2d((2, 3), dilation=2, ceil_mode=True), "nn.MaxPool2d(kernel_size=(2, 3), dilation=2, ceil_mode=True)"),
        (
            AvgPool2d(3, 2, 1, count_include_pad=False),
            "nn.AvgPool2d(kernel_size=3, stride=2, padding=1, count_include_pad=False)",
        ),
        (Conv2d(4, 6, 3, padding="same", groups=2), "nn.Conv2d(4, 6, kernel_size=3, padding='same', groups=2)"),
        (Conv2d(1, 1, 3, stride=3), "nn.Conv2d(1, 1, kernel_size=3, stride=3)"),
        (
            Conv2d(4, 6, 3, (1, 2), 1, 2, bias=False, padding_mode="circular"),
            "nn.Conv2d(4, 6, kernel_size=3, stride=(1, 2), padding=1, dilation=2, bias=False, padding_mode='circular')",
        ),
        (
            ConvTranspose2d(4, 6, 3, 2, 1, 1, 2, False, (1, 2)),
            "nn.ConvTranspose2d(4, 6, kernel_size=3, stride=2, padding=1, output_padding=1, groups=2, bias=False, "
            "dilation=(1, 2))",
        ),
    ],
)  # fmt: skip
def test_a_layer_in_source(layer, source):
    assert layer_source(layer) == source


@pytest.mark.parametrize("kind", [Conv2d, ConvTranspose2d, MaxPool2d, AvgPool2d])
@drawn(100)
@given(channels(faults=False), sides(1, 5), sides(1, 3), sides(0, 3), sides(1, 3), st.booleans())
def test_a_layers_source_makes_the_layer(kind, counts, kernel_size, stride, padding, dilation, flag):
    """Evaluated on our own classes, the source is the layer again."""
    settings = {"kernel_size": kernel_size, "stride": stride}
    if kind in (Conv2d, ConvTranspose2d):
        settings |= {**counts, "padding": padding, "dilation": dilation, "bias": flag}
    elif kind is MaxPool2d:
        settings |= {"dilation": dilation, "ceil_mode": flag}
    else:
        settings |= {"ceil_mode": flag, "count_include_pad": not flag}
    layer = kind(**settings)
    assert eval(layer_source(layer).removeprefix("nn."), {kind.__name__: kind}) == layer


def test_programs_need_no_more_than_torch_numpy_and_pillow(tmp_path):
    source = program(two_layers(), "chain", str(PANDA), (64, 49))
    imports = [line for line in source.splitlines() if line.startswith(("import", "from"))]
    assert {line.split()[1].split(".")[0] for line in imports} == {"numpy", "torch", "PIL"}
    assert Path(PANDA).name in source

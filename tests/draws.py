"""What the property tests draw: layer settings, allowed or not, and whole numbers to run them on."""

import os
import warnings

import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from convlab import (
    AdaptiveAvgPool2d,
    Addition,
    AvgPool2d,
    Branch,
    Concatenation,
    Conv2d,
    ConvLabError,
    ConvTranspose2d,
    ReLU,
    Step,
    Upsample,
    plan_to_fault,
)

torch.set_num_threads(1)

TIMES = int(os.environ.get("CONVLAB_DRAWS", "1"))  # so many times the draws that a test names: `make test-long`


def drawn(examples):
    """The tests' profile: a quarter of so many draws, always the same; in a long run other ones; no deadline."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    same = TIMES == 1
    many = examples // 4 if same else examples * TIMES
    return settings(max_examples=many, deadline=None, derandomize=same, database=None, suppress_health_check=slow)


def sides(low, high):
    """An int, or a (height, width) pair."""
    return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))


def mostly(usual, rare):
    """The usual draw, and one time in nine the rare one."""
    return st.integers(0, 8).flatmap(lambda ninth: usual if ninth else rare)


SIZES = st.tuples(st.integers(1, 10), st.integers(1, 10))
BATCHES = st.sampled_from([(), (), (1,), (2,)])
GAPS = mostly(sides(1, 3), st.just(0))
STRIDES = mostly(sides(1, 3), st.sampled_from([0, -1, (1, 0)]))
KERNELS = mostly(sides(1, 5), st.sampled_from([0, (0, 3), 7, (1, 9)]))


@st.composite
def channels(draw, faults=True):
    """in_channels, out_channels and groups; the groups now and then do not divide them."""
    groups = draw(st.sampled_from([1, 1, 1, 2, 3]))
    extra = (
        draw(mostly(st.just((0, 0, 0)), st.sampled_from([(1, 0, 0), (0, 1, 0), (0, 0, -groups)])))
        if faults
        else (0,) * 3
    )
    given_in, given_out = (groups * draw(st.integers(1, 3)) for _ in range(2))
    return {"in_channels": given_in + extra[0], "out_channels": given_out + extra[1], "groups": groups + extra[2]}


@st.composite
def convolutions(draw, faults=True):
    """Settings of a Conv2d, not all of them allowed."""
    mode = draw(st.sampled_from(["zeros", "zeros", "zeros", "reflect", "replicate", "circular"]))
    negative = [-1] if mode == "zeros" else []  # torch crops there; ConvLab does not
    padding = draw(mostly(sides(0, 3) | st.sampled_from(["same", "valid"]), st.sampled_from(["full", 6, *negative])))
    stride = 1 if padding == "same" and draw(st.booleans()) else draw(STRIDES)
    return {
        **draw(channels(faults)),
        "kernel_size": draw(KERNELS),
        "stride": stride,
        "padding": padding,
        "dilation": draw(GAPS),
        "bias": draw(st.booleans()),
        "padding_mode": draw(mostly(st.just(mode), st.sampled_from([mode, "mirror"]))),
    }


@st.composite
def transposed(draw, faults=True):
    """Settings of a ConvTranspose2d, not all of them allowed."""
    return {
        **draw(channels(faults)),
        "kernel_size": draw(KERNELS),
        "stride": draw(STRIDES),
        "padding": draw(mostly(sides(0, 3), st.sampled_from([-1, 6]))),
        "output_padding": draw(mostly(sides(0, 1), sides(-1, 3))),
        "dilation": draw(mostly(sides(1, 3), st.just(-1))),  # 0 is taken by some of torch's backends, refused by others
        "bias": draw(st.booleans()),
        "padding_mode": draw(mostly(st.just("zeros"), st.sampled_from(["zeros", "reflect"]))),
    }


@st.composite
def pools(draw, average):
    """Settings of a pooling layer, not all of them allowed."""
    settings = {
        "kernel_size": draw(KERNELS),
        "stride": draw(st.none() | STRIDES),
        "padding": draw(mostly(sides(0, 1), sides(-1, 3))),
        "ceil_mode": draw(st.booleans()),
    }
    if average:
        return {**settings, "count_include_pad": draw(st.booleans())}
    return {**settings, "dilation": draw(GAPS)}


def whole(*shape, seed=0):
    """Small whole numbers as float32: their sums are exact in any order."""
    return torch.randint(-4, 5, shape, generator=torch.Generator().manual_seed(seed)).float()


def torchs(compute):
    """What torch answers, or None where it refuses; an empty map, which some backends let pass, is a refusal."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # empty kernels, uneven "same" padding
        try:
            answer = compute()
        except (RuntimeError, ValueError):
            return None
    return answer if answer.numel() else None


def ours(compute):
    """What ConvLab answers, or None where it refuses; any other error is a fault."""
    try:
        return compute()
    except ConvLabError:
        return None


def weighed(layer, seed=0):
    """A layer with whole numbers as weights."""
    shape = layer.weight_shape
    bias = whole(layer.outputs[0], seed=seed + 1) if getattr(layer, "bias", False) else None
    return Step(layer, None if shape is None else whole(*shape, seed=seed), bias)


def a_layer(draw, channels):
    """A plain layer that takes so many channels."""
    kernel, stride, makes = draw(st.integers(1, 3)), draw(st.sampled_from([1, 1, 2])), draw(st.integers(1, 2))
    padding = draw(st.integers(0, 2))
    kinds = [
        lambda: Conv2d(channels, makes, kernel, stride, padding, draw(st.integers(1, 2)), bias=makes > 1),
        lambda: Conv2d(channels, channels, kernel, 1, kernel // 2),
        lambda: Conv2d(channels, makes, kernel, padding=1, padding_mode="replicate"),
        lambda: ConvTranspose2d(channels, makes, kernel, stride, min(padding, kernel // 2)),
        lambda: AvgPool2d(kernel, stride, padding=min(padding, kernel // 2)),
        lambda: Upsample(scale_factor=2, mode=draw(st.sampled_from(["nearest", "bilinear"]))),
        lambda: AdaptiveAvgPool2d((kernel, stride)),
        lambda: ReLU(),
    ]
    return draw(st.sampled_from(kinds))()


@st.composite
def joined_rows(draw, most=8):
    """A row in which ways branch and meet, and the shape of its picture."""
    shape = (draw(st.integers(1, 2)), draw(st.integers(4, 9)), draw(st.integers(4, 9)))
    row, shapes = [], [shape]
    for _ in range(draw(st.integers(2, most))):
        earlier = range(len(shapes) - 1)
        alike = [number for number in earlier if shapes[number] == shapes[-1]]
        beside = [number for number in earlier if shapes[number][1:] == shapes[-1][1:] and shapes[number][0] < 5]
        kinds = [None] * 4 + [Branch] * bool(earlier) * 2 + [Addition] * bool(alike) * 4
        kind = draw(st.sampled_from([*kinds, *[Concatenation] * bool(beside) * 2]))
        numbers = {Branch: earlier, Addition: alike, Concatenation: beside}
        layer = kind(draw(st.sampled_from(numbers[kind]))) if kind else a_layer(draw, shapes[-1][0])
        planned, fault = plan_to_fault([*row, layer], shape)
        if fault is None and planned[-1][0][1] * planned[-1][0][2] <= 150:
            row, shapes = [*row, layer], [*shapes, planned[-1][0]]
    return row, shape

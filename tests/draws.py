"""What the property tests draw: layer settings, allowed or not, and whole numbers to run them on."""

import os
import warnings

import torch
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from convlab import ConvLabError

torch.set_num_threads(1)

TIMES = int(os.environ.get("CONVLAB_DRAWS", "1"))  # so many times the draws that a test names: `make test-long`


def drawn(examples):
    """The tests' profile: half of so many draws, always the same; in a long run other ones; no deadline."""
    slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    same = TIMES == 1
    many = examples // 2 if same else examples * TIMES
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

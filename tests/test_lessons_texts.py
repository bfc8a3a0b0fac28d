"""The lessons' sentences: what they name is there, and every number in them is found again by torch.nn alone."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from math import floor
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import convlab
from convlab.errors import ConvLabError
from convlab.exercises import KINDS, question
from convlab.exercises.puzzles import PUZZLES
from convlab.ui.address import from_query
from convlab.ui.fields import Choice, Decimal, Flag, Sides, Whole, settings_of
from convlab.ui.figures import brief, exact
from convlab.ui.lessons.figures import figures_of
from convlab.ui.lessons.text import PICTURES, lessons
from convlab.ui.network import settings as network
from convlab.ui.network.ways import pair_of
from convlab.ui.pictures import OWN, image_of, sample_picture
from convlab.ui.playground import settings as playground
from convlab.ui.steps import settings as small
from convlab.ui.there_and_back import settings as back

torch.set_num_threads(1)

STEPS = {f"{lesson.name}-{at}": step for lesson in lessons().values() for at, step in enumerate(lesson.steps, 1)}
CHECKS = {
    "": lambda settings: playground.check(settings, sample_picture(settings.picture).size),
    "step_by_step": small.check,
    "there_and_back": lambda settings: back.check(settings, sample_picture(settings.picture).size),
    "network": lambda settings: network.check(settings, sample_picture(settings.picture).size),
}
NAMES = r"1×1|ReLU6"  # names that have a digit
TERMS = (
    "padding",
    "stride",
    "dilations?",
    "relu",
    "pooling",
    "ceil_mode",
    "count_include_pad",
    "bias",
    "parameters",
    "groups",
    "depthwise",
    "multiply-adds?",
    "transposed",
    "output_padding",
    "channels?",
)


def used(step):
    """The figures that a step's sentences name."""
    return re.findall(r"\{(\w+)\}", step.words)


def values_of(settings, name):
    """Some values to which a control can be moved."""
    kind = settings_of(type(settings))[name].kind
    if isinstance(kind, Sides):
        return [(side, side) for side in range(kind.low, min(kind.high, 5) + 1)] + [(2, 3), (5, 3)]
    if isinstance(kind, Whole):
        return range(kind.low, min(kind.high, kind.low + 4) + 1)
    if isinstance(kind, Decimal):
        return [0.0, 0.5]
    if isinstance(kind, Flag):
        return [False, True]
    assert isinstance(kind, Choice)
    return [option for option in settings.options(name) if option != OWN]


def states(step):
    """The step's picture as it opens, and with each of its controls moved, as far as the page shows it."""
    yield step.settings
    for name in step.controls:
        for value in values_of(step.settings, name):
            moved = replace(step.settings, **{name: value})
            try:
                CHECKS[step.path](moved)
            except ConvLabError:
                continue
            yield moved


# --- what is named is there ------------------------------------------------------------------------------------------


def test_the_lessons_are_in_the_posts_order():
    assert [*lessons()] == [
        "one-position", "padding", "stride", "dilation", "rows-and-columns", "negatives", "why-relu", "pooling",
        "channels", "two-layers", "one-by-one", "correlation", "transposed", "output-padding", "there-and-back",
        "matrices", "learned-kernels",
    ]  # fmt: skip


def test_every_question_that_students_ask_is_answered_by_some_step():
    assert {answer for step in STEPS.values() for answer in step.answers} == {*range(1, 22)}


def test_every_kind_of_question_and_every_puzzle_is_asked_by_some_step():
    assert {step.question for step in STEPS.values()} - {""} == {*KINDS}
    assert {step.puzzle for step in STEPS.values()} - {""} == {*PUZZLES}


@pytest.mark.parametrize(
    "at", [at for at, step in enumerate(STEPS.values()) if step.question], ids=lambda at: [*STEPS][at]
)
def test_a_question_uses_no_term_that_no_step_has_said(at):
    steps = [*STEPS.values()][: at + 1]
    said = re.sub(r"\{\w+\}", "", " ".join(f"{step.title} {step.words}" for step in steps)).lower()
    asked = [question(steps[-1].question, seed) for seed in range(40)]
    words = " ".join(word for each in asked for word in (each.text, *each.options)).lower()
    assert not [term for term in TERMS if re.search(rf"\b{term}\b", words) and not re.search(rf"\b{term}", said)]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_picture_is_one_that_its_page_shows(step):
    path, _, query = step.picture.partition("?")
    pairs = [part.partition("=")[::2] for part in query.split("&")] if query else []
    settings, bad = from_query(dict(pairs), PICTURES[path])
    assert not bad and settings == step.settings
    assert len(dict(pairs)) == len(pairs)
    CHECKS[path](settings)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_step_has_few_controls_and_each_has_something_to_say(step):
    known = settings_of(type(step.settings))
    assert len(step.controls) <= 3
    assert all(known[name].label and name not in step.settings.idle for name in step.controls)
    assert all(len({*values_of(step.settings, name)} - {getattr(step.settings, name)}) for name in step.controls)


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_no_number_is_typed(step):
    words = re.sub(rf"\{{\w+\}}|{NAMES}", "", f"{step.title} {step.words}")
    assert not re.search(r"\d", words), words
    assert len(re.findall(r"[.?!:](?=\s|\Z)", words)) <= 5, "a step has a few sentences"


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_every_figure_is_there_whatever_the_controls_say(step):
    for state in states(step):
        figures = figures_of(step.path, state)
        lacking = [name for name in used(step) if name not in figures]
        assert not lacking, (state, lacking)


def test_a_figure_that_says_nothing_of_a_picture_is_a_dash():
    figures = figures_of("step_by_step", small.StepSettings(operation="max"))
    assert figures["stamps_apart"] == "–" and "stamps_apart" not in figures
    assert figures["output"] == "5×5" and "output" in figures


# --- every number is found again by torch.nn -------------------------------------------------------------------------


def valued(formula):
    """What a written formula comes to: '⌊(8 + 2·0 − 1·(3 − 1) − 1) / 2⌋ + 1 = 3' is (3, '3')."""
    formula, _, result = formula.rpartition(" = ")
    code = formula.translate({ord("·"): "*", ord("−"): "-", ord("⌊"): "floor(", ord("⌋"): ")"})
    return eval(code.replace(",", ""), {"floor": floor}), result.replace(",", "")


def numbers_in(text):
    """The whole numbers in a text."""
    return [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", text)]


def pair_in(text):
    """The two sides that a text says: no zeros, 1 zero, (1, 2) zeros."""
    numbers = [0] if text.startswith("no ") else numbers_in(text)
    return numbers[0], numbers[-1]


def extent(seen):
    """Rows and columns from the first cell that is seen to the last."""
    return crossed([int(line.nonzero()[-1] - line.nonzero()[0] + 1) for line in (seen.any(1), seen.any(0))])


def counted(count, noun):
    """A count with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def crossed(sides):
    """A size as it is written."""
    return "×".join(map(str, sides))


def paired(sides):
    """Two sides, once where they are the same."""
    return str(sides[0]) if sides[0] == sides[1] else f"({sides[0]}, {sides[1]})"


def per_cent(of_one):
    """A share."""
    if 0 < of_one < 0.01:
        return "less than 1\xa0%"
    return "more than 99\xa0%" if 0.99 < of_one < 1 else f"{of_one:.0%}".replace("%", "\xa0%")


class Small:
    """A small layer by torch.nn: what its figures have to be."""

    def __init__(self, settings):
        self.settings, self.image = settings, small.image_of(settings)
        self.module = self.made()
        with torch.no_grad():
            if hasattr(self.module, "weight"):
                self.module.weight.copy_(small.step_of(settings).weight)
            if getattr(self.module, "bias", None) is not None:
                self.module.bias.fill_(settings.bias)
            self.output = self.module(self.image)

    def made(self, **changes):
        """The module, or one with other settings."""
        s = self.settings
        shared = {"kernel_size": s.kernel_size, "stride": s.stride, "padding": s.padding, "dilation": s.dilation}
        if s.operation in ("max", "avg"):
            shared["ceil_mode"] = s.ceil_mode
            if s.operation == "avg":
                shared["count_include_pad"] = s.count_include_pad
                del shared["dilation"]
            return {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[s.operation](**shared | changes)
        if s.padding_kind != "numbers":
            shared["padding"] = s.padding_kind
        kernels = min(s.out_channels, {"sobel": 2, "emboss": 1, "box": 1, "gaussian": 1, "gradients": 4}.get(s.bank, 9))
        shared |= {"in_channels": s.in_channels, "out_channels": s.in_channels if s.depthwise else kernels}
        shared |= {"groups": s.in_channels if s.depthwise else 1, "bias": s.bias != 0}
        if s.operation == "transposed":
            return nn.ConvTranspose2d(**shared | {"output_padding": s.output_padding} | changes)
        return nn.Conv2d(padding_mode=s.padding_mode, **shared | changes)

    def plain(self, **changes):
        """The module of one channel, all of whose weights are 1."""
        module = self.made(**{"in_channels": 1, "out_channels": 1, "groups": 1, "bias": False} | changes)
        nn.init.ones_(module.weight)
        return module

    def reads(self):
        """How often each cell of the input is read."""
        cells = torch.zeros(1, *self.image.shape[1:], requires_grad=True)
        self.plain()(cells).sum().backward()
        return cells.grad[0]

    def stamp(self):
        """The kernel's cells, spread out by the dilation."""
        dilation = self.settings.dilation
        return F.conv_transpose2d(
            torch.ones(1, 1, 1, 1), torch.ones(1, 1, *self.settings.kernel_size), dilation=dilation
        )

    def place(self):
        """The number that is pointed at."""
        place = numbers_in(figures_of("step_by_step", self.settings)["place"])
        assert not self.settings.at or place == [int(part) for part in self.settings.at.split(",")][1:]
        return place

    def patches(self):
        """What the window reads at that number: channels, cells."""
        row, column = self.place()
        s = self.settings
        ring = self.module.padding if isinstance(self.module.padding, tuple) else s.padding
        unfold = nn.Unfold(s.kernel_size, padding=ring, stride=s.stride, dilation=s.dilation)
        return lambda image: unfold(image[None])[0, :, row * self.output.shape[2] + column].unflatten(
            0, (len(image), -1)
        )

    # the figures

    def input(self):
        return crossed(self.image.shape[1:])

    def output_(self):
        return crossed(self.output.shape[1:])

    def kernel_size(self):
        return crossed(self.settings.kernel_size)

    def stride(self):
        return paired(self.settings.stride)

    def padding(self):
        if self.settings.padding_kind == "valid":
            return "0"
        if self.settings.padding_kind == "numbers":
            return paired(self.settings.padding)
        before, after = (
            [(side - 1) // 2 for side in self.settings.kernel_size],
            [side // 2 for side in self.settings.kernel_size],
        )
        ring = F.pad(self.image, (before[1], after[1], before[0], after[0]))
        torch.testing.assert_close(F.conv2d(ring, self.module.weight), self.output)  # so torch pads, too
        return paired(before) if before == after else f"{paired(before)} before and {paired(after)} after"

    def output_padding(self):
        return paired(self.settings.output_padding)

    def dilated_size(self):
        return crossed(self.stamp().shape[2:])

    def apart(self):
        return "side by side" if self.settings.dilation == (1, 1) else f"{paired(self.settings.dilation)} cells apart"

    def gaps(self):
        gaps = int((self.stamp() == 0).sum())
        if not gaps:
            return "no cell lies between them"
        return "the 1 cell between is left out" if gaps == 1 else f"the {gaps} cells between are left out"

    def weights(self):
        return counted(int(self.stamp().sum()), "weight")

    def covered(self):
        return counted(self.stamp().numel(), "weight")

    def fits(self):
        told = [{1: "once", 2: "twice"}.get(side, f"{side} times") for side in self.output.shape[1:]]
        return f"{told[0]} downwards and {told[1]} across"

    def positions(self):
        return counted(self.output[0].numel(), "position")

    def every_position(self):
        return counted(self.made(stride=1)(self.image)[0].numel(), "position")

    def compared(self):
        differences = [made - read for read, made in zip(self.image.shape[1:], self.output.shape[1:], strict=True)]
        if differences == [0, 0]:
            return "as large as the input"
        rows, columns = (counted(abs(each), noun) for each, noun in zip(differences, ("row", "column"), strict=True))
        ways = [{-1: " smaller", 0: "", 1: " larger"}[(each > 0) - (each < 0)] for each in differences]
        if ways[0] == ways[1]:
            return f"{rows} and {columns}{ways[0]} than the input"
        told = [f"{each}{way}" for each, way in zip((rows, columns), ways, strict=True) if way]
        return f"{' and '.join(told)} than the input"

    def unread(self):
        reads = self.reads()
        return f"{int((reads == 0).sum())} of {counted(reads.numel(), 'cell')}"

    def left_over(self):
        ring = self.module.padding
        cells = torch.zeros(
            1, *(side + 2 * more for side, more in zip(self.image.shape[1:], ring, strict=True)), requires_grad=True
        )
        self.plain(padding=0)(cells).sum().backward()
        ends = [int(line.flip(0).bool().int().argmax()) for line in (cells.grad[0].sum(1), cells.grad[0].sum(0))]
        if ends == [0, 0]:
            return "The last windows end exactly at the edge: nothing is left over"
        told = [counted(end, noun) for end, noun in zip(ends, ("row", "column"), strict=True) if end]
        return f"At the end {' and '.join(told)} {'is' if sum(ends) == 1 else 'are'} left over"

    def collapsing(self):
        there = nn.Conv2d(
            1, 1, self.settings.kernel_size, self.settings.stride, self.settings.padding, self.settings.dilation
        )
        small_side = self.image.shape[1] if self.settings.operation == "transposed" else self.output.shape[1]
        sizes = []
        for side in range(1, 60):
            try:
                made = there(torch.zeros(1, side, 30)).shape[1]
            except RuntimeError:
                continue
            sizes += [side] * (made == small_side)
        if len(sizes) == 1:
            return counted(sizes[0], "row")
        return f"{', '.join(map(str, sizes[:-1]))} or {sizes[-1]} rows"

    def input_rows(self):
        return counted(self.image.shape[1], "row")

    def number(self):
        channel = int(self.settings.at.split(",")[0]) if self.settings.at else 0
        row, column = self.place()
        return exact(float(self.output[channel, row, column]))

    def products(self):
        return counted(self.patches()(self.image).numel() // self.module.groups, "product")

    def met(self):
        inside = self.patches()(torch.ones_like(self.image[:1]))
        return f"{int(inside.sum())} of the {counted(inside.numel(), 'cell')}"

    def divisor(self):
        inside = self.patches()(torch.ones_like(self.image[:1]))
        return str(inside.numel() if self.settings.count_include_pad else int(inside.sum()))

    def smallest(self):
        return brief(float(self.output.min()))

    def largest(self):
        return brief(float(self.output.max()))

    def channels(self):
        return counted(self.module.in_channels, "channel")

    def maps(self):
        return counted(len(self.output), "map")

    def kernels(self):
        return counted(self.module.out_channels, "kernel")

    def groups(self):
        return str(self.module.groups)

    def weight_shape(self):
        return str(tuple(self.module.weight.shape))

    def inputs(self):
        return counted(self.image.numel(), "number")

    def outputs(self):
        return counted(self.output.numel(), "number")

    def by_output(self):
        return f"{self.module.weight.numel() * self.output[0].numel():,}"

    def jacobian(self, module):
        found = torch.autograd.functional.jacobian(module, self.image)
        return found.reshape(self.output.numel(), self.image.numel())

    def matrix(self):
        return crossed(self.jacobian(self.module).shape)

    def filled(self):
        found = self.jacobian(self.plain())
        return f"{int(found.bool().sum()):,} of {found.numel():,} entries"

    def stamps_apart(self):
        return "1 cell" if self.settings.stride == (1, 1) else f"{paired(self.settings.stride)} cells"

    def uncropped(self):
        return crossed(self.made(padding=0)(self.image).shape[1:])

    def last_row(self):
        reached = self.plain()(torch.ones(1, *self.image.shape[1:]))[0, -1] > 0
        return f"{int(reached.sum())} of {counted(len(reached), 'number')}"

    def spread_difference(self):
        return "0"

    def stamps(self):
        side = 40
        counts = self.plain(padding=0, output_padding=0)(torch.ones(1, side, side))[0, 15:-15, 15:-15]
        found = counts.unique().int().tolist()
        if len(found) == 1:
            return f"every number gets {counted(found[0], 'stamp')}"
        return f"a number gets {', '.join(map(str, found[:-1]))} or {counted(found[-1], 'stamp')}"

    def kernel_lies(self):
        return "turned by half a turn" if self.settings.flip else "as it is"

    def spike_gives(self):
        rows, columns = (side // 2 for side in self.image.shape[1:])
        high, wide = self.settings.kernel_size
        made = self.output[0, rows - high + 1 : rows + 1, columns - wide + 1 : columns + 1]
        given = self.module.weight[0, 0].flip(-2, -1) if self.settings.flip else self.module.weight[0, 0]
        torch.testing.assert_close(self.output.sum(), made.sum())  # beside it there is nothing
        same, turned = torch.equal(made, given), torch.equal(made, given.flip(-2, -1))
        return {
            (True, True): "the kernel, which half a turn does not change",
            (True, False): "the kernel itself",
            (False, True): "the kernel turned by half a turn",
        }[same, turned]

    def turning(self):
        with torch.no_grad():
            change = float((F.conv2d(self.image, self.module.weight.flip(-2, -1)) - self.output).abs().max())
        return f"changes numbers by up to {exact(change)}" if change else "changes nothing"

    def letters(self):
        if self.settings.operation == "transposed":
            return "(in − 1)·stride − 2·padding + dilation·(kernel_size − 1) + output_padding + 1"
        return "⌊(in + 2·padding − dilation·(kernel_size − 1) − 1) / stride⌋ + 1"


class OfSmall:
    """Figures of a small layer that are formulas: what they say, against torch."""

    @staticmethod
    def rows_formula(found, it):
        assert valued(found) == (it.output.shape[1], str(it.output.shape[1]))

    rows_fitted = rows_formula

    @staticmethod
    def columns_formula(found, it):
        assert valued(found) == (it.output.shape[2], str(it.output.shape[2]))

    @staticmethod
    def half(found, it):
        halves = [float(half) for half in re.findall(r"= ([\d.]+)", found)] * 2
        for axis, side in enumerate(it.settings.kernel_size):
            line = torch.zeros(1, 1, 20)
            kept = [half for half in range(side + 1) if nn.Conv1d(1, 1, side, padding=half)(line).shape[2] == 20]
            assert kept == ([halves[axis]] if halves[axis] == int(halves[axis]) else [])
        assert ("no whole number" in found) == any(half != int(half) for half in halves)

    @staticmethod
    def channel_sums(found, it):
        row, column = it.place()
        parts = it.patches()(it.image).double() * it.module.weight[0].flatten(1)
        said = [float(part) for part in re.findall(r"-?\d+(?:\.\d+)?", found.replace("−", "-").replace(",", ""))]
        digits = max(len(number.partition(".")[2]) for number in re.findall(r"[\d.]+", found))
        assert said[-1] == pytest.approx(float(it.output[0, row, column]), abs=0.51 * 10**-digits)
        assert said[:-1] == pytest.approx(parts.sum(1).tolist() if len(parts) > 1 else [], abs=1.51 * 10**-digits)
        assert sum(said[:-1]) == pytest.approx(said[-1] if len(parts) > 1 else 0)

    @staticmethod
    def weight_product(found, it):
        assert valued(found) == (it.module.weight.numel(), str(it.module.weight.numel()))

    @staticmethod
    def full_product(found, it):
        full = nn.Conv2d(it.module.in_channels, it.module.out_channels, it.settings.kernel_size).weight.numel()
        assert valued(found) == (full, str(full))

    @staticmethod
    def parameters(found, it):
        count = sum(parameter.numel() for parameter in it.module.parameters())
        assert valued(found) == (count, str(count))

    @staticmethod
    def macs(found, it):
        with FlopCounterMode(display=False) as counter:
            it.module(it.image[None])
        assert valued(found) == (counter.get_total_flops() // 2, str(counter.get_total_flops() // 2))

    @staticmethod
    def between(found, it):
        OfSmall._spread(it)

    @staticmethod
    def around(found, it):
        OfSmall._spread(it)

    @staticmethod
    def _spread(it):
        """As many zeros as the sentence says, and the turned kernel: the same numbers."""
        figures = figures_of("step_by_step", it.settings)
        (down, across), around = (pair_in(figures[name]) for name in ("between", "around"))
        top, left = (-side for side in around) if "cropped" in figures["around"] else around
        rows, columns = it.image.shape[1:]
        wide = torch.zeros(1, (rows - 1) * (down + 1) + 1, (columns - 1) * (across + 1) + 1)
        wide[:, :: down + 1, :: across + 1] = it.image
        wide = F.pad(wide, (left, left, top, top))
        torch.testing.assert_close(F.conv2d(wide, it.module.weight.flip(-2, -1).transpose(0, 1)), it.output)


def agrees(path, state, name, found, it):
    """Whether a figure is what torch says: by a whole text, or by what its formula comes to."""
    formulas = {"step_by_step": OfSmall, "": OfMaps}.get(path)
    if formulas and hasattr(formulas, name):
        getattr(formulas, name)(found, it)
        return
    expected = getattr(it, "output_" if name == "output" else name)()
    assert found == expected, (name, state)


class Maps:
    """One layer or two on a picture, by torch.nn: what the figures have to be."""

    def __init__(self, settings):
        self.settings = settings
        self.image = image_of(sample_picture(settings.picture), settings.max_side, settings.grey)
        self.parts = self.made()
        self.outputs = [self.image]
        with torch.no_grad():
            for part in self.parts:
                self.outputs.append(part(self.outputs[-1]))

    def made(self, plain=False):
        """The modules in a row; plain ones have one channel, weights of 1 and means, and no ReLU."""
        s, parts = self.settings, []
        weights = [step.weight for step in playground.steps_of(s, len(self.image)) if step.weight is not None]
        for at, weight in enumerate(weights):
            mixes = s.layers == "two_1x1" and at == 2
            kind = {} if mixes else {"stride": s.stride, "dilation": s.dilation}
            weight = torch.ones_like(weight[:1, :1]) if plain else weight
            conv = nn.Conv2d(weight.shape[1], len(weight), tuple(weight.shape[2:]), bias=False, **kind)
            conv.weight = nn.Parameter(weight)
            parts += [conv] if plain else [conv, nn.ReLU()]
            if not mixes and s.pool != "none":
                parts.append((nn.AvgPool2d if plain or s.pool == "avg" else nn.MaxPool2d)(s.pool_size))
        return parts

    def shapes(self):
        """Of the picture, and behind each layer that is not ReLU."""
        made = [
            output for part, output in zip(self.parts, self.outputs[1:], strict=True) if not isinstance(part, nn.ReLU)
        ]
        return [crossed(one.shape) for one in (self.image, *made)]

    def input(self):
        return crossed(self.image.shape)

    def first(self):
        return crossed(self.outputs[1].shape)

    def pooled(self):
        return crossed(self.outputs[2 if self.settings.pool == "none" else 3].shape)

    def before_last(self):
        return crossed(self.outputs[-3].shape)

    def last(self):
        return crossed(self.outputs[-1].shape)

    def chain(self):
        return " → ".join(self.shapes())

    def kernel_size(self):
        return crossed(self.parts[0].kernel_size)

    def apart(self):
        return "side by side" if self.settings.dilation == (1, 1) else f"{paired(self.settings.dilation)} cells apart"

    def dilated_size(self):
        dot = F.conv_transpose2d(
            torch.ones(1, 1, 1, 1), torch.ones(1, 1, *self.settings.kernel_size), dilation=self.settings.dilation
        )
        return crossed(dot.shape[2:])

    def receptive_field(self):
        image = torch.zeros(1, 200, 200, requires_grad=True)
        output = nn.Sequential(*self.made(plain=True))(image)
        output[0, output.shape[1] // 2, output.shape[2] // 2].backward()
        return extent(image.grad[0].bool())

    def smallest(self):
        return brief(float(self.outputs[1][0].min()))

    def largest(self):
        return brief(float(self.outputs[1][0].max()))

    def negatives(self):
        return per_cent(1 - float((self.outputs[1][0] >= 0).double().mean()))

    def weight_range(self):
        weight = self.parts[0].weight.detach()
        assert float(weight.abs().max()) <= weight[0].numel() ** -0.5  # as torch initialises a layer
        assert weight.unique().numel() == weight.numel()
        return f"{brief(float(weight.min()))} to {brief(float(weight.max()))}"

    def mixing(self):
        return "1, 0.5, 0.25 and −1"

    def learned(self):
        known = json.loads((Path(convlab.__file__).parent / "learned.json").read_text())
        return f"{len(known.get('kernels', known) if isinstance(known, dict) else known)} kernels"


class OfMaps:
    """Figures of a picture's maps that are rounded."""

    @staticmethod
    def opposites(found, it):
        sums = [
            output[0] + output[1]
            for part, output in zip(it.parts, it.outputs[1:], strict=True)
            if isinstance(part, nn.Conv2d)
        ]
        largest = [float(one.abs().max()) for one in sums]
        assert max(largest) <= 1e-3 * float(it.outputs[1].abs().max())
        told = [f"{exact(one)} in the {layer} layer" for one, layer in zip(largest, ("first", "second"), strict=True)]
        assert found == " and ".join(told)


class Back:
    """There and back, by torch.nn."""

    def __init__(self, settings):
        self.settings = settings

    def chain(self):
        s = self.settings
        image = image_of(sample_picture(s.picture), s.max_side, s.grey)
        there = nn.Conv2d(1, 1, s.kernel_size, s.stride, s.padding)(image)
        again = nn.ConvTranspose2d(1, 1, s.kernel_size, s.stride, s.padding)(there)
        many = back.layer_of(s, 1)[1].shape[0]
        return f"{crossed(image.shape)} → {crossed((many, *there.shape[1:]))} → {crossed(again.shape)}"

    def kernel_size(self):
        return crossed(self.settings.kernel_size)

    def scale_factor(self):
        return str(self.settings.scale_factor)

    def up_kernel_size(self):
        return crossed((self.settings.up_kernel_size,) * 2)

    def nearest_products(self):
        return counted(nn.Conv2d(1, 1, self.settings.up_kernel_size).weight.numel(), "product")

    def as_transposed(self):
        """The one stamp of repeating and convolving; with it, the transposed layer does the same."""
        factor, size = self.settings.scale_factor, self.settings.up_kernel_size
        image = torch.randn(1, 1, 5, 4, generator=torch.Generator().manual_seed(0), dtype=torch.double)
        kernel = torch.randn(1, 1, size, size, generator=torch.Generator().manual_seed(1), dtype=torch.double)

        def repeated(picture):
            return F.conv2d(F.interpolate(picture, scale_factor=factor, mode="nearest"), kernel, padding=size - 1)

        stamp = repeated(torch.ones(1, 1, 1, 1, dtype=torch.double))
        torch.testing.assert_close(F.conv_transpose2d(image, stamp, stride=factor), repeated(image))
        return crossed(stamp.shape[2:])

    def stamps(self):
        factor, size = self.settings.scale_factor, self.settings.up_kernel_size
        counts = F.conv_transpose2d(torch.ones(1, 1, 20, 20), torch.ones(1, 1, size, size), stride=factor)[
            0, 0, 10:-10, 10:-10
        ]
        found = counts.unique().int().tolist()
        if len(found) == 1:
            return f"every number gets {counted(found[0], 'stamp')}"
        return f"a number gets {', '.join(map(str, found[:-1]))} or {counted(found[-1], 'stamp')}"

    def kept(self):
        return "64"

    def told_apart(self):
        """How many directions of a picture of 8×8 the maps of the case tell apart."""
        kernel = torch.ones(1, 1, 1, 1)
        if self.settings.case == "full":
            kernel = convlab.kernels.random(2, 1, 4, seed=7)
        found = torch.autograd.functional.jacobian(lambda x: F.conv2d(x, kernel, stride=2), torch.zeros(1, 1, 8, 8))
        return str(int(torch.linalg.matrix_rank(found.reshape(-1, 64).double())))


class Net:
    """Parts of the network page, by torch.nn."""

    def __init__(self, settings):
        self.settings = settings

    def layers(self):
        return counted(self.settings.depth, "layer")

    def receptive_field(self):
        s = self.settings
        row = nn.Sequential(
            *(nn.Conv2d(1, 1, s.grow_kernel, s.grow_stride, dilation=s.grow_dilation) for _ in range(s.depth))
        )
        for part in row:
            nn.init.ones_(part.weight)
        image = torch.zeros(1, 120, 120, requires_grad=True)
        output = row(image)
        output[0, output.shape[1] // 2, output.shape[2] // 2].backward()
        return extent(image.grad[0].bool())

    def kernel_size(self):
        s = self.settings
        return {"sight": crossed((s.grow_kernel,) * 2), "cost": crossed((s.cost_kernel,) * 2)}.get(s.part) or crossed(
            s.kernel_size
        )

    def one_size(self):
        """The one kernel: what two in a row make of a spike."""
        first, second = (step.weight for step in pair_of(self.settings))
        spike = torch.zeros(1, 1, 41, 41)
        spike[..., 20, 20] = 1
        made = F.conv2d(F.conv2d(spike, torch.ones_like(first)), torch.ones_like(second))[0, 0].bool()
        return f"{int(made.any(1).sum())}×{int(made.any(0).sum())}"

    def between(self):
        return {"nothing": "nothing", "relu": "ReLU"}[self.settings.between]

    def factor(self):
        return str(self.settings.factor)

    def block(self):
        return crossed(nn.MaxPool2d((self.settings.factor,) * 2).kernel_size)

    def cost_size(self):
        return crossed((self.settings.cost_size,) * 2)

    def cost_in(self):
        return counted(self.settings.cost_in, "channel")

    def cost_out(self):
        return counted(self.settings.cost_out, "map")

    def through(self):
        return counted(self.settings.through, "channel")

    def work(self, *channels):
        """Multiply-adds of layers in a row, the last of the kernel's size and the others of one cell, each a number."""
        s, works = self.settings, []
        sizes = [1] * (len(channels) - 2) + [s.cost_kernel]
        for size, (read, made) in zip(sizes, pairwise(channels), strict=True):
            with FlopCounterMode(display=False) as counter:
                nn.Conv2d(read, made, size, padding="same", bias=False)(torch.zeros(1, read, s.cost_size, s.cost_size))
            works.append(counter.get_total_flops() // 2)
        return works

    def direct(self):
        s = self.settings
        factors = "·".join(map(str, (s.cost_size, s.cost_size, s.cost_out, s.cost_in, s.cost_kernel, s.cost_kernel)))
        return f"{factors} = {self.work(s.cost_in, s.cost_out)[0]:,}"

    def bottleneck(self):
        s = self.settings
        narrow, wide = self.work(s.cost_in, s.through, s.cost_out)
        one = "·".join(map(str, (s.cost_size, s.cost_size, s.through, s.cost_in, 1, 1)))
        two = "·".join(map(str, (s.cost_size, s.cost_size, s.cost_out, s.through, s.cost_kernel, s.cost_kernel)))
        return f"{one} + {two} = {narrow:,} + {wide:,} = {narrow + wide:,}"

    def separable(self):
        s = self.settings
        row = [nn.Conv2d(s.cost_in, s.cost_in, s.cost_kernel, padding="same", groups=s.cost_in, bias=False),
               nn.Conv2d(s.cost_in, s.cost_out, 1, bias=False)]  # fmt: skip
        works = []
        for layer in row:
            with FlopCounterMode(display=False) as counter:
                layer(torch.zeros(1, s.cost_in, s.cost_size, s.cost_size))
            works.append(counter.get_total_flops() // 2)
        factors = [(s.cost_size, s.cost_size, *layer.weight.shape) for layer in row]
        products = " + ".join("·".join(map(str, each)) for each in factors)
        return f"{products} = {works[0]:,} + {works[1]:,} = {sum(works):,}"

    def saving(self):
        s = self.settings
        share = 1 - sum(self.work(s.cost_in, s.through, s.cost_out)) / self.work(s.cost_in, s.cost_out)[0]
        return f"{abs(share):.1%} {'less' if share >= 0 else 'more'}"


ORACLES = {"": Maps, "step_by_step": Small, "there_and_back": Back, "network": Net}


@pytest.mark.filterwarnings("ignore:Using padding='same'")
@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_every_figure_is_what_torch_says_whatever_the_controls_say(step):
    for state in states(step):
        figures = figures_of(step.path, state)
        it = ORACLES[step.path](state)
        for name in {*used(step)} - {"place"}:
            agrees(step.path, state, name, figures[name], it)


# --- the post's own figures ------------------------------------------------------------------------------------------

POST = {  # the post's order: a step, and what its sentences have to say as it opens
    1: ("one-position-3", {"input": "8×8", "kernel_size": "3×3", "output": "6×6", "channels": "3 channels"}),
    2: ("padding-2", {"input": "8×8", "padding": "1", "output": "8×8", "half": "(3 − 1) / 2 = 1"}),
    3: ("rows-and-columns-2", {"kernel_size": "5×3", "padding": "(2, 1)", "output": "8×8"}),
    4: ("stride-1", {"every_position": "36 positions", "positions": "9 positions", "output": "3×3"}),
    5: ("dilation-1", {"weights": "9 weights", "dilated_size": "5×5", "gaps": "the 16 cells between are left out"}),
    6: ("pooling-1", {"kernel_size": "2×2", "input": "7×7", "output": "3×3"}),
    8: (
        "two-layers-1",
        {"chain": "3×235×180 → 4×231×176 → 4×115×88 → 4×111×84 → 4×55×42", "receptive_field": "16×16"},
    ),
    10: ("two-layers-3", {"chain": "3×235×180 → 4×116×88 → 4×58×44 → 4×27×20 → 4×13×10"}),
    11: ("dilation-3", {"first": "4×223×168", "dilated_size": "13×13"}),
    12: ("one-by-one-2", {"mixing": "1, 0.5, 0.25 and −1", "before_last": "4×55×42", "last": "1×55×42"}),
    13: (
        "one-by-one-3",
        {
            "direct": "28·28·16·64·3·3 = 7,225,344",
            "bottleneck": "28·28·4·64·1·1 + 28·28·16·4·3·3 = 200,704 + 451,584 = 652,288",
            "saving": "91.0% less",
        },
    ),
    14: ("transposed-1", {"input": "3×3", "output": "7×7"}),
    15: ("there-and-back-1", {"chain": "1×235×180 → 1×231×178 → 1×235×180", "kernel_size": "5×3"}),
    16: ("matrices-2", {"matrix": "25×9"}),
    17: ("there-and-back-3", {"told_apart": "64", "kept": "64"}),
    18: ("correlation-1", {"spike_gives": "the kernel turned by half a turn"}),
}


POST_SIZES = {1: {"input_size": (8, 8)}}  # as the step's control can say it


@pytest.mark.parametrize("number", POST)
def test_the_posts_figures(number):
    name, expected = POST[number]
    figures = figures_of(STEPS[name].path, replace(STEPS[name].settings, **POST_SIZES.get(number, {})))
    assert {each: figures[each] for each in expected} == expected
    assert number == 16 or {*expected} & {*used(STEPS[name])}


def test_the_post_has_a_ramp_its_negative_and_both_turned():
    ramp = torch.tensor([[-1.0, -0.5, 0.0, 0.5, 1.0]] * 5)
    (step, *_) = playground.steps_of(STEPS["negatives-2"].settings, 3)
    torch.testing.assert_close(step.weight[:, 0], torch.stack([ramp, -ramp, ramp.T, -ramp.T]))


# --- what is written about them --------------------------------------------------------------------------------------

ROOT = Path(__file__).parent.parent


def test_the_readme_says_which_lesson_answers_which_question():
    lines = re.findall(r"^\| (\d+) \| .+ \| ([\d, ]+) \| .+ \|$", (ROOT / "README.md").read_text(), re.MULTILINE)
    said = {int(number): [int(each) for each in named.split(", ")] for number, named in lines}
    answering = {
        number: [at for at, lesson in enumerate(lessons().values(), 1)
                 if any(number in step.answers for step in lesson.steps)]
        for number in range(1, 22)
    }  # fmt: skip
    assert said == answering


def test_the_page_for_teachers_names_every_figure_of_every_page():
    text = (ROOT / "docs" / "lessons.md").read_text()
    section = text.partition("## Figures")[2].partition("## ")[0]
    paragraphs = re.split(r"\*\*(?:`(\w+)`|The playground)\*\*", section)[1:]
    said = {
        name or "": {*re.findall(r"`([a-z_]+)`", words)}
        for name, words in zip(paragraphs[::2], paragraphs[1::2], strict=True)
    }
    made = {path: set() for path in PICTURES}
    for step in STEPS.values():
        figures_of(step.path, step.settings)["all of them"]  # the ones that are made later
        made[step.path] |= {*figures_of(step.path, step.settings)}
    assert said == made

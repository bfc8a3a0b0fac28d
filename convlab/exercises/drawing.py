"""What questions about layers share: small inputs, what comes out of them, and the same layer on a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import torch
from torch import Tensor

from convlab.errors import ConvLabError
from convlab.exercises.form import Kind, Picture, Question, Wrong, written
from convlab.exercises.printing import digits, drawn_kind, link, mistakes
from convlab.layers import Windowed
from convlab.window import by

MOST_SIDE = 12  # of what is drawn number by number


def kind_of(title: str, draw: Callable[[Random], Mapping[str, Any]], asked: Callable[..., Question]) -> Kind:
    """A kind whose numbers are drawn, and then asked; wrong answers that are the same are left out."""

    def make(random: Random) -> Question:
        question = asked(random, **draw(random))
        return replace(question, wrongs=mistakes(question.answer, question.wrongs))

    return drawn_kind(title, make)


def numbers(random: Random, rows: int, columns: int) -> Tensor:
    """An input of one channel, whole numbers from 0 to 9, (1, rows, columns) float32; a large one has a shape alone."""
    if max(rows, columns) > MOST_SIDE:
        return torch.empty(1, rows, columns, device="meta")
    return digits(random, rows, columns)[None]


def through(layer: Windowed, image: Tensor) -> Tensor:
    """What a layer makes of an input: its first map; its weights are all 1, so that its numbers are sums."""
    shape = layer.weight_shape
    return layer(image, None if shape is None else torch.ones(shape, device=image.device))[0]


def pictured(title: str, values: Tensor, *, given: bool = False) -> tuple[Picture, ...]:
    """A picture with its size in its title; none where it has no numbers, or too many to draw each."""
    drawn_whole = max(values.shape) <= MOST_SIDE and not values.is_meta
    return (Picture(f"{title}: {by(values.shape)}", values, given=given),) if drawn_whole else ()


def if_so(layer: Windowed, image: Tensor, title: str, forgets: str, *, both: bool = False) -> list[Wrong]:
    """How many columns come out of the layer of a mistake, or its size; nothing where that layer does not fit."""
    try:
        values = through(layer, image)
    except ConvLabError:
        return []
    answer = written(tuple(values.shape) if both else values.shape[-1])
    return [Wrong(answer, forgets, pictured(title, values))]


def shown_of(layer: Windowed, image: Tensor) -> tuple[Picture, ...]:
    """The input and what comes out of it."""
    out = pictured("What comes out", through(layer, image))
    return (*pictured("Input", image[0], given=True), *out) if out else ()


def size_rule(layer: Windowed, image: Tensor) -> str:
    """The size formula, with names and with its numbers; rows and columns apart where they differ."""
    rows, columns = layer.formula(image.shape)
    letters = layer.letters(image.shape)[1]
    if rows == columns:
        return f"out = {letters}. Here: {rows}."
    return f"out = {letters}. Rows: {rows}. Columns: {columns}."


def given_of(layer: Windowed, input_size: Sequence[int]) -> dict[str, Any]:
    """The numbers of a layer of one channel and of its input, by PyTorch's names."""
    rows, columns = input_size
    settings = {name: each for name, each in layer.settings().items() if name not in ("in_channels", "out_channels")}
    return {"input_size": rows if rows == columns else (rows, columns)} | settings


def steps_address(given: Mapping[str, Any], operation: str = "") -> str:
    """The page Step by step with the given layer, on an input of the same size."""
    named = {"padding_kind" if isinstance(each, str) else name: each for name, each in given.items()}
    return link("step_by_step", **({"operation": operation} if operation else {"bank": "box"}), **named)

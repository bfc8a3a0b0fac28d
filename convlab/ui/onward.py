"""From one page to another: what of a page's settings is carried along. No streamlit here."""

from collections.abc import Sequence
from math import gcd
from typing import Any

import torch
from torch import Tensor

from convlab.layers import Conv2d, ConvTranspose2d, Windowed
from convlab.meetings import meetings
from convlab.network import Stage
from convlab.ui.address import link
from convlab.ui.fields import MAX_EDITS, Edit, settings_of
from convlab.ui.layer_settings import BANKS, TASK, LayerSettings
from convlab.ui.network.row import Entry
from convlab.ui.playground.settings import PlaygroundSettings, steps_of
from convlab.ui.steps.settings import MOST_CHANNELS, MOST_SIDE, StepSettings, check, step_of
from convlab.ui.there_and_back.settings import BackSettings
from convlab.ui.way_out import refusal_of

_DECIMALS = 5  # of the carried numbers, so that an address stays short
_MOST_MAPS = 8  # of the step page
_Axis = list[int | None]  # which input rows or columns are carried; None where the layer reads nothing


def to_steps(settings: PlaygroundSettings, image: Tensor, place: Sequence[int]) -> str:
    """The address of the step page with one number of the playground's first layer: its patch and its kernels.

    Parameters
    ----------
    settings : PlaygroundSettings
        Of the playground.
    image : Tensor
        (C, H, W): what the first layer reads.
    place : (int, int, int)
        Map, row and column of a number before ReLU.

    Returns
    -------
    str
        "" where no number of the picture is met, or the step page has no room for the layer.
    """
    carried = steps_settings(settings, image, place)
    return link("step_by_step", carried) if carried and not refusal_of(carried, check) else ""


def back_to_steps(settings: BackSettings) -> str:
    """The address of the step page with the way back: the transposed layer and its kernel, on a small input.

    Returns
    -------
    str
        "" where the step page has no room for the layer.
    """
    names = ("bank", "kernel_size", "seed", "edits", "stride", "padding", "dilation")
    kept = {name: getattr(settings, name) for name in names}
    carried = StepSettings(operation="transposed", input_size=(4, 4), **kept)
    return "" if refusal_of(carried, check) else link("step_by_step", carried)


def steps_settings(settings: PlaygroundSettings, image: Tensor, place: Sequence[int]) -> StepSettings | None:
    """The same as settings: the picture's patch as own numbers, and the layer as it is, without its padding."""
    layer = steps_of(settings, len(image))[0].layer
    kept: dict[str, Any] = {name: getattr(settings, name) for name in settings_of(LayerSettings) if name not in TASK}
    return _carried(layer, kept, image, place) if isinstance(layer, Windowed) else None


def layer_to_steps(entry: Entry, stage: Stage, image: Tensor, place: Sequence[int]) -> str:
    """The address of the step page with one number of a layer of a row: its patch and its kernels.

    Parameters
    ----------
    entry : Entry
        The layer as it stands in the row.
    stage : Stage
        The same on a picture.
    image : Tensor
        (C, H, W): what it reads.
    place : (int, int, int)
        Map, row and column of a number.

    Returns
    -------
    str
        "" for a layer without a window, or where the step page has no room for it.
    """
    layer, (channel, *where) = stage.layer, place
    if not isinstance(layer, Windowed):
        return ""
    kept: dict[str, Any] = {"kernel_size": layer.kernel_size}
    kept |= {"stride": layer.window.stride, "dilation": layer.window.dilation}
    if isinstance(layer, Conv2d | ConvTranspose2d):
        if layer.in_channels > MOST_CHANNELS or layer.out_channels > _MOST_MAPS or entry.weight not in BANKS:
            return ""
        kept |= {"operation": "transposed" if layer.stamps else "convolution", "bank": entry.weight}
        kept |= {"out_channels": layer.out_channels, "depthwise": entry.depthwise, "seed": entry.seed}
    else:
        image, channel = image[channel : channel + 1], 0
        met = meetings(layer, (image.shape[1], image.shape[2]), where[:1], where[1:])
        if None in (*met.sources[0][0], *met.sources[1][0]):
            return ""  # its padding is no number
        kept["operation"] = layer.arithmetic
    carried = _carried(layer, kept, image, [channel, *where])
    if not carried or refusal_of(carried, check) or not _same(step_of(carried).weight, stage.step.weight):
        return ""
    return link("step_by_step", carried)


def _same(one: Tensor | None, other: Tensor | None) -> bool:
    """Whether two layers have the same weight, or neither has one."""
    return one is other if one is None or other is None else torch.equal(one, other)


def _carried(layer: Windowed, kept: dict[str, Any], image: Tensor, place: Sequence[int]) -> StepSettings | None:
    """A layer on the step page, on the patch of its input that one number reads."""
    channel, *where = place
    met = meetings(layer, (image.shape[1], image.shape[2]), where[:1], where[1:])
    kept |= {"padding": (0, 0), "padding_kind": "numbers", "padding_mode": "zeros", "output_padding": (0, 0)}
    taps = [list(zip(met.cells[axis][0], met.sources[axis][0], strict=True)) for axis in (0, 1)]
    at = [0, 0]
    if layer.stamps:
        strides = [stride // gcd(stride, gap) for stride, gap in zip(kept["stride"], kept["dilation"], strict=True)]
        met_rows, met_columns = (_stamped(line, stride) for line, stride in zip(taps, strides, strict=True))
        if not met_rows or not met_columns:
            return None
        axes: list[_Axis] = [met_rows[0], met_columns[0]]
        at = [met_rows[1], met_columns[1]]
        kept |= {"stride": tuple(strides), "dilation": (1, 1)}
    else:
        axes = [_between(line) for line in taps]
        if max(map(len, axes)) > MOST_SIDE or len(image) * len(axes[0]) * len(axes[1]) > MAX_EDITS:
            axes, kept["dilation"] = [[source for _, source in line] for line in taps], (1, 1)
    return StepSettings(
        **kept,
        input="own",
        input_size=(len(axes[0]), len(axes[1])),
        in_channels=len(image),
        cells=_patch(image, *axes),
        at=f"{channel},{at[0]},{at[1]}",
    )


def _stamped(taps: Sequence[tuple[int | None, int | None]], stride: int) -> tuple[_Axis, int] | None:
    """The rows or columns whose stamps meet at one place, side by side, and where that place is then.

    They lie dilation / gcd apart in the input and meet taps that lie stride / gcd apart: with those strides and the
    kernel's cells side by side, the same numbers meet the same weights.
    """
    met = sorted((cell, tap) for tap, (cell, _) in enumerate(taps) if cell is not None)
    return ([cell for cell, _ in met], met[0][1]) if met else None


def _between(taps: Sequence[tuple[int | None, int | None]]) -> _Axis:
    """Every row or column from the first tap's to the last one's: where a tap reads it, what it reads there."""
    read = {cell: source for cell, source in taps if cell is not None}
    return [read.get(cell, cell if cell >= 0 else None) for cell in range(min(read), max(read) + 1)] if read else []


def _patch(image: Tensor, rows: _Axis, columns: _Axis) -> tuple[Edit, ...]:
    """The numbers of the picture at some rows and columns, as cells; what is not there, or 0, is left out."""
    down, across = (
        [(place, cell) for place, cell in enumerate(axis) if cell is not None and cell < side]
        for axis, side in zip((rows, columns), image.shape[1:], strict=True)
    )
    numbers = image[:, [row for _, row in down]][:, :, [column for _, column in across]].tolist()
    return tuple(
        Edit(0, channel, i, j, value)
        for channel, plane in enumerate(numbers)
        for (i, _), line in zip(down, plane, strict=True)
        for (j, _), number in zip(across, line, strict=True)
        if (value := round(number, _DECIMALS))
    )

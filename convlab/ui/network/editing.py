"""A row of layers edited: layers moved, added and removed, mended and pasted. No streamlit here."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from convlab.base import Weighted
from convlab.errors import ConvLabError
from convlab.joining import Joining
from convlab.layers import Conv2d, ConvTranspose2d, Flatten, Layer, Linear, Shape
from convlab.network import plan_to_fault
from convlab.ui.network.one import OneLayer
from convlab.ui.network.row import MOST, Entry, Row, laid
from convlab.ui.way_out import difference, mended

Entries = tuple[Entry, ...]


class Kind(NamedTuple):
    """A layer that can be added: what the menu says, and the layer as an address says it."""

    title: str
    text: str


ADDS = {
    "conv": Kind("Convolution 3×3", "Conv2d,out_channels:4,kernel_size:3,padding:1"),
    "mix": Kind("Convolution 1×1", "Conv2d,out_channels:4,kernel_size:1"),
    "depthwise": Kind("Depthwise convolution", "Conv2d,kernel_size:3,padding:1,groups:each"),
    "transposed": Kind("Transposed convolution", "ConvTranspose2d,out_channels:4,kernel_size:2,stride:2"),
    "relu": Kind("ReLU", "ReLU"),
    "leaky": Kind("Leaky ReLU", "LeakyReLU"),
    "max": Kind("Maximum pooling", "MaxPool2d,kernel_size:2"),
    "average": Kind("Average pooling", "AvgPool2d,kernel_size:2"),
    "adaptive": Kind("Adaptive average pooling", "AdaptiveAvgPool2d,output_size:1"),
    "norm": Kind("Batch norm", "BatchNorm2d"),
    "dropout": Kind("Dropout", "Dropout"),
    "up": Kind("Up-sampling", "Upsample,scale_factor:2"),
    "flatten": Kind("Flatten", "Flatten"),
    "linear": Kind("Linear", "Linear,out_features:10"),
    "addition": Kind("Addition of an earlier output", "Addition,of:0"),
    "concatenation": Kind("Concatenation with an earlier output", "Concatenation,of:0"),
    "branch": Kind("Branch from an earlier output", "Branch,of:0"),
}


def moved(entries: Entries, number: int, by: int) -> Entries:
    """The row with layer `number`, from 1, moved by so many places; as it is where there is none."""
    placed = list(enumerate(entries, 1))
    if not 1 <= number + by <= len(placed) or not 1 <= number <= len(placed):
        return entries
    placed.insert(number + by - 1, placed.pop(number - 1))
    return _renumbered(placed)


def removed(entries: Entries, number: int) -> Entries:
    """The row without layer `number`, from 1."""
    return _renumbered([(old, entry) for old, entry in enumerate(entries, 1) if old != number])


def added(entries: Entries, number: int, new: Entry) -> Entries:
    """The row with a layer after layer `number`; 0 is the picture.

    Raises
    ------
    ConvLabError
        If the row is full.
    """
    if len(entries) >= MOST:
        advice = "Remove another one first."
        raise ConvLabError("layers", len(entries) + 1, f"must be at most {MOST}", advice=advice)
    placed = list(enumerate(entries, 1))
    placed.insert(number, (-1, new))
    return _renumbered(placed)


def new_layer(kind: str, number: int) -> Entry:
    """A layer of `ADDS` to be put after layer `number`, with random weights that no other layer has."""
    (entry,) = Row().read(ADDS[kind].text)
    if isinstance(entry.layer, Joining):
        return replace(entry, layer=replace(entry.layer, of=max(number - 1, 0)))
    return replace(entry, seed=number) if isinstance(entry.layer, Weighted) else entry


def _renumbered(placed: Sequence[tuple[int, Entry]]) -> Entries:
    """Layers in a new order, each with its old number: those that look back still look at the same layer.

    Where that was removed, they look at the one before it.
    """
    places = {0: 0} | {old: number for number, (old, _) in enumerate(placed, 1)}

    def looking(entry: Entry) -> Entry:
        """The layer, with the new number of what it looks back at."""
        layer = entry.layer
        if not isinstance(layer, Joining) or layer.of > max(places):
            return entry
        of = max(old for old in places if old <= layer.of)
        return replace(entry, layer=replace(layer, of=places[of]))

    return tuple(looking(entry) for _, entry in placed)


class Mended(NamedTuple):
    """A row that goes on where it broke, and what a button says that makes it."""

    entries: Entries
    words: str


@lru_cache(maxsize=16)
def mended_row(entries: Entries, shape: Shape) -> Mended | None:
    """The way out of the fault of a row; None where there is no fault, or none that is known.

    Parameters
    ----------
    entries : tuple of Entry
        The row.
    shape : tuple of int
        (C, H, W) of the picture.
    """
    row = laid(entries, shape)
    if row.fault is None:
        return None
    index, error = row.fault.index, row.fault.error
    entry = entries[index]
    if isinstance(entry.layer, Linear) and error.parameter == "input":
        (flatten,) = Row().read(ADDS["flatten"].text)
        return Mended(added(entries, index, flatten), "Put Flatten before it") if len(entries) < MOST else None
    flat = next((number for number in range(index, 0, -1) if isinstance(entries[number - 1].layer, Flatten)), 0)
    if flat and error.parameter == "input" and len(row.shapes[-1]) == 1:
        unflattened = removed(entries, flat)
        after = laid(unflattened, shape).fault
        return Mended(unflattened, "Remove Flatten") if after is None or after.index >= index else None
    if error.parameter == entry.reads and not entry.follows:
        words = f"Take the {'numbers' if isinstance(entry.layer, Linear) else 'channels'} that come"
        return Mended(_with(entries, index, replace(entry, follows=True)), words)
    one = OneLayer.read_from(entry, None)

    def check(asked: OneLayer) -> None:
        """Refuse settings with which the row still breaks here."""
        fault = laid((*entries[:index], asked.made(entry)), shape).fault
        if fault:
            raise fault.error

    way_out = mended(one, check, error.fix)
    return Mended(_with(entries, index, way_out.made(entry)), difference(one, way_out)) if way_out else None


def _with(entries: Entries, index: int, entry: Entry) -> Entries:
    """The row with another layer in one place."""
    return (*entries[:index], entry, *entries[index + 1 :])


def entries_of(layers: Sequence[Layer], shape: Shape) -> Entries:
    """Layers that were pasted, as a row with random weights, each with another seed.

    A layer that takes as many channels as reach it follows what comes before it from then on; one that does not stays
    as it was written.

    Parameters
    ----------
    layers : sequence of Layer
        As they were read.
    shape : tuple of int
        (C, H, W) of the picture.

    Raises
    ------
    ConvLabError
        If they are too many.
    """
    if len(layers) > MOST:
        told, advice = f"there are {len(layers)}", "Leave some of them out."
        raise ConvLabError("layers", len(layers), f"must be at most {MOST}", numbers=told, advice=advice)
    entries = []
    for index, layer in enumerate(layers):
        planned, fault = plan_to_fault(layers[:index], shape)
        reaches = planned[-1][0] if planned else shape
        entry = Entry(layer, seed=index if isinstance(layer, Weighted) else 0)
        takes = getattr(layer, entry.reads) if entry.reads else None
        follows = fault is None and takes in (None, reaches[0])
        depthwise = follows and _is_depthwise(layer)
        entries.append(replace(entry, follows=follows or not entry.reads, depthwise=depthwise))
    return tuple(entries)


def _is_depthwise(layer: Layer) -> bool:
    """Whether each channel has one kernel of its own."""
    if not isinstance(layer, Conv2d | ConvTranspose2d):
        return False
    return 1 < layer.in_channels == layer.out_channels == layer.groups

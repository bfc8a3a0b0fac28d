"""What a real network makes of a picture: every stage, its strongest maps, the likeliest classes. No streamlit here."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import isqrt, prod

from torch import Tensor

from convlab.layers import Conv2d, Layer, Shape
from convlab.network import plan, trace
from convlab.real_networks import Guess, as_read, first_kernels, likeliest, strongest
from convlab.ui.kept import Kept
from convlab.ui.network.strip import Box, box_of
from convlab.ui.network.weights import SHELF
from convlab.ui.pictures import Picture, brought_down, once
from convlab.ways import field_at, seen_from, spacing
from convlab.window import Pair

STRONGEST = 18  # maps of a stage
_SIDE = 512  # pixels of the picture before the network's own preparation
_MEGABYTES = 64  # of what was seen on the sample pictures


@dataclass(frozen=True)
class Part:
    """What a stage is, whatever the picture.

    Attributes
    ----------
    number : int
        Its place, from 1.
    name : str
        Where in the network it stands: "layer1.0.conv1".
    layer : Layer
        What it does.
    shape : tuple of int
        What it puts out.
    parameters, macs : int
        What it costs.
    receptive_field : (int, int)
        Rows and columns that one of its numbers sees.
    spacing : (Fraction, Fraction) or None
        Rows and columns between what neighbours see; None where there is no one such number.
    """

    number: int
    name: str
    layer: Layer
    shape: Shape
    parameters: int
    macs: int
    receptive_field: Pair
    spacing: tuple[Fraction, Fraction] | None

    @property
    def flat(self) -> bool:
        """Whether it puts out numbers in a row, or maps of one number each."""
        return prod(self.shape[1:]) == 1


@dataclass(frozen=True, eq=False)
class Maps:
    """The strongest maps of a stage.

    Attributes
    ----------
    channels : tuple of int
        Which they are, the strongest first.
    values : Tensor
        (maps, rows, columns); numbers in a row, or maps of one number each, are laid out as one, with zeros at its end.
    """

    channels: tuple[int, ...]
    values: Tensor


@dataclass(frozen=True, eq=False)
class Seen:
    """What a network makes of a picture.

    Attributes
    ----------
    picture : Tensor
        (3, 224, 224), as the network reads it.
    kernels : Tensor
        (kernels, 3, rows, columns): those of its first layer, as pictures.
    parts : tuple of Part
        Its stages.
    maps : tuple of Maps
        The strongest of each.
    guesses : tuple of Guess
        The likeliest classes, the likeliest first.
    """

    picture: Tensor
    kernels: Tensor
    parts: tuple[Part, ...]
    maps: tuple[Maps, ...]
    guesses: tuple[Guess, ...]

    @property
    def parameters(self) -> int:
        """Numbers that its stages learn."""
        return sum(part.parameters for part in self.parts)

    @property
    def macs(self) -> int:
        """Their multiply-adds."""
        return sum(part.macs for part in self.parts)

    @property
    def told(self) -> str:
        """One sentence computed from the numbers: where the work is, and where the parameters are."""
        kinds = [part for part in self.parts if isinstance(part.layer, Conv2d)]
        work, held = sum(part.macs for part in kinds), sum(part.parameters for part in kinds)
        shares = f"{work / self.macs:.0%} of the work with {held / self.parameters:.0%} of the parameters"
        return f"Its {len(kinds)} convolutions do {shares}."

    @property
    def weight(self) -> int:
        """The bytes that it takes, about."""
        kept = (self.picture, self.kernels, *(maps.values for maps in self.maps))
        return sum(4 * values.numel() for values in kept)


_kept: Kept[Seen] = Kept(_MEGABYTES * 2**20, lambda seen: seen.weight)  # of the sample pictures, for all visitors


def seen_of(picture: Picture, network: str, weights: str) -> Seen:
    """What a network makes of a picture.

    Parameters
    ----------
    picture : Picture
        Any.
    network, weights : str
        As `load_network` takes them.

    Raises
    ------
    ConvLabError
        If the weights are not to be had.
    """
    return once(_kept, picture, (network, weights), lambda: _seen(picture, network, weights))


def _seen(picture: Picture, network: str, weights: str) -> Seen:
    """The same, made anew."""
    read = as_read(network, brought_down(picture, _SIDE))
    with SHELF.lent(network, weights) as held:
        stages = trace(held.row, read.input)
        kernels = first_kernels(held.model)
    parts = _parts(tuple((stage.step.name, stage.layer) for stage in stages), tuple(read.input.shape))
    maps = tuple(_maps(stage.output) for stage in stages)
    return Seen(read.picture, kernels, parts, maps, tuple(likeliest(network, stages[-1].output)))


@lru_cache(maxsize=8)
def _parts(row: tuple[tuple[str, Layer], ...], shape: Shape) -> tuple[Part, ...]:
    """The stages of a row of layers, each with its name, on a picture of that shape."""
    layers, size = tuple(layer for _, layer in row), (shape[-2], shape[-1])
    return tuple(
        Part(
            number,
            name,
            layer,
            output,
            layer.parameters,
            macs,
            field_at(layers, number, size),
            spacing(layers[:number], size),
        )
        for number, ((name, layer), (output, macs)) in enumerate(zip(row, plan(layers, shape), strict=True), 1)
    )


def _maps(output: Tensor) -> Maps:
    """The strongest maps of an output."""
    if prod(output.shape[1:]) == 1:
        side = isqrt(len(output) - 1) + 1
        laid = output.new_zeros(-(-len(output) // side) * side)
        laid[: len(output)] = output.flatten()
        return Maps((0,), laid.reshape(1, -1, side))
    channels = strongest(output)[:STRONGEST]
    return Maps(tuple(channels), output[channels])


def field_of(seen: Seen, number: int, place: Pair) -> Box | None:
    """The part of the picture that a number of a stage can depend on; None where that is padding alone.

    Parameters
    ----------
    seen : Seen
        What the network made of the picture.
    number : int
        The stage, from 1.
    place : (int, int)
        Row and column of the number.
    """
    layers = tuple(line.layer for line in seen.parts[:number])
    return _field(layers, (seen.picture.shape[1], seen.picture.shape[2]), place)


@lru_cache(maxsize=64)
def _field(layers: tuple[Layer, ...], size: Pair, place: Pair) -> Box | None:
    """The same of layers in a row."""
    return box_of(*seen_from(layers, size, place))

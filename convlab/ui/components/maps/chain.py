"""The chain of shapes: each with the layer that made it, its size formula and what it learns."""

from collections.abc import Sequence
from math import prod

from convlab.layers import Windowed
from convlab.network import Stage
from convlab.ui.components.maps.message import ChainLink
from convlab.window import by


def chain_of(image_shape: Sequence[int], sections: Sequence[Sequence[Stage]]) -> list[ChainLink]:
    """Every shape from the picture on.

    Parameters
    ----------
    image_shape : sequence of int
        Of the picture.
    sections : sequence of sequence of Stage
        The stages of each layer with kernels.
    """
    first: ChainLink = {
        "layer": "",
        "shape": by(image_shape),
        "letters": [],
        "numbers": [],
        "parameters": "",
        "section": -1,
        "stage": -1,
    }
    links, stage = [first], 0
    for section, stages in enumerate(sections):
        for each in stages:
            links.append(_link(each, section, stage))
            stage += 1
    return links


def _link(stage: Stage, section: int, number: int) -> ChainLink:
    """One of them."""
    layer, shape = stage.layer, stage.input_shape
    return {
        "layer": layer.short_name,
        "shape": by(stage.shape),
        "letters": list(dict.fromkeys(layer.letters(shape))),
        "numbers": list(dict.fromkeys(layer.formula(shape))),
        "parameters": parameters_of(stage),
        "section": section,
        "stage": number,
    }


def parameters_of(stage: Stage) -> str:
    """What a layer learns, broken down: 4 kernels × 3 channels × 5×5 = 300.

    Parameters
    ----------
    stage : Stage
        With or without kernels.
    """
    layer, kernels = stage.layer, stage.shape[0]
    if not layer.parameters or not isinstance(layer, Windowed):
        return ""
    channels = len(layer.reads_channels(0))
    biases = layer.parameters - kernels * channels * prod(layer.kernel_size)
    parts = f"{_so_many(kernels, 'kernel')} × {_so_many(channels, 'channel')} × {by(layer.kernel_size)}"
    added = f" + {_so_many(biases, 'bias', 'biases')}" if biases else ""
    return f"{parts}{added} = {layer.parameters:,}"


def _so_many(number: int, noun: str, nouns: str = "") -> str:
    """A number of things."""
    return f"{number} {noun if number == 1 else nouns or noun + 's'}"


def totals_of(stages: Sequence[Stage]) -> str:
    """Parameters, work and receptive field of the whole row."""
    macs, parameters = sum(s.macs for s in stages), sum(s.parameters for s in stages)
    field = by(stages[-1].receptive_field)
    return f"each number at the end sees {field} pixels · {parameters:,} parameters · {macs:,} multiply-adds"

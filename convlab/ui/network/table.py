"""The lines of the table of layers. No streamlit here."""

from fractions import Fraction
from functools import lru_cache

from convlab.base import Layer
from convlab.joining import Addition, Branch, Concatenation, Joining
from convlab.layers import AdaptiveAvgPool2d, Shape, Upsample
from convlab.ui.components.stages import Line
from convlab.ui.network.editing import mended_row
from convlab.ui.network.one import OneLayer
from convlab.ui.network.row import Entry, Laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.way_out import in_words
from convlab.ways import field_at, spacing
from convlab.window import Pair, by

_SAID = {"out_channels", "in_channels", "kernel_size", "in_features", "num_features", "output_size", "size",
         "scale_factor", "out_features", "of", "bias"}  # fmt: skip


def lines_of(settings: NetworkSettings, row: Laid, shape: Shape, chosen: int, *, sees: bool) -> list[Line]:
    """The picture, the layers as far as they hold, the one that breaks the row, and those behind it.

    Parameters
    ----------
    settings : NetworkSettings
        With the row.
    row : Laid
        The row on the picture.
    shape : tuple of int
        (C, H, W) of the picture.
    chosen : int
        Number of the chosen layer; 0 is the picture.
    sees : bool
        Whether to say how far each sees, which takes long on what is much too large.
    """
    lines = [Line("0", "Picture", shape=by(shape), field="1×1", step="1", key="0", pressed=chosen == 0)]
    layers = tuple(step.layer for step in row.steps)
    fields = _sees(layers, (shape[1], shape[2])) if sees else [("", "")] * len(layers)
    for number, seen in enumerate(fields, 1):
        lines.append(_line(row, number, seen, number == chosen))
    for number, entry in list(enumerate(settings.layers, 1))[len(layers) :]:
        lines.append(_beyond(settings, row, shape, number, entry, number == chosen))
    return lines


def total_of(row: Laid) -> Line:
    """The line below all."""
    parameters = sum(step.layer.parameters for step in row.steps)
    return Line(title="So far" if row.fault else "All layers", parameters=parameters, macs=sum(row.macs))


def told(row: Laid) -> str:
    """One sentence computed from the numbers: where the work is."""
    whole = sum(row.macs)
    if not whole:
        return "No layer of this row multiplies."
    share = f"{max(row.macs) / whole:.0%} of the work"
    first, *others = [number for number, macs in enumerate(row.macs, 1) if macs == max(row.macs)]
    if others:
        names = ", ".join(map(str, [first, *others[:-1]]))
        return f"Layers {names} and {others[-1]} do {share} each."
    return f"Layer {first}, {name_of(row.steps[first - 1].layer)}, does {share}."


def _line(row: Laid, number: int, sees: tuple[str, str], pressed: bool) -> Line:
    """A layer that is reached."""
    layer, shape, macs = row.steps[number - 1].layer, row.shapes[number - 1], row.macs[number - 1]
    return line_of(number, layer, shape, macs, sum(row.macs), sees, pressed)


def line_of(
    number: int, layer: Layer, shape: Shape, macs: int, whole: int, sees: tuple[str, str], pressed: bool
) -> Line:
    """A layer of a whole, with what `in_table` says of how far it sees."""
    share, key = macs / whole if macs else None, str(number)
    return Line(key, name_of(layer), about_of(layer), by(shape), layer.parameters, macs, share, *sees, key, pressed)


def in_table(field: Pair, step: tuple[Fraction, Fraction] | None) -> tuple[str, str]:
    """Receptive field and step between neighbours in words."""
    return by(field), step_of(step)


@lru_cache(maxsize=64)  # other weights see as far
def _sees(layers: tuple[Layer, ...], size: Pair) -> list[tuple[str, str]]:
    """Receptive field and step between neighbours of every layer."""
    numbers = range(1, len(layers) + 1)
    return [in_table(field_at(layers, number, size), spacing(layers[:number], size)) for number in numbers]


def _beyond(settings: NetworkSettings, row: Laid, shape: Shape, number: int, entry: Entry, pressed: bool) -> Line:
    """The layer that breaks the row, or one behind it."""
    fault, layer, key = row.fault, entry.layer, str(number)
    if fault is None or number != fault.index + 1:
        about = f"not reached · {about_of(layer)}".rstrip(" ·")
        return Line(key, name_of(layer), about, key=key, pressed=pressed, reached=False)
    way_out = mended_row(settings.layers, shape)
    note, mend = in_words(fault.error, OneLayer), way_out.words if way_out else ""
    return Line(key, name_of(layer), about_of(layer), key=key, pressed=pressed, note=note, mend=mend)


def name_of(layer: Layer) -> str:
    """A layer in a word or two, as its line begins."""
    if isinstance(layer, Joining):
        return f"{_JOINING[type(layer)]} {layer.where}"
    if isinstance(layer, AdaptiveAvgPool2d):
        return f"average to {by(layer.target)}"
    if isinstance(layer, Upsample):
        return f"up-sample {by(layer.scale_factor)}" if layer.scale_factor else f"up-sample to {by(layer.size or ())}"
    return layer.short_name


def about_of(layer: Layer) -> str:
    """What differs from the usual settings, in small letters: stride 2, padding 1."""
    settings = layer.settings().items()
    return ", ".join(f"{name.replace('_', ' ')} {_value(value)}" for name, value in settings if name not in _SAID)


_JOINING: dict[type[Layer], str] = {Addition: "add", Concatenation: "concat", Branch: "branch from"}


def _value(value: object) -> str:
    """A setting's value in words."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return by(value) if isinstance(value, tuple) else str(value)


def step_of(spacing: tuple[Fraction, Fraction] | None) -> str:
    """The step between neighbours: 2, 2×1, ½."""
    if spacing is None:
        return "–"
    rows, columns = map(_fraction, spacing)
    return rows if rows == columns else f"{rows}×{columns}"


def _fraction(number: Fraction) -> str:
    """A whole number, or a fraction."""
    return {Fraction(1, 2): "½", Fraction(1, 4): "¼"}.get(number, str(number))

"""The lines of the table of layers. No streamlit here."""

from fractions import Fraction
from functools import lru_cache

from convlab.base import Layer
from convlab.joining import Joining
from convlab.layers import Shape
from convlab.network import Stage
from convlab.ui.components.stages import Line
from convlab.ui.network.editing import mended_row
from convlab.ui.network.row import Entry, Laid
from convlab.ui.network.seen import Part
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.traced import Traced
from convlab.ui.way_out import in_words
from convlab.ways import field_at, spacing
from convlab.window import Pair, by

_SAID = {"out_channels", "in_channels", "kernel_size", "in_features", "num_features", "output_size", "size",
         "scale_factor", "out_features", "of", "mode", "bias"}  # fmt: skip


def lines_of(settings: NetworkSettings, made: Traced, chosen: int) -> list[Line]:
    """The picture, the layers as far as they hold, the one that breaks the row, and those behind it."""
    whole = sum(made.row.macs)
    lines = [_picture(made.image.shape, chosen == 0)]
    lines += [_line(stage, whole, chosen == stage.number) for stage in made.stages]
    for number, entry in list(enumerate(settings.layers, 1))[len(made.stages) :]:
        lines.append(_beyond(settings, made, number, entry, chosen == number))
    return lines


def total_of(made: Traced) -> Line:
    """The line below all."""
    parameters = sum(stage.parameters for stage in made.stages)
    title = "All layers" if made.row.fault is None else "So far"
    return Line(title=title, parameters=parameters, macs=sum(made.row.macs))


def told(row: Laid) -> str:
    """One sentence computed from the numbers: where the work is."""
    whole = sum(row.macs)
    if not whole:
        return "No layer of this row multiplies."
    most = max(range(len(row.macs)), key=lambda index: row.macs[index])
    layer = row.steps[most].layer
    return f"Layer {most + 1}, {layer.short_name}, does {row.macs[most] / whole:.0%} of the work."


def _picture(shape: Shape, pressed: bool) -> Line:
    """What the first layer reads."""
    return Line("0", "Picture", shape=by(shape), field="1×1", step="1", key="0", pressed=pressed)


def _line(stage: Stage, whole: int, pressed: bool) -> Line:
    """A layer that was reached."""
    field, step = _sees(stage.row, stage.image_size)[stage.number - 1]
    return line_of(stage, whole, pressed, field, step)


def line_of(stage: Stage | Part, whole: int, pressed: bool, field: str, step: str) -> Line:
    """A stage's line: what it costs of a whole, the receptive field and the step between neighbours as written."""
    number, share = str(stage.number), stage.macs / whole if stage.macs else None
    about, shape, macs = about_of(stage.layer), by(stage.shape), stage.macs
    return Line(number, name_of(stage.layer), about, shape, stage.parameters, macs, share, field, step, number, pressed)


@lru_cache(maxsize=64)  # other weights see as far
def _sees(layers: tuple[Layer, ...], size: Pair) -> list[tuple[str, str]]:
    """Receptive field and step between neighbours of every layer."""
    numbers = range(1, len(layers) + 1)
    return [(by(field_at(layers, number, size)), step_of(spacing(layers[:number], size))) for number in numbers]


def _beyond(settings: NetworkSettings, made: Traced, number: int, entry: Entry, pressed: bool) -> Line:
    """The layer that breaks the row, or one behind it."""
    fault, layer = made.row.fault, entry.layer
    if fault is None or number != fault.index + 1:
        about = f"not reached · {about_of(layer)}".rstrip(" ·")
        return Line(str(number), name_of(layer), about, key=str(number), pressed=pressed, reached=False)
    way_out = mended_row(settings.layers, tuple(made.image.shape))
    note, mend = in_words(fault.error, NetworkSettings), way_out.words if way_out else ""
    return Line(str(number), name_of(layer), about_of(layer), key=str(number), pressed=pressed, note=note, mend=mend)


def name_of(layer: Layer) -> str:
    """A layer in a word or two, as its line begins."""
    if isinstance(layer, Joining):
        return layer.name.lower()
    return layer.short_name


def about_of(layer: Layer) -> str:
    """What differs from the usual settings, in small letters: stride 2, padding 1."""
    if isinstance(layer, Joining):
        return f"of {layer.where}"
    return ", ".join(
        f"{name.replace('_', ' ')} {_value(value)}" for name, value in layer.settings().items() if name not in _SAID
    )


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

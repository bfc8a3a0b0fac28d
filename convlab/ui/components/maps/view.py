"""What the maps show of pictures and their layers: words, numbers and pixels, ready to send. No streamlit here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from convlab import rendering
from convlab.layers import Windowed
from convlab.network import Stage, zeroed
from convlab.script import layer_source
from convlab.ui.components.component import Payload, mark, packed
from convlab.ui.components.maps import message
from convlab.ui.components.maps.kernels import Kernels, kernel_cards
from convlab.ui.figures import brief
from convlab.window import by


@dataclass(frozen=True, eq=False)
class Section:
    """A layer with kernels and the stages that follow from it, up to the next one; or what comes before the first.

    Attributes
    ----------
    title : str
        Its heading.
    stages : sequence of Stage
        The layer's own first.
    kernels : Kernels, optional
        As they were defined; none where no layer has any.
    editable : bool
        Whether the numbers of its kernels can be written.
    """

    title: str
    stages: Sequence[Stage]
    kernels: Kernels | None = None
    editable: bool = False


@dataclass(frozen=True, eq=False)
class Panel:
    """A picture with its layers; two stand side by side on one scale.

    Attributes
    ----------
    image : Tensor
        What the layers read, (1 or 3, H, W) in [0, 1].
    caption, alt : str
        The picture's name, and what it shows.
    sections : sequence of Section
        Its layers, in their order.
    name : str
        Where two stand side by side: "A".
    """

    image: Tensor
    caption: str
    alt: str
    sections: Sequence[Section]
    name: str = ""

    @property
    def stages(self) -> list[Stage]:
        """All of them in a row."""
        return [stage for section in self.sections for stage in section.stages]


@dataclass(frozen=True, eq=False)
class Shown:
    """What is drawn.

    Attributes
    ----------
    header : Drawn
        Words, shapes, and where the pixels are.
    pixels : bytes
        Of all pictures, packed.
    """

    header: message.Drawn
    pixels: bytes

    def message(
        self,
        *,
        cards: Sequence[message.Card] = (),
        path: str = "",
        link: message.Link | None = None,
        note: str = "",
        base: str = "",
        sliders: Mapping[str, int] | None = None,
        ask: message.Ask | None = None,
        seen_edit: int = 0,
    ) -> bytes:
        """The message to the component.

        Parameters
        ----------
        cards : sequence of Card
            A number taken apart, as `cards.cards` gives it.
        path : str
            The places of the cards as the script sent them.
        link : Link, optional
            Where the last card's number can be seen another way.
        note : str
            A word above the maps.
        base : str
            Names the page's own state, in which `sliders` have their values.
        sliders : mapping of str to int
            The keys of the sliders that are followed while they move, and their values.
        ask : Ask, optional
            The question that this answers: what one of those sliders would show. Without one it is the page's own
            state.
        seen_edit : int
            The number of the last edit that was written or refused.
        """
        header: message.Message = {
            **self.header,
            "mark": mark({"pictures": self.header["pictures"], "cards": list(cards)}, b""),
            "base": base,
            "ask": ask,
            "sliders": dict(sliders or {}),
            "note": note,
            "seen_edit": seen_edit,
            "path": path,
            "cards": list(cards),
            "link": link,
        }
        return packed(header, self.pixels)


def in_sections(stages: Sequence[Stage]) -> list[list[Stage]]:
    """The stages in groups that each begin at a layer with kernels; what comes before the first is one too."""
    groups: list[list[Stage]] = []
    for stage in stages:
        if stage.step.weight is not None or not groups:
            groups.append([])
        groups[-1].append(stage)
    return groups


def maps_view(panels: Sequence[Panel], *, dark: bool = False) -> Shown:
    """Everything that the maps show.

    Parameters
    ----------
    panels : sequence of Panel
        One, or two side by side. The maps of one section have one scale in both.
    dark : bool
        For a dark page.
    """
    payload = Payload()
    limits = _common_limits(panels)
    shown = [_panel(panel, limits, payload, dark) for panel in panels]
    table = rendering.signed_table(dark).tobytes().hex()
    pixels = payload.packed()
    drawn = {"dark": dark, "table": table, "panels": shown}
    return Shown({"pictures": mark(drawn, pixels), "dark": dark, "table": table, "panels": shown}, pixels)


def _common_limits(panels: Sequence[Panel]) -> list[float]:
    """One end of the scale for each section, the same in every panel."""
    rows = [[rendering.limit_of(section.stages[0].output) for section in panel.sections] for panel in panels]
    return [max(row[i] for row in rows if i < len(row)) for i in range(max(map(len, rows)))]


def _panel(panel: Panel, limits: Sequence[float], payload: Payload, dark: bool) -> message.Panel:
    """One picture with its layers."""
    image = _source(panel, payload)
    layers, done = [], 0
    inputs = [panel.image, *(stage.output for stage in panel.stages)]
    for section, limit in zip(panel.sections, limits, strict=False):
        rows = [
            _row(done + i, stage, inputs[done + i], limit, payload, counted=i == 0)
            for i, stage in enumerate(section.stages)
        ]
        layers.append(_layer(section, limit, rows, dark))
        done += len(rows)
    return {
        "name": panel.name,
        "chain": _chain(panel),
        "totals": _totals(panel.stages),
        "image": image,
        "layers": layers,
    }


def _source(panel: Panel, payload: Payload) -> message.Source:
    """The picture as the layers read it."""
    _, height, width = panel.image.shape
    return {
        "pixels": payload.add(rendering.rgb(panel.image)),
        "width": width,
        "height": height,
        "shape": by(panel.image.shape),
        "caption": panel.caption,
        "alt": panel.alt,
    }


def _chain(panel: Panel) -> list[message.ChainLink]:
    """The chain of shapes, with what stands between."""
    links: list[message.ChainLink] = [{"layer": "", "shape": by(panel.image.shape)}]
    for stage in panel.stages:
        links.append({"layer": stage.layer.short_name, "shape": by(stage.shape)})
    return links


def _totals(stages: Sequence[Stage]) -> str:
    """Parameters, work and receptive field of the whole row."""
    macs, parameters = sum(s.macs for s in stages), sum(s.parameters for s in stages)
    field = by(stages[-1].receptive_field)
    return f"{parameters:,} parameters · {macs:,} multiply-adds · each number at the end sees {field} pixels"


def _layer(section: Section, limit: float, rows: list[message.Row], dark: bool) -> message.Layer:
    """A section with its rows of maps."""
    first, *_ = section.stages
    formulas = [(stage, stage.layer.formula(stage.input_shape)) for stage in section.stages]
    return {
        "title": section.title,
        "source": layer_source(first.layer),
        "cost": f"{first.parameters:,} parameters · {first.macs:,} multiply-adds",
        "limit": brief(limit),
        "formulas": [
            {"name": stage.layer.short_name, "rows": sizes[0], "columns": sizes[1]}
            for stage, sizes in formulas
            if sizes
        ],
        "kernels": kernel_cards(section.kernels, dark) if section.kernels else [],
        "editable": section.editable,
        "rows": rows,
    }


def _row(number: int, stage: Stage, before: Tensor, limit: float, payload: Payload, *, counted: bool) -> message.Row:
    """One row of maps: before ReLU, after ReLU, or after pooling; `counted` where it has a histogram in any case."""
    maps = stage.output
    channels, height, width = maps.shape
    title, note, captions = _words(stage, before)
    return {
        "stage": number,
        "title": title,
        "shape": by(stage.shape),
        "note": note,
        "pixels": payload.add(rendering.entries(maps, limit)),
        "width": width,
        "height": height,
        "captions": captions,
        "alts": [f"{title}, map {i + 1}, {height}×{width} numbers, {captions[i]}" for i in range(channels)],
        "histogram": rendering.histogram(maps, limit) if counted or stage.layer.arithmetic == "relu" else None,
    }


def _words(stage: Stage, before: Tensor) -> tuple[str, str, list[str]]:
    """Title, note and one caption a map for a row."""
    maps = stage.output
    low, high = maps.amin((1, 2)).tolist(), maps.amax((1, 2)).tolist()
    spans = [f"{brief(a)} to {brief(b)}" for a, b in zip(low, high, strict=True)]
    if isinstance(stage.layer, Windowed) and stage.layer.arithmetic != "sum":
        kind = "maximum" if stage.layer.arithmetic == "max" else "average"
        return "After pooling", f"The {kind} of each {by(stage.layer.kernel_size)} block.", spans
    if stage.layer.arithmetic == "sum":
        return "Before ReLU", "Numbers of both signs.", spans
    shares = zeroed(before)
    mean = sum(shares) / len(shares)
    dead = ["all zero: a dead map" if top == 0 else "" for top in high]
    captions = [word or f"{share:.0%} set to zero" for word, share in zip(dead, shares, strict=True)]
    return "After ReLU", f"{mean:.1%} of all numbers were negative and became 0.", captions

"""What the maps show of pictures and their layers: words, numbers and pixels, ready to send. No streamlit here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from convlab import rendering
from convlab.images import GREY
from convlab.layers import Windowed
from convlab.network import Stage
from convlab.script import layer_source
from convlab.ui.components.component import mark, packed
from convlab.ui.components.maps import message
from convlab.ui.components.maps.blobs import Blobs, Known
from convlab.ui.components.maps.chain import chain_of, totals_of
from convlab.ui.components.maps.compared import compared
from convlab.ui.components.maps.kernels import Kernels, kernel_cards
from convlab.ui.components.maps.stages import Drawing, Ends, Share, ends_of, rows_of
from convlab.ui.components.maps.telling import telling_place
from convlab.ui.figures import brief, channel_names
from convlab.window import by

PREVIEW = 40_000  # bytes of an answer to what a slider's other value would show
_COARSE = 32  # no preview is coarser
_BESIDE = 1000  # bytes of what a message says beside its maps, as they travel


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
    chosen : int
        Which map is; the last one where there are fewer.
    """

    title: str
    stages: Sequence[Stage]
    kernels: Kernels | None = None
    editable: bool = False
    chosen: int = 0

    @property
    def map(self) -> int:
        """The chosen map, one that is there."""
        return min(self.chosen, self.stages[0].shape[0] - 1)


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
    colours : Tensor, optional
        The picture in colour, where the layers read it in grey.
    """

    image: Tensor
    caption: str
    alt: str
    sections: Sequence[Section]
    name: str = ""
    colours: Tensor | None = None

    @property
    def stages(self) -> list[Stage]:
        """All of them in a row."""
        return [stage for section in self.sections for stage in section.stages]

    @property
    def chosen(self) -> list[int]:
        """The chosen map of each stage."""
        return [section.map for section in self.sections for _ in section.stages]


@dataclass(frozen=True, eq=False)
class Shown:
    """What is drawn.

    Attributes
    ----------
    header : Drawn
        Words, shapes, and the names of the arrays.
    blobs : Blobs
        The arrays.
    telling : Place
        Where there is something to see.
    shapes : list of tuple of int
        Of each stage that can be pointed at.
    """

    header: message.Drawn
    blobs: Blobs
    telling: message.Place
    shapes: list[tuple[int, ...]]

    @property
    def weight(self) -> int:
        """The bytes that it takes, about."""
        return 20_000 + sum(piece.weight for piece in self.blobs.pieces.values())

    def size(self, known: Known | None) -> int:
        """The bytes of the message to a browser with those arrays, about."""
        return _BESIDE + len(packed(self.header, b"")) + self.blobs.size(known)

    def within(self, place: Sequence[int] | None) -> message.Place | None:
        """A place, moved onto its map; None where its stage is not there."""
        if place is None or not 0 <= place[0] < len(self.shapes):
            return None
        channel, row, column = (min(at, side - 1) for at, side in zip(place[1:], self.shapes[place[0]], strict=True))
        return place[0], channel, row, column

    def message(
        self,
        *,
        known: Known | None = None,
        pinned: message.Place | None = None,
        link: message.Link | None = None,
        note: str = "",
        base: str = "",
        sliders: Mapping[str, int] | None = None,
        ask: message.Ask | None = None,
        seen_edit: int = 0,
        told: str = "|",
        fresh: int = 0,
    ) -> bytes:
        """The message to the component.

        Parameters
        ----------
        known : Known, optional
            What the browser was sent before: it is not sent again. Without it everything is.
        pinned : Place, optional
            What the visitor pinned.
        link : Link, optional
            Where the pinned number, or the telling one, can be seen another way.
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
        told : str
            The pinned number and the chosen maps as the page has them, as the script sent them.
        fresh : int
            How often the page began anew.
        """
        blobs, payload = self.blobs.sent(known)
        place = self.within(pinned)
        header: message.Message = {
            **self.header,
            "blobs": blobs,
            "mark": mark({"pictures": self.header["pictures"], "pinned": place, "link": link}),
            "base": base,
            "ask": ask,
            "sliders": dict(sliders or {}),
            "note": note,
            "seen_edit": seen_edit,
            "told": told,
            "fresh": fresh,
            "pinned": place,
            "telling": self.telling,
            "link": link,
        }
        return packed(header, payload)


def in_sections(stages: Sequence[Stage]) -> list[list[Stage]]:
    """The stages in groups that each begin at a layer with kernels; what comes before the first is one too."""
    groups: list[list[Stage]] = []
    for stage in stages:
        if stage.step.weight is not None or not groups:
            groups.append([])
        groups[-1].append(stage)
    return groups


def maps_view(
    panels: Sequence[Panel],
    *,
    dark: bool = False,
    hatched: bool = False,
    words: Sequence[str] = (),
    shares: tuple[Share, Share] = (Share(), Share()),
) -> Shown:
    """Everything that the maps show.

    Parameters
    ----------
    panels : sequence of Panel
        One, or two side by side. The maps of one section have one scale in both.
    dark : bool
        For a dark page.
    hatched : bool
        Whether negatives are hatched.
    words : sequence of str
        What differs between two.
    shares : (Share, Share)
        How much is sent of A's maps, and of the last panel's.
    """
    blobs = Blobs()
    scales = _scales(panels)
    last = panels[-1]
    drawn: message.Drawn = {
        "pictures": "",
        "dark": dark,
        "hatched": hatched,
        "signed": rendering.signed_table(dark).tobytes().hex(),
        "bright": rendering.bright_table().tobytes().hex(),
        "panels": [
            _panel(panel, scales, share, blobs, dark)
            for panel, share in zip(panels, shares[-len(panels) :], strict=True)
        ],
        "compared": None,
    }
    if len(panels) == 2:
        drawn["compared"] = compared(words, panels[0].stages, last.stages, last.chosen, shares[-1], blobs)
    drawn["pictures"] = mark(drawn)
    first = last.sections[0]
    telling = (0, first.map, *telling_place(first.stages[0].output[first.map]))
    return Shown(drawn, blobs, telling, [stage.shape for stage in last.stages])


def preview(panels: Sequence[Panel], known: Known | None, **how: Any) -> Shown:
    """The chosen maps alone, as coarse as it takes for the message to be small.

    Parameters
    ----------
    panels : sequence of Panel
        As in `maps_view`. A stays as it is where the browser has it, as it has while the scale stays.
    known : Known, optional
        What the browser has.
    **how
        The other parameters of `maps_view`.
    """
    for beside in (Share(), None) if len(panels) == 2 else (None,):
        shown = _fitted(panels, known, beside, how)
        if shown.size(known) <= PREVIEW:
            break
    return shown


def _fitted(panels: Sequence[Panel], known: Known | None, beside: Share | None, how: dict[str, Any]) -> Shown:
    """The same; A as much as `beside`, or as the last panel."""
    step = picture = 1
    while True:
        share = Share(step, picture)
        shown = maps_view(panels, shares=(beside or share, share), **how)
        size = shown.size(known)
        if size <= PREVIEW or step >= _COARSE:
            return shown
        step = max(step + 1, int(step * (0.9 * size / PREVIEW) ** 0.5))
        whole = shown.header["panels"][-1]["image"]["pixels"]["name"]
        picture = 1 if picture == 1 and known is not None and whole in known else step


def _scales(panels: Sequence[Panel]) -> list[Ends]:
    """The ends of one scale for each section, the same in every panel."""
    rows = [[ends_of(section.stages[0].output) for section in panel.sections] for panel in panels]
    met = [[row[i] for row in rows if i < len(row)] for i in range(max(map(len, rows)))]
    return [
        Ends([low for one in each for low in one.lows], [high for one in each for high in one.highs]) for each in met
    ]


def _panel(panel: Panel, scales: Sequence[Ends], share: Share, blobs: Blobs, dark: bool) -> message.Panel:
    """One picture with its layers."""
    layers, done, read = [], 0, panel.image
    image = _source(panel, share, blobs)
    for section, scale in zip(panel.sections, scales, strict=False):
        empty = section.kernels.empty if section.kernels else [False] * section.stages[0].shape[0]
        drawing = Drawing(scale.limit, section.map, share, empty, blobs)
        rows = rows_of(done, section.stages, read, drawing)
        read = section.stages[-1].output
        layers.append(_layer(section, scale, rows, dark))
        done += len(rows)
    return {
        "name": panel.name,
        "chain": chain_of(panel.image.shape, [section.stages for section in panel.sections]),
        "totals": totals_of(panel.stages),
        "image": image,
        "layers": layers,
    }


def _source(panel: Panel, share: Share, blobs: Blobs) -> message.Source:
    """The picture that the layers read."""
    channels, height, width = panel.image.shape
    step = share.picture
    colours = panel.image if panel.colours is None else panel.colours
    pixels = rendering.rgb(colours[:, ::step, ::step])
    return {
        "pixels": blobs.add(pixels.numpy(), 3, 3 * pixels.shape[1], 1),
        "width": width,
        "height": height,
        "step": step,
        "channels": channel_names(channels),
        "grey": [] if panel.colours is None else list(GREY),
        "shape": by(panel.image.shape),
        "caption": panel.caption,
        "alt": panel.alt,
    }


def _layer(section: Section, scale: Ends, rows: list[message.Row], dark: bool) -> message.Layer:
    """A section with its rows of maps."""
    first, *_ = section.stages
    return {
        "title": section.title,
        "source": layer_source(first.layer),
        "cost": f"{first.parameters:,} parameters · {first.macs:,} multiply-adds",
        "transposed": isinstance(first.layer, Windowed) and first.layer.stamps,
        "dilation": first.layer.window.dilation if isinstance(first.layer, Windowed) else (1, 1),
        "limit": brief(scale.limit),
        "bound": scale.limit,
        "signed": scale.signed,
        "kernels": kernel_cards(section.kernels, dark) if section.kernels else [],
        "chosen": section.map,
        "editable": section.editable,
        "rows": rows,
    }

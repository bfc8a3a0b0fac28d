"""There and back: picture, map, what comes back, and the error."""

from dataclasses import replace
from typing import Any, NamedTuple

import streamlit as st
from torch import Tensor

from convlab.back import Error, ThereAndBack, there_and_back
from convlab.script import layer_source
from convlab.ui import own_pictures, session
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, tiles
from convlab.ui.edits import take_edits
from convlab.ui.figures import brief, exact
from convlab.ui.kept import Kept
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.pictures import Picture, image_of, once
from convlab.ui.session import Visit
from convlab.ui.there_and_back import show
from convlab.ui.there_and_back.settings import BackSettings, layer_of
from convlab.window import by

_KEY = "there"
_BELOW = 266  # pixels of the words below
_MEAN = ", the mean of the colours"
_STRIP = 64  # pixels that one of several maps is wide


class Made(NamedTuple):
    """What is shown for some settings."""

    shown: Drawn
    chain: str
    lost: str
    figures: str
    law: str


def made(picture: Picture, settings: BackSettings) -> Made:
    """The way there and back for settings that work."""
    settings = replace(settings, part="there", picture="panda")
    return once(_MADE, picture, settings, lambda: _made(picture, settings))


def _made(picture: Picture, settings: BackSettings) -> Made:
    """The same, made anew."""
    image = image_of(picture, settings.max_side, settings.grey)
    layer, weight = layer_of(settings, len(image))
    way = there_and_back(layer, image, weight, output_padding=settings.extra_given)
    rows = [Row(_tiles(way, weight, settings, picture.alt))]
    if len(weight) > 1:
        rows.append(Row(_strip(way, settings), "All maps", "each", _STRIP))
    return Made(drawn(rows), _chain(way), way.lost, _figures(way), _law(way))


_MADE: Kept[Made] = Kept(24_000_000, lambda made: made.shown.weight)


def view(visit: Visit[BackSettings], good: BackSettings) -> None:
    """Draw it."""
    now = made(own_pictures.current(good.picture), good)
    st.markdown(now.chain)
    tiles(
        _KEY,
        now.shown,
        below=_BELOW,
        status=visit.take_note(),
        seen_edit=visit.seen_edit,
        on_choose=lambda: _choose(visit, session.sent(_KEY, "choose")),
        on_edit=lambda: take_edits(visit, session.sent(_KEY, "edit"), _write),
    )
    st.markdown(f"**{now.lost}**")
    figures, law = st.columns(2)
    figures.markdown(now.figures)
    law.markdown(now.law)


def _tiles(way: ThereAndBack, weight: Tensor, settings: BackSettings, alt: str) -> list[Tile]:
    """Picture, kernel, map, result, error."""
    count, number = len(weight), settings.map
    kernel = weight[number]
    same = bool((kernel == kernel[:1]).all())
    named = f" {number + 1} of {count}" if count > 1 else ""
    mean = _MEAN if len(way.errors) > 1 else ""
    all_maps = f" of {count} maps" if count > 1 else ""
    return [
        Tile(way.image, "Picture", show.caption_of(way.image), alt, "picture"),
        Tile(
            kernel[:1] if same else kernel,
            f"Kernel{named}",
            by(kernel.shape[-2:]),
            "The kernel of both layers",
            word="∗",
            cells=True,
            edits="weight",
            undo=settings.by_hand,
        ),
        Tile(
            way.maps[number], f"Map{named}", show.caption_of(way.maps[number]), "What the convolution makes", word="="
        ),
        _result(way.result, f"transposed{all_maps}"),
        Tile(
            way.errors.mean(0),
            "Error: result − picture",
            show.caption_of(way.errors) + mean if way.errors.any() else "0 everywhere",
            "Where the result is below the picture, and where above",
            word="−\u00a0picture",
        ),
    ]


def _result(result: Tensor, word: str) -> Tile:
    """What came back: as a picture where it can be one, else in the colours of both signs."""
    kept = show.is_picture(result)
    values, mean = (result, "") if kept else (result.mean(0), _MEAN if len(result) > 1 else "")
    alt = "What the transposed convolution makes of it"
    return Tile(values, "Result", show.caption_of(result) + mean, alt, "picture" if kept else "signed", word=word)


def _strip(way: ThereAndBack, settings: BackSettings) -> list[Tile]:
    """All maps, small: one is chosen."""
    bound, labels = float(way.maps.abs().max()) or None, settings.labels
    step = max(1, way.maps.shape[2] // _STRIP)
    return [
        Tile(
            one[::step, ::step],
            f"Map {number + 1}",
            alt=f"Map {number + 1}{f': {labels[number]}' if labels else ''}",
            bound=bound,
            key=str(number),
            pressed=number == settings.map,
        )
        for number, one in enumerate(way.maps)
    ]


def _chain(way: ThereAndBack) -> str:
    """The shapes, and the way back as PyTorch writes it."""
    shapes = " → ".join(by(part.shape) for part in (way.image, way.maps, way.result))
    return f"**{shapes}** &ensp; `{layer_source(way.back)}`"


def _figures(way: ThereAndBack) -> str:
    """The errors inside and on the border, and the correlation."""
    lines = [_line("Inside", way.inside), _line("Border", way.border)]
    alike = way.correlation
    said = "There is none: one of them is of one number." if alike is None else f"**{brief(round(alike, 4))}**"
    table = "\n".join(["| | Numbers | Largest error | Mean error |", "|:--|--:|--:|--:|", *lines])
    return f"{table}\n\nCorrelation of picture and result: {said}"


def _line(name: str, error: Error) -> str:
    """A line of the table."""
    if not error.cells:
        return f"| {name} | none | | |"
    return f"| {name} | {error.cells:,} | {brief(error.largest)} | {brief(error.mean)} |"


def _law(way: ThereAndBack) -> str:
    """The adjoint law with its numbers."""
    one, other = (exact(product) for product in way.products)
    return (
        "**Transposed, not inverse.** As a matrix, the way there is A and the way back Aᵀ. For the picture x and "
        f"random maps y: ⟨A x, y⟩ = **{one}** and ⟨x, Aᵀ y⟩ = **{other}**, the same with every kernel. "
        "The result is Aᵀ A x: the picture again only where Aᵀ A changes nothing."
    )


def _choose(visit: Visit[BackSettings], sent: Any) -> None:
    """A map was chosen."""
    if isinstance(sent, str) and sent in "01234567" and len(sent) == 1:
        visit.show(replace(visit.asked, chosen=sent))


def _write(settings: BackSettings, sent: dict[str, Any]) -> BackSettings:
    """The settings with a kernel cell that was written, or without any."""
    if sent.get("undo"):
        return settings.without_cells()
    place = (settings.map, sent["channel"], sent["row"], sent["column"])
    return settings.with_cell(LayerSettings.kind("edits").edit(*place, str(sent["value"])))

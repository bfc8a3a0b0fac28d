"""What the playground shows: its picture and its settings as panels of maps. No streamlit here."""

import hashlib
from dataclasses import replace
from typing import NamedTuple

from torch import Tensor

from convlab import images
from convlab.errors import ConvLabError
from convlab.network import Stage, trace
from convlab.ui.components.maps.blobs import Known
from convlab.ui.components.maps.kernels import Kernels
from convlab.ui.components.maps.view import Panel, Section, Shown, in_sections, maps_view
from convlab.ui.components.maps.view import preview as preview_view
from convlab.ui.figures import channel_names
from convlab.ui.kept import Kept
from convlab.ui.layer_settings import kernel_of
from convlab.ui.pictures import Picture, brought_down, image_of, once
from convlab.ui.playground.settings import PlaygroundSettings, check, on_same_picture, steps_of
from convlab.ui.way_out import changes, in_words


class Made(NamedTuple):
    """What the maps show for some settings."""

    shown: Shown
    image: Tensor  # what the first layer reads
    note: str  # a word where the pinned settings do not fit


def stages_of(picture: Picture, settings: PlaygroundSettings) -> tuple[Tensor, list[Stage]]:
    """The image that the layers read, and every layer's output."""
    check(settings, picture.size)
    image = image_of(picture, settings.max_side, settings.grey)
    return image, trace(steps_of(settings, len(image)), image)


def shown(picture: Picture, settings: PlaygroundSettings, dark: bool) -> Made:
    """What the maps show for some settings.

    Raises
    ------
    ConvLabError
        If the settings do not fit the picture.
    """
    settings = settings.drawn()
    return once(_MADE, picture, (settings, dark), lambda: _made(picture, settings, dark))


def _made(picture: Picture, settings: PlaygroundSettings, dark: bool) -> Made:
    """The same, made anew."""
    panels, words, note = _panels(picture, settings)
    return Made(maps_view(panels, dark=dark, hatched=settings.hatched, words=words), panels[-1].image, note)


def preview(picture: Picture, settings: PlaygroundSettings, dark: bool, known: Known) -> Made:
    """The same, no more than a quick look at it: what one of the sliders would show."""
    panels, words, note = _panels(picture, settings.drawn())
    return Made(preview_view(panels, known, dark=dark, hatched=settings.hatched, words=words), panels[-1].image, note)


_MADE: Kept[Made] = Kept(96_000_000, lambda made: made.shown.weight + 4 * made.image.numel())


def _panels(picture: Picture, settings: PlaygroundSettings) -> tuple[list[Panel], list[str], str]:
    """The settings alone, or A and B with what differs in words; and a word where A does not fit."""
    check(settings, picture.size)
    colours = brought_down(picture, settings.max_side)
    panel = _panel(picture, colours, settings, "")
    if not settings.pinned:
        return [panel], [], ""
    pinned = on_same_picture(settings)
    try:
        check(pinned, picture.size)
    except ConvLabError as error:
        word = in_words(error, PlaygroundSettings)
        return [panel], [], f"The pinned settings A do not fit this picture. {word}"
    return [_panel(picture, colours, pinned, "A"), replace(panel, name="B")], changes(pinned, settings), ""


def _panel(picture: Picture, colours: Tensor, settings: PlaygroundSettings, name: str) -> Panel:
    """The picture, as it was brought down, with some settings' layers."""
    image = images.to_grey(colours) if settings.grey else colours
    sections = _sections(settings, trace(steps_of(settings, len(image)), image))
    return Panel(image, picture.title, picture.alt, sections, name, colours if settings.grey else None)


def _sections(settings: PlaygroundSettings, stages: list[Stage]) -> list[Section]:
    """The layers with the chosen kernels, then the 1×1 layer."""
    sections = []
    for index, group in enumerate(in_sections(stages)):
        step, channels = group[0].step, group[0].input_shape[0]
        names = [f"map {number + 1}" for number in range(channels)] if index else channel_names(channels)
        if index < settings.depth or step.weight is None:
            kernels, title = _kernels(settings, names), f"Layer {index + 1}"
        else:
            kernels, title = Kernels(step.weight, names, ["weighted sum of the maps"]), "1×1 convolution"
        sections.append(Section(title, group, kernels, index == 0, settings.chosen_of(index)))
    return sections


def _kernels(settings: PlaygroundSettings, names: list[str]) -> Kernels:
    """The kernels as the visitor defined them."""
    weight = kernel_of(settings, len(names))
    labels = settings.labels
    turned = "turned by 180° before it slides" if settings.flip else ""
    alone = [f"reads channel {number + 1} alone" if settings.depthwise else "" for number in range(len(weight))]
    return Kernels(
        weight,
        names,
        [labels[number % len(labels)] for number in range(len(weight))] if labels else (),
        [" · ".join(filter(None, (each, turned))) for each in alone],
        [edit.kernel for edit in settings.edits if edit.fits(weight.shape)],
    )


def name_of(picture: Picture, settings: PlaygroundSettings, dark: bool) -> str:
    """A short name for a state of the page."""
    return hashlib.blake2b(repr((picture.digest, settings, dark)).encode(), digest_size=8).hexdigest()

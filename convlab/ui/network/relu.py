"""Two convolutions with nothing between them are one."""

from functools import partial
from typing import NamedTuple

import streamlit as st
from torch import Tensor

from convlab.collapsing import Collapsed, compare_collapsed
from convlab.network import Step
from convlab.ui import own_pictures
from convlab.ui.components.tiles import Drawn, Row, Tile, drawn, tiles
from convlab.ui.figures import brief
from convlab.ui.kept import Kept
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.ways import RELU_SIDE, pair_of
from convlab.ui.pictures import Picture, image_of, once
from convlab.ui.session import Visit
from convlab.window import Pair, by

_LAW = "B ∗ (A ∗ x) = (B ∗ A) ∗ x"
_BELOW = 60  # pixels of the sentence below
_SMALL = "⁰¹²³⁴⁵⁶⁷⁸⁹"


class Made(NamedTuple):
    """What is shown for some settings."""

    shown: Drawn
    about: str
    why: str


def made(picture: Picture, settings: NetworkSettings) -> Made:
    """The two convolutions and the one for settings that work."""
    what = (settings.bank, settings.kernel_size, settings.seed, settings.between == "relu")
    return once(_MADE, picture, what, partial(_made, picture, *what))


def _made(picture: Picture, bank: str, kernel_size: Pair, seed: int, between: bool) -> Made:
    """The same, made anew."""
    first, second = pair_of(NetworkSettings(bank=bank, kernel_size=kernel_size, seed=seed))
    image = image_of(picture, RELU_SIDE, True)
    found = compare_collapsed(first, second, image, between)
    bound = (found.reach if found.zero else found.most) or 1.0  # rounding has no colours
    rows = [
        Row(_in_a_row(first, second, image, found, bound, between), f"Two layers{', ReLU between' * between}"),
        Row(_as_one(image, found, bound), "One layer"),
    ]
    return Made(drawn(rows), _about(found, between), _why(found, between))


_MADE: Kept[Made] = Kept(12_000_000, lambda made: made.shown.weight)


def view(visit: Visit[NetworkSettings], good: NetworkSettings) -> None:
    """Both ways, and what they differ by."""
    now = made(own_pictures.current(good.picture), good)
    st.markdown(now.about)
    tiles("network_relu", now.shown, below=_BELOW)
    st.markdown(now.why)


def _in_a_row(first: Step, second: Step, image: Tensor, found: Collapsed, bound: float, between: bool) -> list[Tile]:
    """Picture, kernels, the maps between, kernels, what comes out."""
    return [
        Tile(image, "Picture x", by(image.shape), "The picture.", "picture"),
        _kernels(first, "A", 0),
        *_between(found.between, between),
        _kernels(second, "B", 1),
        Tile(found.output, "B ∗ (A ∗ x)", by(found.output.shape), "What two layers make.", word="=", bound=bound),
    ]


def _kernels(step: Step, name: str, axis: int) -> Tile:
    """The kernels of a layer, one for each map between; once where all are the same."""
    assert step.weight is not None
    planes = step.weight.flatten(0, 1)
    count, size = len(planes), by(planes.shape[1:])
    same = count > 1 and bool((planes == planes[0]).all())
    caption = f"{size}, the same for both maps" if same else f"{size}, one for each map" if count > 1 else size
    planes = planes[:1] if same else planes
    return Tile(_legible(planes), f"Kernel {name}", caption, f"Kernel {name}", word="∗", cells=True)


def _between(maps: Tensor, relu: bool) -> list[Tile]:
    """The maps between the layers, in the same colours."""
    bound = float(maps.abs().max()) or None
    title, more = ("ReLU(A ∗ x)", ", after ReLU") if relu else ("A ∗ x", "")
    named = [f", map {number}" if len(maps) > 1 else "" for number, _ in enumerate(maps, start=1)]
    return [
        Tile(
            one,
            f"{title}{name}",
            by(one.shape),
            f"What the first layer makes{name}{more}",
            word="=" * (not at),
            bound=bound,
        )
        for at, (one, name) in enumerate(zip(maps, named, strict=True))
    ]


def _as_one(image: Tensor, found: Collapsed, bound: float) -> list[Tile]:
    """The one kernel, its map, and what it differs by."""
    kernel = _kernel(found)
    return [
        Tile(image, "Picture x", by(image.shape), "The picture.", "picture"),
        Tile(_legible(kernel), "One kernel B ∗ A", by(kernel.shape), "The one kernel", word="∗", cells=True),
        Tile(found.single, "(B ∗ A) ∗ x", by(found.single.shape), "What one layer makes.", word="=", bound=bound),
        Tile(
            found.difference,
            "Difference",
            f"largest {small(found.largest)}",
            "What the two make minus what the one makes",
            bound=bound,
        ),
    ]


def _kernel(found: Collapsed) -> Tensor:
    """The one kernel: rows and columns."""
    assert found.one.weight is not None
    return found.one.weight[0, 0]


def _legible(kernel: Tensor) -> Tensor:
    """With as many decimals as a cell has room for."""
    return kernel.round(decimals=3) + 0.0  # no negative zeros


def _about(found: Collapsed, relu: bool) -> str:
    """Whether the two are one, with the numbers."""
    differ = f"{small(found.largest)}** where the numbers go up to {small(found.most)}."
    if relu and not found.same:
        return f"**ReLU set {found.cut:.0%} of the numbers between the layers to 0; the difference is up to {differ}"
    if relu:
        return f"**ReLU changed nothing: {found.cut:.0%} of the numbers between the layers are below 0.** Still {_LAW}."
    if found.zero:
        return f"**{_LAW} = 0{' up to rounding' if found.most else ''}.**"
    return f"**{_LAW}: the difference is 0 up to rounding, at most {differ}"


def _why(found: Collapsed, relu: bool) -> str:
    """What follows from it."""
    if relu and not found.same:
        return "What ReLU sets to 0 depends on the picture: no one kernel does that."
    if not _kernel(found).any():
        return "The two kernels A are opposites, and B adds up what they make: the one kernel is 0."
    return "However many layers: with nothing between them they are one."


def small(value: float) -> str:
    """A number that may be rounding: 6×10⁻⁸."""
    if value == 0 or value >= 0.001:
        return brief(value)
    digit, power = f"{value:.0e}".split("e-")
    return f"{digit}×10⁻{''.join(_SMALL[int(one)] for one in str(int(power)))}"

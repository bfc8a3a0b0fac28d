"""The figures that a lesson's sentences may use, of the step's picture as it is set now: each a word or a phrase.

Whoever writes a lesson names them in braces, {output}; `docs/lessons.md` lists them.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from convlab.back import there_and_back
from convlab.collapsing import compare_collapsed
from convlab.convolutions import Conv2d
from convlab.costs import Cost, compare_costs
from convlab.learned import LEARNED
from convlab.network import Stage
from convlab.recovery import CASES
from convlab.sight import growth
from convlab.ui import own_pictures
from convlab.ui.figures import brief, ends, exact, tenths
from convlab.ui.kept import Kept
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.lessons.layer_figures import apart, layer_figures, many, share, stamps
from convlab.ui.network.relu import small
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.ways import RELU_SIDE, pair_of
from convlab.ui.pictures import OWN, Picture, image_of, once, sample_picture
from convlab.ui.playground.settings import PlaygroundSettings
from convlab.ui.playground.show import stages_of
from convlab.ui.steps.settings import StepSettings
from convlab.ui.there_and_back.settings import BackSettings, layer_of
from convlab.upsampling import evenness
from convlab.window import by

_MADE: Kept[dict[str, str]] = Kept(1_000_000, lambda made: sum(map(len, made.values())) + 1000)


class Figures(dict[str, str]):
    """Figures by their names; a dash for one that has nothing to say of this picture."""

    def __missing__(self, name: str) -> str:
        return "–"


def figures_of(path: str, settings: LayerSettings) -> Figures:
    """What the sentences beside a picture may say of it.

    Parameters
    ----------
    path : str
        The picture's page.
    settings : LayerSettings
        What is set there, and works.

    Returns
    -------
    Figures
        Words and phrases by their names.

    Examples
    --------
    >>> figures = figures_of("step_by_step", StepSettings(input_size=(8, 8), padding=(1, 1)))
    >>> figures["output"], figures["compared"], figures["weights"]
    ('8×8', 'as large as the input', '9 weights')
    """
    return Figures(_OF[path](settings.untasked()))


def _picture_of(settings: Any) -> Picture:
    """The picture that the settings name."""
    return own_pictures.current(OWN) if settings.picture == OWN else sample_picture(settings.picture)


@lru_cache(maxsize=64)
def _of_steps(settings: StepSettings) -> dict[str, str]:
    """Of a small layer."""
    return layer_figures(settings)


def _of_maps(settings: PlaygroundSettings) -> dict[str, str]:
    """Of one layer or two on a picture."""
    picture, settings = _picture_of(settings), settings.drawn()
    return once(_MADE, picture, settings, lambda: _of_stages(*stages_of(picture, settings), settings))


def _of_stages(image: Any, stages: list[Stage], settings: PlaygroundSettings) -> dict[str, str]:
    """The same, made anew."""
    convolutions = [at for at, stage in enumerate(stages) if stage.step.weight is not None]
    first, maps = stages[0], stages[0].output
    weight, last = first.step.weight, stages[convolutions[-1]]
    assert weight is not None and last.step.weight is not None
    chosen = maps[min(settings.chosen_of(0), len(maps) - 1)]
    sized = [stage for stage in stages if stage.shape[1:] != stage.input_shape[1:] or stage.step.weight is not None]
    return {
        "input": by(image.shape),
        "first": by(first.shape),
        "pooled": by(stages[convolutions[1] - 1 if len(convolutions) > 1 else -1].shape),
        "before_last": by(last.input_shape),
        "last": by(stages[-1].shape),
        "chain": " → ".join(by(shape) for shape in (image.shape, *(stage.shape for stage in sized))),
        "maps": many(len(maps), "map"),
        "kernel_size": by(settings.kernel_size),
        "apart": apart(settings.dilation),
        "dilated_size": by(first.layer.window.dilated_size),  # type: ignore[attr-defined]
        "receptive_field": by(stages[-1].receptive_field),
        "smallest": brief(float(chosen.min())),
        "largest": brief(float(chosen.max())),
        "negatives": share(float((chosen < 0).double().mean())),
        "weight_range": ends(weight),
        "mixing": _listed([brief(number) for number in last.step.weight.flatten().tolist()]),
        "opposites": _opposites([stages[at].output for at in convolutions]),
        "learned": many(len(LEARNED), "kernel"),
    }


def _opposites(outputs: list[Any]) -> str:
    """The largest sum of the first two maps, of each layer that has two."""
    sums = [exact(float((maps[0] + maps[1]).abs().max())) for maps in outputs if len(maps) > 1]
    return _listed(sums) if sums else "–"


def _of_back(settings: BackSettings) -> dict[str, str]:
    """Of a way there and back, or of one of the other parts of that page."""
    size, factor = settings.up_kernel_size, settings.scale_factor
    return {
        "scale_factor": str(factor),
        "up_kernel_size": by((size, size)),
        "as_transposed": by((size + factor - 1,) * 2),
        "nearest_products": many(size * size, "product"),
        "stamps": stamps(evenness([size], [factor])[size, factor].counts),
        "why": CASES[settings.case].why,
        **(_of_there(settings) if settings.part == "there" else {}),
    }


def _of_there(settings: BackSettings) -> dict[str, str]:
    """What came back."""
    picture = _picture_of(settings)
    return once(_MADE, picture, replace(settings, chosen=""), lambda: _of_way(picture, settings))


def _of_way(picture: Picture, settings: BackSettings) -> dict[str, str]:
    """The same, made anew."""
    image = image_of(picture, settings.max_side, settings.grey)
    layer, weight = layer_of(settings, len(image))
    way = there_and_back(layer, image, weight, output_padding=settings.extra_given)
    one, other = (exact(product) for product in way.products)
    return {
        "kernel_size": by(layer.kernel_size),
        "chain": " → ".join(by(part.shape) for part in (way.image, way.maps, way.result)),
        "lost": way.lost,
        "law": f"⟨A x, y⟩ = {one} and ⟨x, Aᵀ y⟩ = {other}",
    }


def _of_network(settings: NetworkSettings) -> dict[str, str]:
    """Of the part of that page that is shown."""
    if settings.growing:
        return _of_growth(settings.depth, settings.grow_kernel, settings.grow_stride, settings.grow_dilation)
    if settings.part == "cost":
        return _of_cost(settings)
    if settings.part == "relu":
        picture = _picture_of(settings)
        return once(_MADE, picture, settings, lambda: _of_pair(picture, settings))
    block = by((settings.factor,) * 2)
    return {"factor": str(settings.factor), "block": block}


@lru_cache(maxsize=64)
def _of_growth(depth: int, kernel_size: int, stride: int, dilation: int) -> dict[str, str]:
    """Of equal layers in a row."""
    last = growth(depth, kernel_size, stride, dilation)[-1]
    return {
        "layers": many(depth, "layer"),
        "kernel_size": by((kernel_size,) * 2),
        "receptive_field": by((last.receptive_field,) * 2),
        "near": f"95% of it lies within {tenths(last.radius)} pixels of the middle",
    }


def _of_cost(settings: NetworkSettings) -> dict[str, str]:
    """Of a convolution and of the bottleneck."""
    sizes = settings.cost_in, settings.cost_out, settings.cost_size, settings.cost_kernel
    direct, bottleneck, *_ = compare_costs(*sizes, through=settings.through)
    return {
        "kernel_size": by((settings.cost_kernel,) * 2),
        "cost_size": by((settings.cost_size,) * 2),
        "cost_in": many(settings.cost_in, "channel"),
        "cost_out": many(settings.cost_out, "map"),
        "through": many(settings.through, "channel"),
        "direct": direct.macs.numbers,
        "bottleneck": bottleneck.macs.numbers,
        "saving": _saving(bottleneck, direct),
    }


def _saving(cost: Cost, direct: Cost) -> str:
    """How much less work, or more, one way takes."""
    saved = cost.fewer(direct)
    return f"{abs(saved):.1%} {'less' if saved >= 0 else 'more'}"


def _of_pair(picture: Picture, settings: NetworkSettings) -> dict[str, str]:
    """Of two convolutions, and of the one that they are with nothing between."""
    first, second = pair_of(settings)
    relu = settings.between == "relu"
    found = compare_collapsed(first, second, image_of(picture, RELU_SIDE, True), relu)
    assert isinstance(found.one.layer, Conv2d)
    difference, most = small(found.largest), small(found.most)
    apart = f"the two and the one differ by up to {difference} in numbers that go up to {most}"
    return {
        "kernel_size": by(settings.kernel_size),
        "one_size": by(found.one.layer.kernel_size),
        "between": "ReLU" if relu else "nothing",
        "difference": difference,
        "most": most,
        "cut": share(found.cut),
        "verdict": "the two are still the one" if found.same else f"no one kernel does that: {apart}",
    }


def _listed(words: list[str]) -> str:
    """1, 0.5 and 0.25."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


_OF: dict[str, Callable[[Any], dict[str, str]]] = {
    "": _of_maps,
    "step_by_step": _of_steps,
    "there_and_back": _of_back,
    "network": _of_network,
}

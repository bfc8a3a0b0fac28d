"""The figures that a lesson's sentences may use, of the step's picture as it is set now: each a word or a phrase.

Whoever writes a lesson names them in braces, {output}; `docs/lessons.md` lists them.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache, partial
from typing import Any

from convlab.back import way_back
from convlab.collapsing import collapse
from convlab.convolutions import Conv2d
from convlab.costs import Cost, compare_costs
from convlab.learned import LEARNED
from convlab.network import plan
from convlab.pointwise import ReLU
from convlab.recovery import CASES
from convlab.sight import fields_of
from convlab.ui import own_pictures
from convlab.ui.figures import brief, ends, exact
from convlab.ui.kept import Kept
from convlab.ui.layer_settings import LayerSettings
from convlab.ui.lessons.layer_figures import Figures, apart, layer_figures, many, share, stamps
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.network.ways import pair_of
from convlab.ui.pictures import OWN, Picture, input_shape, once, sample_picture
from convlab.ui.playground.settings import PlaygroundSettings, steps_of
from convlab.ui.playground.show import stages_of
from convlab.ui.steps.settings import StepSettings
from convlab.ui.there_and_back.settings import BackSettings, layer_of
from convlab.upsampling import evenness
from convlab.ways import field_at
from convlab.window import Window, by

_MADE: Kept[Figures] = Kept(1_000_000, lambda made: 5_000)


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
    return _OF[path](settings.untasked())


def _picture_of(settings: Any) -> Picture:
    """The picture that the settings name."""
    return own_pictures.current(OWN) if settings.picture == OWN else sample_picture(settings.picture)


@lru_cache(maxsize=64)
def _of_steps(settings: StepSettings) -> Figures:
    """Of a small layer."""
    return layer_figures(settings)


def _of_maps(settings: PlaygroundSettings) -> Figures:
    """Of one layer or two on a picture."""
    picture, settings = _picture_of(settings), settings.drawn()
    return once(
        _MADE, picture, settings, lambda: Figures(_planned(picture, settings), partial(_seen, picture, settings))
    )


def _planned(picture: Picture, settings: PlaygroundSettings) -> dict[str, str]:
    """What is known before anything is computed."""
    shape = input_shape(picture.size, settings.max_side, settings.grey)
    steps = steps_of(settings, shape[0])
    row = tuple(step.layer for step in steps)
    shapes = [shape, *(made for made, _ in plan(row, shape))]
    weights = [at for at, step in enumerate(steps) if step.weight is not None]
    first, last = steps[0].weight, steps[weights[-1]].weight
    assert first is not None and last is not None
    chain = [made for layer, made in zip(row, shapes[1:], strict=True) if not isinstance(layer, ReLU)]
    return {
        "input": by(shape),
        "first": by(shapes[1]),
        "pooled": by(shapes[weights[1]] if len(weights) > 1 else shapes[-1]),
        "before_last": by(shapes[weights[-1]]),
        "last": by(shapes[-1]),
        "chain": " → ".join(map(by, (shape, *chain))),
        "maps": many(shapes[1][0], "map"),
        "kernel_size": by(settings.kernel_size),
        "apart": apart(settings.dilation),
        "dilated_size": by(Window(settings.kernel_size, dilation=settings.dilation).dilated_size),
        "receptive_field": by(field_at(row, len(row), (shape[1], shape[2]))),
        "weight_range": ends(first),
        "mixing": _listed([brief(number) for number in last.flatten().tolist()]),
        "learned": many(len(LEARNED), "kernel"),
    }


def _seen(picture: Picture, settings: PlaygroundSettings) -> dict[str, str]:
    """What the maps themselves say."""
    _, stages = stages_of(picture, settings)
    maps = stages[0].output
    chosen = maps[min(settings.chosen_of(0), len(maps) - 1)]
    return {
        "smallest": brief(float(chosen.min())),
        "largest": brief(float(chosen.max())),
        "negatives": share(float((chosen < 0).double().mean())),
        "opposites": _opposites([stage.output for stage in stages if stage.step.weight is not None]),
    }


def _opposites(outputs: list[Any]) -> str:
    """The largest sum of the first two maps, of each layer that has two."""
    sums = [exact(float((maps[0] + maps[1]).abs().max())) for maps in outputs if len(maps) > 1]
    layers = ("first", "second")
    return _listed([f"{most} in the {layer} layer" for most, layer in zip(sums, layers, strict=False)]) if sums else "–"


def _of_back(settings: BackSettings) -> Figures:
    """Of a way there and back, or of one of the other parts of that page."""
    size, factor = settings.up_kernel_size, settings.scale_factor
    told_apart, kept = _of_case(settings.case)
    return Figures(
        {
            "scale_factor": str(factor),
            "up_kernel_size": by((size, size)),
            "as_transposed": by((size + factor - 1,) * 2),
            "nearest_products": many(size * size, "product"),
            "stamps": stamps(evenness([size], [factor])[size, factor].counts),
            "told_apart": str(told_apart),
            "kept": str(kept),
            **(_of_there(settings) if settings.part == "there" else {}),
        }
    )


@cache
def _of_case(case: str) -> tuple[int, int]:
    """How many numbers of a small picture the maps of a case tell apart, and how many it has."""
    return CASES[case].kept


def _of_there(settings: BackSettings) -> dict[str, str]:
    """What the way there and the way back make."""
    shape = input_shape(_picture_of(settings).size, settings.max_side, settings.grey)
    layer, _ = layer_of(settings, shape[0])
    back = way_back(layer, shape)
    if settings.extra_given is not None:
        back = replace(back, output_padding=settings.extra_given)
    maps = layer.output_shape(shape)
    return {
        "kernel_size": by(layer.kernel_size),
        "chain": " → ".join(by(part) for part in (shape, maps, back.output_shape(maps))),
    }


def _of_network(settings: NetworkSettings) -> Figures:
    """Of the part of that page that is shown."""
    if settings.growing:
        return Figures(_of_growth(settings))
    if settings.part == "cost":
        return Figures(_of_cost(settings))
    if settings.part == "relu":
        return Figures(_of_pair(settings))
    return Figures({"factor": str(settings.factor), "block": by((settings.factor,) * 2)})


def _of_growth(settings: NetworkSettings) -> dict[str, str]:
    """Of equal layers in a row."""
    size = settings.grow_kernel
    field = fields_of(settings.depth, size, settings.grow_stride, settings.grow_dilation)[-1]
    return {
        "layers": many(settings.depth, "layer"),
        "kernel_size": by((size, size)),
        "receptive_field": by((field, field)),
    }


def _of_cost(settings: NetworkSettings) -> dict[str, str]:
    """Of a convolution and of the bottleneck."""
    sizes = settings.cost_in, settings.cost_out, settings.cost_size, settings.cost_kernel
    direct, bottleneck, separable, *_ = compare_costs(*sizes, through=settings.through)
    return {
        "kernel_size": by((settings.cost_kernel,) * 2),
        "cost_size": by((settings.cost_size,) * 2),
        "cost_in": many(settings.cost_in, "channel"),
        "cost_out": many(settings.cost_out, "map"),
        "through": many(settings.through, "channel"),
        "direct": direct.macs.numbers,
        "bottleneck": bottleneck.macs.numbers,
        "separable": separable.macs.numbers,
        "saving": _saving(bottleneck, direct),
    }


def _saving(cost: Cost, direct: Cost) -> str:
    """How much less work, or more, one way takes."""
    saved = cost.fewer(direct)
    return f"{abs(saved):.1%} {'less' if saved >= 0 else 'more'}"


def _of_pair(settings: NetworkSettings) -> dict[str, str]:
    """Of two convolutions, and of the one that they are with nothing between."""
    one = collapse(*pair_of(settings)).layer
    assert isinstance(one, Conv2d)
    return {
        "kernel_size": by(settings.kernel_size),
        "one_size": by(one.kernel_size),
        "between": "ReLU" if settings.between == "relu" else "nothing",
    }


def _listed(words: list[str]) -> str:
    """1, 0.5 and 0.25."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0]


_OF: dict[str, Callable[[Any], Figures]] = {
    "": _of_maps,
    "step_by_step": _of_steps,
    "there_and_back": _of_back,
    "network": _of_network,
}

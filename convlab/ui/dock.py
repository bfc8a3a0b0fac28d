"""The settings that a page has at hand on a phone: the sidebar's controls once more, a few of them."""

from collections.abc import Iterator, Sequence
from typing import Any

from convlab.ui import session
from convlab.ui.components.dock import dock
from convlab.ui.components.dock.message import Chip, Choice, Slider
from convlab.ui.controls import changed
from convlab.ui.edits import is_new
from convlab.ui.fields import AXES, Sides, keys_of, settings_of
from convlab.ui.fields import Choice as Options
from convlab.ui.session import Visit

_KEY = "dock"


def dock_of(visit: Visit[Any], prefix: str, names: Sequence[str]) -> None:
    """Put them at the bottom of a narrow screen.

    Parameters
    ----------
    visit : Visit
        The page as the visitor has it.
    prefix : str
        Stands in front of the keys of its widgets.
    names : sequence of str
        The settings; those that have nothing to say now are left out.
    """
    dock(
        _KEY,
        {"chips": chips_of(visit, prefix, names), "seen_move": visit.seen_move},
        on_move=lambda: take_moves(visit, prefix, names, session.sent(_KEY, "edit")),
    )


def take_moves(visit: Visit[Any], prefix: str, names: Sequence[str], sent: Any) -> None:
    """Controls of the dock were moved: their values go into the settings, each once, in their order."""
    known = {prefix + key: place for name in names for key, place in _places(visit, name)}
    for one in sent if isinstance(sent, list) else []:
        number = one.get("number") if isinstance(one, dict) else None
        if is_new(number, visit.seen_move):
            visit.seen_move = number
            key = one.get("key")
            if isinstance(key, str) and key in known:
                name, axis = known[key]
                visit.show(changed(visit.asked, name, one.get("value"), axis))


def chips_of(visit: Visit[Any], prefix: str, names: Sequence[str]) -> list[Chip]:
    """What the dock shows of some settings: of those that have something to say."""
    return [chip for name in names for chip in _chips(visit, prefix, name)]


def _places(visit: Visit[Any], name: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """The keys of a setting's widgets and of the one above it: which setting, which axis."""
    known = settings_of(type(visit.asked))
    for each in filter(None, (known[name].under, name)):
        for key, axis in zip(keys_of(each, known[each].kind), ("", *AXES), strict=False):
            yield key, (each, axis)


def _chips(visit: Visit[Any], prefix: str, name: str) -> Iterator[Chip]:
    """One setting with its controls, and those of the setting right above it; none where it has nothing to say."""
    settings = visit.asked
    known = settings_of(type(settings))
    without = {*settings.left_out, *settings.locks}
    kinds = [each for each in (known[name].under, name) if each and each not in without]
    if not kinds:
        return
    choices: list[Choice] = []
    sliders: list[Slider] = []
    for each in kinds:
        if isinstance(known[each].kind, Options):
            choices.append(_choice(settings, prefix, each))
        else:
            sliders += _sliders(visit, prefix, each)
    says = "" if sliders else dict(choices[-1]["options"])[choices[-1]["value"]]
    yield {"name": name, "label": known[name].label, "says": says, "choices": choices, "sliders": sliders}


def _choice(settings: Any, prefix: str, name: str) -> Choice:
    """Some options."""
    label, options = settings_of(type(settings))[name].label, list(settings.options(name).items())
    return {"key": prefix + name, "label": label, "value": getattr(settings, name), "options": options}


def _sliders(visit: Visit[Any], prefix: str, name: str) -> Iterator[Slider]:
    """A slider, or one for rows and one for columns."""
    known = settings_of(type(visit.asked))[name]
    value = getattr(visit.asked, name)
    sides = [("", "", value[0] if isinstance(known.kind, Sides) else value)]
    if isinstance(known.kind, Sides) and visit.split:
        sides = [(f"_{axis}", f", {axis}", side) for axis, side in zip(AXES, value, strict=True)]
    for key, axis, side in sides:
        yield {
            "key": prefix + name + key,
            "label": known.label + axis,
            "value": side,
            "low": known.kind.low,
            "high": visit.asked.highest(name),
        }

"""Settings that do not work, and the nearest ones that do. No streamlit here."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from itertools import chain
from typing import Any, Generic, NamedTuple

from convlab.errors import ConvLabError
from convlab.ui.address import S, from_query, to_query
from convlab.ui.fields import Cells, Choice, Flag, Sides, Whole, settings_of
from convlab.ui.layer_settings import LayerSettings

_WORDS = {  # what has no control of its own
    "work": "The work",
    "weight": "A kernel's number",
    "edits": "Numbers of kernels",
    "cells": "Numbers of the input",
    "groups": "Depthwise",
    "in_channels": "Channels",
    "num_features": "Channels",
    "in_features": "Inputs",
    "of": "The earlier layer",
    "code": "The program",
}
_STEPS = 6  # errors' own ways out that are followed one after another


class Refusal(NamedTuple, Generic[S]):
    """Settings that do not work: the error, and the nearest settings that do, if there are any."""

    error: ConvLabError
    way_out: S | None


def refusal_of(settings: S, check: Callable[[S], None]) -> Refusal[S] | None:
    """Why some settings do not work, or None if they do.

    Parameters
    ----------
    settings : LayerSettings
        What the visitor set.
    check : callable
        Raises ConvLabError for settings that do not work.

    Returns
    -------
    Refusal or None
        Its error's advice stays within the sliders' ranges.
    """
    try:
        check(settings)
    except ConvLabError as error:
        way_out = mended(settings, check, error.fix)
        return Refusal(_within_reach(error, settings, way_out), way_out)
    return None


def _within_reach(error: ConvLabError, settings: S, way_out: S | None) -> ConvLabError:
    """The error; where its advice may name what is locked or what no slider has, with the nearest way out instead."""
    if way_out is None or not (settings.locks or _beyond(error.advice, settings)):
        return error
    advice = difference(settings, way_out) + "."
    return ConvLabError(error.parameter, error.value, error.rule, numbers=error.numbers, advice=advice, fix=error.fix)


def _beyond(advice: str, settings: LayerSettings) -> bool:
    """Whether an advice names a number that no slider has."""
    kinds = {name: known.kind for name, known in settings_of(type(settings)).items()}
    for name, *sides in re.findall(r"(\w+) \(?(\d+)(?:, (\d+)\))?", advice):
        kind = kinds.get(name)
        if isinstance(kind, Sides | Whole) and any(not kind.low <= int(side) <= kind.high for side in sides if side):
            return True
    return False


def in_words(error: ConvLabError, page: type[LayerSettings] = LayerSettings) -> str:
    """A refusal as a page says it: in the words of its controls, without the names that a program gives them.

    Parameters
    ----------
    error : ConvLabError
        What is refused.
    page : type, optional
        The page's kind of settings.

    Returns
    -------
    str
        One or more sentences.

    Examples
    --------
    >>> in_words(ConvLabError("kernel_size", 3, "must fit", numbers="(3, 3) is larger", advice="Use pool_size 2."))
    'Kernel size must fit: 3×3 is larger. Use pool size 2.'
    """
    choices = [known.kind for known in settings_of(page).values() if isinstance(known.kind, Choice)]
    options = {name: words for kind in choices for name, words in kind.options.items()}
    text = f"{error.rule}: {error.numbers}. {error.advice}".strip().replace("another bank", "another kernel")
    text = re.sub(r"""["'`](\w+)["'`]""", lambda found: options.get(found[1], found[1]), text)
    text = re.sub(r"[a-z]+(_[a-z]+)+", lambda found: label_of(found[0], page).lower(), text)
    text = re.sub(r"(stride|padding|dilation|size) \((\d+), \2\)", r"\1 \2", text)
    text = re.sub(r"\((\d+), (\d+)\)", r"\1×\2", text)
    return f"{label_of(error.parameter, page)} {text}"


def label_of(name: str, page: type[LayerSettings]) -> str:
    """What a page calls a setting or a parameter; of any other name its letters."""
    known = settings_of(page)
    label: str = known[name].label if name in known else ""
    return label or _WORDS.get(name) or re.sub(r"[\W_]+", " ", name).strip().capitalize()[:30]


def mended(settings: S, check: Callable[[S], None], fix: Mapping[str, Any]) -> S | None:
    """The nearest settings that work: the error's own way out first, then simpler and simpler ones.

    Parameters
    ----------
    settings : LayerSettings
        Settings that `check` refuses.
    check : callable
        Raises ConvLabError for settings that do not work.
    fix : mapping
        The error's `fix`.

    Returns
    -------
    LayerSettings or None
        Settings that `check` accepts, or None if nothing here helps.
    """
    ways = map(settings.keeping, chain(_followed(settings, check, fix), settings.simpler()))
    return next((way for way in ways if _works(way, check)), None)


def _followed(settings: S, check: Callable[[S], None], fix: Mapping[str, Any]) -> Iterable[S]:
    """The errors' own ways out, one after another, while they lead on."""
    for _ in range(_STEPS):
        known: dict[str, Any] = {name: value for name, value in fix.items() if name in settings_of(type(settings))}
        if not known:
            return
        if "padding" in known:
            known["padding_kind"] = "numbers"
        for name in settings.pairs():
            if isinstance(known.get(name), int):
                known[name] = (known[name], known[name])
        candidate, beyond = from_query(to_query(replace(settings, **known)), type(settings))
        if beyond or candidate == settings:
            return
        settings = candidate
        yield settings
        try:
            check(settings)
        except ConvLabError as error:
            fix = error.fix


def _works(settings: S, check: Callable[[S], None]) -> bool:
    """Whether nothing refuses the settings."""
    try:
        check(settings)
    except ConvLabError:
        return False
    return True


def difference(old: LayerSettings, new: LayerSettings) -> str:
    """What changes from one state to another, as a button says it.

    Parameters
    ----------
    old, new : LayerSettings
        Before and after.

    Returns
    -------
    str
        A sentence without its full stop.

    Examples
    --------
    >>> difference(LayerSettings(dilation=(6, 6)), LayerSettings(dilation=(2, 2)))
    'Set Dilation to 2'
    """
    known = settings_of(type(old))
    changed = [entry.name for entry in fields(old) if getattr(old, entry.name) != getattr(new, entry.name)]
    above = {known[name].under for name in changed}  # a number says by itself that it is a number
    return "Set " + ", ".join(f"{known[name].label} to {_shown(new, name)}" for name in changed if name not in above)


def changes(old: LayerSettings, new: LayerSettings) -> list[str]:
    """What differs between two states, each in a few words.

    Examples
    --------
    >>> changes(LayerSettings(), LayerSettings(stride=(2, 2), flip=True, bank="box"))
    ['kernel gradients → box blur', 'flip off → on', 'stride 1 → 2']
    """
    words = []
    for name, known in settings_of(type(old)).items():
        if getattr(old, name) == getattr(new, name):
            continue
        label = known.label.partition(":")[0].lower()
        if isinstance(known.kind, Cells):
            words.append("cells written by hand")
        elif label:
            words.append(f"{label} {_shown(old, name).lower()} → {_shown(new, name).lower()}")
    return words


def _shown(settings: LayerSettings, name: str) -> str:
    """A setting's value in words."""
    kind, value = settings.kind(name), getattr(settings, name)
    if isinstance(kind, Choice):
        return kind.options[value]
    if isinstance(kind, Flag):
        return "on" if value else "off"
    return kind.write(value).replace("x", "×") if isinstance(kind, Sides) else kind.write(value)

"""What the dock is told."""

from typing import TypedDict


class Slider(TypedDict):
    """A slider: the widget's key, what a screen reader calls it, what it says and its ends."""

    key: str
    label: str
    value: int
    low: int
    high: int


class Choice(TypedDict):
    """Some options, (name, words) each: the widget's key and what is chosen."""

    key: str
    label: str
    value: str
    options: list[tuple[str, str]]


class Chip(TypedDict):
    """One setting that is at hand: its name, its label, what it says where no slider does, and its controls."""

    name: str
    label: str
    says: str
    choices: list[Choice]
    sliders: list[Slider]


class DockMessage(TypedDict):
    """The settings that are at hand."""

    chips: list[Chip]
    seen_move: int  # the number of the last move that was seen

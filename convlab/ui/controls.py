"""The widgets of a page. Their truth is the page's settings; a widget changes them as soon as it is touched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Generic

import streamlit as st

from convlab.ui import session
from convlab.ui.address import S
from convlab.ui.fields import AXES, Choice, Count, Decimal, Flag, Numbers, Setting, Sides, Whole, settings_of
from convlab.ui.session import Visit
from convlab.ui.way_out import Refusal, difference, in_words

# What a refusal can be about whose control is under "More settings", if it has one.
_HIDDEN = ("out_channels", "padding_mode", "groups", "in_channels", "bank", "weight", "bias", "input")


def changed(settings: S, name: str, value: Any, axis: str = "") -> S:
    """The settings after one widget has a new value.

    Parameters
    ----------
    settings : LayerSettings
        What they were.
    name : str
        Which setting.
    value : object
        What the widget sent: brought into the range; the default where it is empty; left out where it makes no sense.
    axis : str, optional
        Which of two sides, "rows" or "columns"; both by default.
    """
    kind = settings.kind(name)
    if value is None:
        value = getattr(type(settings)(), name)
    if axis:
        sides = list(getattr(settings, name))
        sides[AXES.index(axis)] = value
        value = tuple(sides)
    try:
        return settings.keeping(replace(settings, **{name: kind.take(value)}))
    except ValueError:
        return settings


def slider_values(settings: S, prefix: str) -> dict[str, int]:
    """What every slider that can be moved says for some settings, by its key."""
    values = {}
    for name, known in settings_of(type(settings)).items():
        value = getattr(settings, name)
        if name in settings.locks or not known.label:  # it has no control
            continue
        if isinstance(known.kind, Whole):
            values[prefix + name] = min(value, settings.highest(name))
        elif isinstance(known.kind, Sides):
            values[prefix + name] = value[0]
            values |= {f"{prefix}{name}_{axis}": side for axis, side in zip(AXES, value, strict=True)}
    return values


def slider_named(kind: type[S], prefix: str, key: Any) -> tuple[str, str] | None:
    """The setting and the axis that a slider's key stands for; None where there is no such slider."""
    if not isinstance(key, str) or not key.startswith(prefix):
        return None
    known = {name: each for name, each in settings_of(kind).items() if each.label}
    name = key.removeprefix(prefix)
    if name in known and isinstance(known[name].kind, Whole | Sides):
        return name, ""
    name, _, axis = name.rpartition("_")
    return (name, axis) if name in known and axis in AXES and isinstance(known[name].kind, Sides) else None


@dataclass
class Controls(Generic[S]):
    """What draws the widgets of one page.

    Attributes
    ----------
    visit : Visit
        The page as the visitor has it.
    prefix : str
        Stands in front of every key, so that no two pages share one.
    refusal : Refusal or None
        Shown beside the control that it is about.
    told : bool
        Whether it was shown beside one.
    """

    visit: Visit[S]
    prefix: str
    refusal: Refusal[S] | None
    told: bool = False

    @property
    def settings(self) -> S:
        """What is set."""
        return self.visit.asked

    def locked(self, name: str) -> bool:
        """Whether the task lets nobody change a setting: its control is drawn, and cannot be moved."""
        return name in self.settings.locks

    def draw(self, *names: str, help: str = "") -> None:
        """The widgets of those settings that have something to say, and the message of what is wrong with one."""
        for name in names:
            known = settings_of(type(self.settings))[name]
            if name not in self.settings.left_out:
                _WIDGETS[type(known.kind)](self, name, known, help or known.help or None)
            self.problem(name)

    def problem(self, *names: str) -> None:
        """The message beside the first control that it is about."""
        if self.refusal and self.refusal.error.parameter in names and not self.told:
            self.told = True
            self.show_refusal("control")

    def show_refusal(self, where: str) -> None:
        """The message of the refusal, with the button that mends it."""
        if not self.refusal:
            return
        with st.container(horizontal=True, vertical_alignment="center", key=f"{self.prefix}refusal_{where}"):
            st.warning(in_words(self.refusal.error, type(self.settings)))
            way_out = self.refusal.way_out
            if way_out is not None:
                self.button(difference(self.settings, way_out), f"mend_{where}", partial(self.visit.show, way_out))

    def button(self, label: str, key: str, act: Callable[[], None], icon: str | None = None, help: str = "") -> None:
        """A button of this page."""
        st.button(label, key=self.prefix + key, on_click=act, icon=icon, help=help or None)

    def apart(self) -> None:
        """The switch that sets rows and columns apart, where there are any to move."""
        if not {*self.settings.pairs()} - {*self.settings.left_out, *self.settings.locks}:
            return
        key = f"{self.prefix}apart"
        session.give(self.visit, key, self.visit.split)
        st.toggle("Rows and columns apart", self.visit.split, key=key, on_change=_take_apart, args=(self.visit, key))

    def choice(self, name: str, known: Setting, help: str | None) -> None:
        """One of some options: side by side where they are few, else a list."""
        if known.kind.beside:
            self.beside(name, help)
            return
        options, asked = self.settings.options(name), getattr(self.settings, name)
        key = self._given(name, asked)
        st.selectbox(
            known.label,
            list(options),
            index=list(options).index(asked),
            format_func=lambda option: options.get(option, option),
            key=key,
            on_change=_take,
            args=(self.visit, key, name),
            help=help,
            disabled=self.locked(name),
        )

    def beside(self, name: str, help: str | None = None, *, bare: bool = False) -> None:
        """One of some options, side by side; bare ones have a label for those alone who do not see the page."""
        if name in self.settings.left_out:
            return
        options, asked = self.settings.options(name), getattr(self.settings, name)
        key = self._given(name, asked)
        st.segmented_control(
            settings_of(type(self.settings))[name].label,
            list(options),
            default=asked,
            format_func=lambda option: options.get(option, option),
            key=key,
            on_change=_take,
            args=(self.visit, key, name),
            help=help,
            disabled=self.locked(name),
            required=True,
            width="stretch",
            label_visibility="collapsed" if bare else "visible",
        )

    def sides(self, name: str, known: Setting, help: str | None) -> None:
        """One slider for both axes, or one for each; a single one right under a control of the same label says none."""
        bare = known.under and known.under not in self.settings.left_out
        for key, value, axis in self._sides(name):
            label = f"{known.label}, {axis}" if axis else known.label
            session.give(self.visit, key, value)
            st.slider(
                label,
                known.kind.low,
                max(known.kind.high, value),  # a pasted layer may go beyond it
                value,
                key=key,
                on_change=_take,
                args=(self.visit, key, name, axis),
                help=None if axis or bare else help,
                label_visibility="collapsed" if bare and not axis else "visible",
                disabled=self.locked(name),
            )

    def _sides(self, name: str) -> Iterator[tuple[str, int, str]]:
        """Key, value and axis of every slider of two sides."""
        value, key = getattr(self.settings, name), self.prefix + name
        if self.visit.split:
            yield from ((f"{key}_{axis}", side, axis) for axis, side in zip(AXES, value, strict=True))
        else:
            yield key, value[0], ""

    def whole(self, name: str, known: Setting, help: str | None) -> None:
        """A whole number; none where there is nothing to choose."""
        high = self.settings.highest(name)
        value = min(getattr(self.settings, name), high)
        if high > known.kind.low:
            key = self._given(name, value)
            st.slider(
                known.label,
                known.kind.low,
                high,
                value,
                key=key,
                on_change=_take,
                args=(self.visit, key, name),
                help=help,
                disabled=self.locked(name),
            )

    def decimal(self, name: str, known: Setting, help: str | None) -> None:
        """A number with decimals."""
        self._typed(name, known, help, 0.1, "%.2f")

    def count(self, name: str, known: Setting, help: str | None) -> None:
        """A whole number that may be large."""
        self._typed(name, known, help, 1)

    def _typed(self, name: str, known: Setting, help: str | None, step: float, written: str | None = None) -> None:
        """A number that is typed; the browser puts the default where it was emptied."""
        default, key = getattr(type(self.settings)(), name), self.prefix + name
        session.give(self.visit, key, getattr(self.settings, name), default)
        st.number_input(
            known.label,
            known.kind.low,
            known.kind.high,
            default,
            step,
            written,
            key=key,
            on_change=_take,
            args=(self.visit, key, name),
            help=help,
            disabled=self.locked(name),
        )

    def numbers(self, name: str, known: Setting, help: str | None) -> None:
        """Numbers in a row, written with spaces between them."""
        text = known.kind.write(getattr(self.settings, name))
        key = self._given(name, text)
        takes, locked = (self.visit, key, name), self.locked(name)
        st.text_input(known.label, text, key=key, on_change=_take, args=takes, help=help, disabled=locked)

    def flag(self, name: str, known: Setting, help: str | None) -> None:
        """A yes or no."""
        value = getattr(self.settings, name)
        key = self._given(name, value)
        takes, locked = (self.visit, key, name), self.locked(name)
        st.toggle(known.label, value, key=key, on_change=_take, args=takes, help=help, disabled=locked)

    def _given(self, name: str, value: Any) -> str:
        """The key of a setting's widget, which has been given its value."""
        key = self.prefix + name
        session.give(self.visit, key, value)
        return key


_WIDGETS: dict[type, Callable[[Controls[Any], str, Setting, str | None], None]] = {
    Choice: Controls.choice,
    Sides: Controls.sides,
    Whole: Controls.whole,
    Count: Controls.count,
    Numbers: Controls.numbers,
    Decimal: Controls.decimal,
    Flag: Controls.flag,
}


def layer_controls(controls: Controls[Any], *more: str) -> None:
    """What stands in the open of a layer, on every page: its kernel, how the kernel moves, and more of a page's own."""
    controls.draw("bank", help=controls.settings.about_bank)
    controls.draw("kernel_size")
    controls.apart()
    controls.draw("stride", "padding_kind", "padding", "dilation", *more, "output_padding")


def more_settings(controls: Controls[Any], draw: Callable[[], None]) -> None:
    """What nobody needs at first, drawn only when it is opened; what a task shows stands in the open."""
    if controls.settings.shows:
        draw()
        controls.problem(*_HIDDEN)
        return
    more = st.expander("More settings", key=f"{controls.prefix}more", on_change="rerun")
    if more.open:
        with more:
            draw()
    controls.problem(*_HIDDEN)


def kernel_controls(controls: Controls[Any]) -> None:
    """The rest of what can be set of a layer with kernels, on every page."""
    controls.draw("out_channels", "flip", "depthwise", "bias", "seed", "padding_mode")


def _take(visit: Visit[Any], key: str, name: str, axis: str = "") -> None:
    """A widget was touched: its value goes into the settings of the page that it stands on."""
    if session.touched(visit, key):
        visit.show(changed(visit.asked, name, session.said(key), axis))


def _take_apart(visit: Visit[Any], key: str) -> None:
    """Rows and columns are set apart, or together again: then the rows' number holds for both."""
    if not session.touched(visit, key):
        return
    visit.split = apart = session.said(key) is True
    if not apart:
        together = {name: (getattr(visit.asked, name)[0],) * 2 for name in visit.asked.pairs()}
        visit.show(replace(visit.asked, **together))

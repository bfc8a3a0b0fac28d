"""The chosen layer of the row, as the controls of a layer see it. No streamlit here."""

from dataclasses import replace
from typing import Any, cast

from convlab.errors import ConvLabError
from convlab.ui.network.one import OneLayer
from convlab.ui.network.row import WRITTEN, Entry, laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.session import Visit


class ChosenLayer:
    """A visit whose settings are those of one layer: what is set of it goes into the page's row.

    What cannot be made is kept as the page's draft, so that it can be shown with the reason and the way out.

    Parameters
    ----------
    page : Visit
        The network page's.
    number : int
        Which layer, from 1.
    shape : tuple of int
        (C, H, W) of the picture.
    """

    def __init__(self, page: Visit[NetworkSettings], number: int, shape: tuple[int, ...]) -> None:
        self._page, self._number, self._shape = page, number, shape

    @property
    def _entry(self) -> Entry | None:
        """The layer; None where the row is shorter by now."""
        layers = self._page.asked.layers
        return layers[self._number - 1] if self._number <= len(layers) else None

    @property
    def _now(self) -> OneLayer:
        """The settings of the layer as it stands in the row."""
        entry = self._entry
        if entry is None:
            return OneLayer()
        steps = laid(self._page.asked.layers, self._shape).steps
        layer = steps[self._number - 1].layer if self._number <= len(steps) else entry.layer
        return OneLayer.read_from(entry, layer.weight_shape)

    @property
    def asked(self) -> OneLayer:
        """What is set: the layer, or what was set of it and cannot be made."""
        what: Any
        draft: OneLayer
        what, draft = self._page.draft or (None, OneLayer())
        return draft if what == (self._page.asked.layers, self._number) else self._now

    @asked.setter
    def asked(self, settings: OneLayer) -> None:
        self.show(settings)

    @property
    def split(self) -> bool:
        """Whether rows and columns are set apart."""
        return self._page.split or self.asked.apart

    @split.setter
    def split(self, split: bool) -> None:
        self._page.split = split

    @property
    def unsure(self) -> dict[str, list[Any]]:
        """The page's."""
        return self._page.unsure

    def arrive(self) -> None:
        """The page's."""
        self._page.arrive()

    def check(self, settings: OneLayer) -> None:
        """Refuse settings of which no layer can be made."""
        if self._entry:
            settings.made(self._entry)

    def show(self, settings: OneLayer) -> None:
        """Make these the layer's settings."""
        page, entry = self._page, self._entry
        if entry is None:
            return
        if settings.bank == WRITTEN and not settings.numbers:
            settings = replace(settings, numbers=self._numbers())
        try:
            new = settings.made(entry)
        except ConvLabError:
            page.draft = (page.asked.layers, self._number), settings
            return
        layers = page.asked.layers
        page.draft = None
        page.show(replace(page.asked, layers=(*layers[: self._number - 1], new, *layers[self._number :])))

    def _numbers(self) -> tuple[float, ...]:
        """The weight's numbers as they are, to begin with."""
        steps = laid(self._page.asked.layers, self._shape).steps
        weight = steps[self._number - 1].weight if self._number <= len(steps) else None
        return () if weight is None else tuple(round(number, 3) for number in weight.flatten().tolist())


def chosen_layer(page: Visit[NetworkSettings], number: int, shape: tuple[int, ...]) -> Visit[OneLayer]:
    """The same; to the controls it is a visit like any other."""
    return cast(Visit[OneLayer], ChosenLayer(page, number, shape))

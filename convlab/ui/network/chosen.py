"""The chosen layer of the row, as the controls of a layer see it. No streamlit here."""

from dataclasses import replace
from typing import Any

from convlab.errors import ConvLabError
from convlab.ui import own_pictures
from convlab.ui.network.one import OneLayer
from convlab.ui.network.row import MOST_NUMBERS, WRITTEN, Entry, laid
from convlab.ui.network.settings import NetworkSettings
from convlab.ui.pictures import input_shape
from convlab.ui.session import Visit


class ChosenLayer(Visit[OneLayer]):
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
        self._page, self.number, self._shape = page, number, shape

    @property
    def _entry(self) -> Entry | None:
        """The layer; None where the row is shorter by now."""
        layers = self._page.asked.layers
        return layers[self.number - 1] if self.number <= len(layers) else None

    @property
    def _now(self) -> OneLayer:
        """The settings of the layer as it stands in the row."""
        entry = self._entry
        if entry is None:
            return OneLayer()
        steps = laid(self._page.asked.layers, self._shape).steps
        layer = steps[self.number - 1].layer if self.number <= len(steps) else entry.layer
        locks = OneLayer.lockable() if "layers" in self._page.asked.locks else ()
        shows = OneLayer.lockable() if self._page.asked.shows else ()
        return replace(OneLayer.read_from(entry, layer.weight_shape), locks=locks, shows=shows)

    @property
    def asked(self) -> OneLayer:
        """What is set: the layer, or what was set of it and cannot be made."""
        what: Any
        draft: OneLayer
        what, draft = self._page.draft or (None, OneLayer())
        return draft if what == (self._page.asked.layers, self.number) else self._now

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
    def unsure(self) -> dict[str, list[Any]]:  # type: ignore[override]
        """The page's."""
        return self._page.unsure

    @property
    def seen_move(self) -> int:
        """The page's."""
        return self._page.seen_move

    @seen_move.setter
    def seen_move(self, number: int) -> None:
        self._page.seen_move = number

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
        settings = self.asked.keeping(settings)
        if settings.bank == WRITTEN and not settings.numbers:
            settings = replace(settings, numbers=self._numbers())
            if not settings.numbers:
                return
        try:
            new = settings.made(entry)
        except ConvLabError:
            page.draft = (page.asked.layers, self.number), settings
            return
        layers = page.asked.layers
        page.draft = None
        page.show(replace(page.asked, layers=(*layers[: self.number - 1], new, *layers[self.number :])))

    def _numbers(self) -> tuple[float, ...]:
        """The weight's numbers as they are, to begin with."""
        steps = laid(self._page.asked.layers, self._shape).steps
        weight = steps[self.number - 1].weight if self.number <= len(steps) else None
        if weight is None or weight.numel() > MOST_NUMBERS:
            return ()
        return tuple(round(number, 3) for number in weight.flatten().tolist())


def chosen_of(settings: NetworkSettings, reached: int) -> int:
    """The number of the chosen layer: the last of those that were reached where none is chosen, 0 for the picture."""
    return min(int(settings.at), len(settings.layers)) if settings.at else reached


def chosen_layer(page: Visit[NetworkSettings]) -> ChosenLayer | None:
    """The chosen layer of what is asked; None where it is the picture."""
    asked = page.asked
    shape = input_shape(own_pictures.current(asked.picture).size, asked.max_side, asked.grey)
    number = chosen_of(asked, len(laid(asked.layers, shape).steps))
    return ChosenLayer(page, number, shape) if number else None


def prefix_of(page: str, number: int) -> str:
    """What stands in front of the keys of a layer's widgets: those of layer 3 begin with network_3_."""
    return f"{page}{number}_"

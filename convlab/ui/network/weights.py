"""Real networks of this process: one at a time, and their weights on the way, one file at a time. No streamlit here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Thread
from typing import Literal, NamedTuple

from torch import nn

from convlab.errors import ConvLabError
from convlab.network import Step, row_of
from convlab.real_networks import PRETRAINED, RANDOM, fetch_weights, load_network, real_network
from convlab.ui.turns import Turns

SOON = 0.3  # seconds after which a refusal that comes at once has come


class Way(NamedTuple):
    """How far the weights of a network are.

    Attributes
    ----------
    state : str
        "here"; "coming"; "waiting" for those of another network, `behind`; or "refused".
    weights : str
        Those to show the network with meanwhile, as `load_network` takes them.
    behind : str
        The network whose weights come first.
    error : ConvLabError or None
        Why they are refused.
    """

    state: Literal["here", "coming", "waiting", "refused"]
    weights: str = RANDOM
    behind: str = ""
    error: ConvLabError | None = None


def own_file(name: str) -> str:
    """The file that is named instead of torchvision's, as in CONVLAB_WEIGHTS="resnet18=/a.pth;vgg16=/b.pth"; or ""."""
    pairs = (pair.partition("=") for pair in os.environ.get("CONVLAB_WEIGHTS", "").split(";"))
    return next((path.strip() for network, _, path in pairs if network.strip() == name), "")


class Fetching:
    """Brings weights to this machine, in a thread of its own, whoever asks for them and whether they stay or not."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._name, self._thread = "", Thread()
        self._refused: dict[str, ConvLabError] = {}

    def way(self, name: str) -> Way:
        """How far the weights of a network are; they set out at the first question.

        Parameters
        ----------
        name : str
            The network.
        """
        with self._lock:
            known = self._known(name)
            if known:
                return known
            sets_out = not self._thread.is_alive()
            if sets_out:
                self._name, self._thread = name, Thread(target=self._fetch, args=(name,), daemon=True)
                self._thread.start()
            thread, behind = self._thread, self._name
        if sets_out:
            thread.join(SOON)
        return self._known(name) or (Way("coming") if behind == name else Way("waiting", behind=behind))

    def refuse(self, name: str, error: ConvLabError) -> None:
        """The weights of a network are of no use: remember why.

        Parameters
        ----------
        name : str
            The network.
        error : ConvLabError
            Why.
        """
        self._refused[name] = error

    def try_again(self, name: str) -> None:
        """Forget that the weights of a network were refused."""
        self._refused.pop(name, None)

    def _known(self, name: str) -> Way | None:
        """What is known of the weights of a network, where nothing is on the way."""
        if name in self._refused:
            return Way("refused", error=self._refused[name])
        if own := own_file(name):
            return Way("here", own)
        return Way("here", PRETRAINED) if real_network(name).here else None

    def _fetch(self, name: str) -> None:
        """Bring a file, or say why it does not come."""
        try:
            fetch_weights(name)
        except ConvLabError as error:
            self.refuse(name, error)


class Held(NamedTuple):
    """A network, and the row of its layers."""

    model: nn.Module
    row: list[Step]


class Shelf:
    """Has room for one network: another one takes its place, and whoever wants one waits while it is lent."""

    def __init__(self) -> None:
        self._turns = Turns(1)
        self._which: tuple[str, str] | None = None
        self._held: Held | None = None

    @contextmanager
    def lent(self, name: str, weights: str) -> Iterator[Held]:
        """A network, for as long as it is used.

        Parameters
        ----------
        name : str
            The network.
        weights : str
            As `load_network` takes them.

        Raises
        ------
        ConvLabError
            If it cannot be loaded; a `BusyError` if others have it for too long.
        """
        with self._turns.turn("network"):
            if self._held is None or self._which != (name, weights):
                self._held = None  # gone before the other one takes its room
                model = load_network(name, weights)
                self._which, self._held = (name, weights), Held(model, row_of(model))
            yield self._held


FETCHING = Fetching()
SHELF = Shelf()

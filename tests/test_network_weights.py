"""The weights of real networks on their way into a process, and the one network that it holds."""

from threading import Event, Thread

import pytest
import torch
from test_real_networks import SMALL, home, saved  # noqa: F401 – a fixture

from convlab import REAL_NETWORKS, ConvLabError
from convlab.ui.network import weights
from convlab.ui.network.weights import Fetching, Shelf, own_file


@pytest.fixture
def fetching(monkeypatch):
    """Fetching of files that come, or do not, when a test says so."""
    go, asked = Event(), []

    def fetch(name):
        asked.append(name)
        assert go.wait(20)
        if name == "vgg16":
            raise ConvLabError("weights", name, "must be fetched", numbers="no net")
        saved(REAL_NETWORKS[name].path, name)

    monkeypatch.setattr(weights, "fetch_weights", fetch)
    monkeypatch.setattr(weights, "SOON", 0.01)
    one = Fetching()
    one.go, one.asked = go, asked
    yield one
    if one.asked:
        settled(one)


def settled(one):
    """When nothing is on the way."""
    one.go.set()
    one._thread.join(20)
    one.go.clear()


def test_a_file_is_fetched_once_and_those_of_others_wait(fetching):
    assert [fetching.way(SMALL).state for _ in range(3)] == ["coming"] * 3
    way = fetching.way("resnet18")
    assert (way.state, way.behind, way.weights) == ("waiting", SMALL, "random")
    assert fetching.asked == [SMALL]
    settled(fetching)
    assert fetching.way(SMALL) == weights.Way("here", "pretrained")
    assert fetching.way("resnet18").state == "coming"
    assert fetching.asked == [SMALL, "resnet18"]


def test_what_does_not_come_is_not_asked_for_again_until_somebody_wants_it(fetching):
    assert fetching.way("vgg16").state == "coming"
    settled(fetching)
    for _ in range(3):
        way = fetching.way("vgg16")
        assert (way.state, way.weights, way.error.numbers) == ("refused", "random", "no net")
    assert fetching.asked == ["vgg16"]
    fetching.try_again("vgg16")
    assert fetching.way("vgg16").state == "coming"
    assert fetching.asked == ["vgg16", "vgg16"]


def test_a_refusal_that_comes_at_once_is_said_at_once(fetching, monkeypatch):
    monkeypatch.setattr(weights, "SOON", 20.0)
    fetching.go.set()
    assert fetching.way("vgg16").state == "refused"


def test_a_file_that_is_there_is_not_fetched(fetching, tmp_path, monkeypatch):
    saved(REAL_NETWORKS[SMALL].path)
    assert fetching.way(SMALL).state == "here"
    monkeypatch.setenv("CONVLAB_WEIGHTS", f" vgg16 = {tmp_path}/a=b.pth ;alexnet=/c.pth;")
    assert fetching.way("vgg16") == weights.Way("here", f"{tmp_path}/a=b.pth")
    assert [own_file(name) for name in ("alexnet", "resnet18", "")] == ["/c.pth", "", ""]
    assert fetching.asked == []


def test_one_network_at_a_time_is_held_and_loaded_once(monkeypatch):
    loaded, load = [], weights.load_network
    monkeypatch.setattr(weights, "load_network", lambda *which: loaded.append(which) or load(*which))
    shelf = Shelf()
    for name in (SMALL, SMALL, "resnet18", SMALL):
        with shelf.lent(name, "random") as held:
            assert held.model(torch.zeros(1, 3, 64, 64)).shape == (1, 1000)
    assert [name for name, _ in loaded] == [SMALL, "resnet18", SMALL]


def test_one_visitor_waits_while_another_uses_the_network():
    shelf, order = Shelf(), []

    def use():
        with shelf.lent("resnet18", "random"):
            order.append("second")

    with shelf.lent(SMALL, "random"):
        other = Thread(target=use)
        other.start()
        other.join(0.2)
        order.append("first")
    other.join(20)
    assert order == ["first", "second"]


def test_weights_that_cannot_be_loaded_leave_the_shelf_usable(tmp_path):
    shelf = Shelf()
    for _ in range(2):
        with pytest.raises(ConvLabError), shelf.lent(SMALL, str(tmp_path / "none.pth")):
            pass
    with shelf.lent(SMALL, "random") as held:
        assert not held.model.training
        assert held.row[0].name == "features.0"

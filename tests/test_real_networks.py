"""Real networks: weights that torchvision finds or fetches, that are one's own, random, or not to be had."""

import hashlib
import os
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import torch
from torch import nn

from convlab import REAL_NETWORKS, ConvLabError, load_image, load_network, real_networks
from convlab.images import SAMPLES
from convlab.real_networks import as_read, fetch_weights, first_kernels, likeliest, strongest
from convlab.vision import functional, models

SMALL = "squeezenet1_1"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """A place of its own where torchvision looks, and no way out of the machine."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nothing listens there
    return tmp_path / "hub" / "checkpoints"


def saved(path, name=SMALL, classes=1000, seed=3, **how):
    """A file of weights that nobody learnt."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        state = getattr(models, name)(weights=None, num_classes=classes).state_dict()
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(state, path, **how)
    return state


class Files(BaseHTTPRequestHandler):
    """Answers with one file, whatever is asked for."""

    data, asked = b"", []

    def do_HEAD(self):
        self.asked.append(self.command)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.data)))
        self.end_headers()

    def do_GET(self):
        self.do_HEAD()
        self.wfile.write(self.data)

    def log_message(self, *said):
        pass


@pytest.fixture
def serving(monkeypatch):
    """Make torchvision's address of some weights one of this machine, where some bytes are served."""
    servers = []

    def serve(name, data, mark):
        handler = type("Handler", (Files,), {"data": data, "asked": []})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/models/{name}-{mark}.pth"
        monkeypatch.setattr(REAL_NETWORKS[name].weights.value, "url", url)
        return handler.asked

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("name", [SMALL, "resnet18"])
def test_a_file_where_torchvision_looks_is_what_is_loaded(home, name):
    real = REAL_NETWORKS[name]
    assert (real.path.parent, real.fetched) == (home, 0)
    state = saved(real.path, name)
    assert real.fetched == real.size
    model = load_network(name)
    assert not model.training
    assert not any(numbers.requires_grad for numbers in model.parameters())
    assert all(torch.equal(numbers, state[key]) for key, numbers in model.state_dict().items())


def test_its_answers_are_torchvisions(home):
    real = REAL_NETWORKS[SMALL]
    state = saved(real.path)
    theirs = models.squeezenet1_1(weights=real.weights).eval()  # by their own loader, from the same file
    assert torch.equal(theirs.state_dict()["features.0.weight"], state["features.0.weight"])
    image = load_image(SAMPLES["cat"].path)
    read = as_read(SMALL, image)
    pixels = real.weights.transforms()(functional.to_pil_image(image))
    assert read.input == pytest.approx(pixels, abs=0.03)  # they resize whole bytes
    with torch.inference_mode():
        ours, output = load_network(SMALL)(read.input[None]), theirs(read.input[None])
    assert torch.equal(ours, output)
    shares, places = output[0].softmax(0).topk(5)
    expected = [(real.weights.meta["categories"][place], share) for place, share in zip(places, shares, strict=True)]
    assert likeliest(SMALL, ours) == expected


def test_weights_are_fetched_once_by_torchvisions_loader(home, serving, tmp_path, capfd):
    state = saved(tmp_path / "there.pth")
    data = (tmp_path / "there.pth").read_bytes()
    asked = serving(SMALL, data, hashlib.sha256(data).hexdigest()[:8])
    assert not home.exists()
    model = load_network(SMALL)
    assert torch.equal(model.features[0].weight, state["features.0.weight"])
    assert [path.read_bytes() == data for path in home.iterdir()] == [True]
    load_network(SMALL)
    assert asked == ["HEAD", "GET"]
    assert capfd.readouterr() == ("", "")  # no bar in a server's log


def test_what_comes_damaged_is_not_kept(home, serving):
    serving(SMALL, b"something else", "00000000")
    with pytest.raises(ConvLabError, match="what came is damaged"):
        load_network(SMALL)
    assert list(home.iterdir()) == []


def test_how_much_has_come_is_known_meanwhile(home):
    real = REAL_NETWORKS[SMALL]
    home.mkdir(parents=True)
    assert real.fetched == 0
    broken_off, coming = (home / f"{real.file}.{mark}.partial" for mark in ("0a1b", "2c3d"))
    broken_off.write_bytes(bytes(5000))
    coming.write_bytes(bytes(1000))
    os.utime(broken_off, (1, 1))
    assert real.fetched == 1000
    assert abs(real.size - 4_959_000) < 1000


def test_no_net_is_said_with_the_way_out(home):
    with pytest.raises(ConvLabError) as refusal:
        load_network("resnet18")
    assert refusal.value.parameter == "weights"
    assert refusal.value.fix == {"weights": "random"}
    said = str(refusal.value)
    for words in ("download.pytorch.org", "cannot be reached", "resnet18-f37072fd.pth", "hub/checkpoints", "random"):
        assert words in said
    assert not home.exists()


def test_a_place_that_takes_no_file_is_said(home, serving):
    serving(SMALL, b"something", "00000000")
    home.parent.write_bytes(b"a file where a folder is to be")
    with pytest.raises(ConvLabError, match="the file cannot be kept"):
        load_network(SMALL)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConnectionResetError(104, "Connection reset by peer"), "it cannot be reached (Connection reset by peer)"),
        (HTTPException(), "it cannot be reached (HTTPException)"),
        (OSError(28, "No space left"), "the file cannot be kept (No space left)"),
    ],
)
def test_what_breaks_on_the_way_is_said_in_a_few_words(monkeypatch, error, said):
    def broken(request, timeout):
        raise error

    monkeypatch.setattr(real_networks, "urlopen", broken)
    with pytest.raises(ConvLabError) as refusal:
        fetch_weights(SMALL)
    assert refusal.value.numbers == said


def test_a_net_that_does_not_answer_is_given_up(monkeypatch):
    def silent(request, timeout):
        assert timeout == real_networks.PATIENCE
        raise TimeoutError

    monkeypatch.setattr(real_networks, "urlopen", silent)
    with pytest.raises(ConvLabError, match="does not answer"):
        fetch_weights(SMALL)


@pytest.mark.parametrize(
    ("name", "parameters"), [("alexnet", 61_100_840), ("resnet18", 11_689_512), (SMALL, 1_235_496)]
)
def test_random_weights_are_there_without_a_net(name, parameters):
    model = load_network(name, "random")
    assert sum(numbers.numel() for numbers in model.parameters()) == parameters
    first = next(module for module in model.modules() if isinstance(module, nn.Conv2d))
    assert float(first.weight.std()) == pytest.approx((2 / first.weight[0].numel()) ** 0.5, rel=0.05)
    assert torch.isfinite(model(torch.rand(1, 3, 224, 224))).all()


def test_a_seed_makes_the_same_weights_and_leaves_torchs_own_draws_alone():
    before = torch.get_rng_state()
    one, same, other = (load_network(SMALL, "random", seed).features[0].weight for seed in (1, 1, 2))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("classes", [1000, 7])
def test_a_file_of_ones_own(tmp_path, classes):
    state = saved(tmp_path / "mine.pth", classes=classes)
    for path in (tmp_path / "mine.pth", str(tmp_path / "mine.pth")):
        model = load_network(SMALL, path)
        assert torch.equal(model.classifier[1].bias, state["classifier.1.bias"])
    output = model(torch.rand(1, 3, 64, 64))
    names = {guess.name for guess in likeliest(SMALL, output)}
    assert len(names) == 5
    assert names <= ({f"class {place}" for place in range(7)} if classes == 7 else {*REAL_NETWORKS[SMALL].classes})


def test_files_in_the_former_form_and_in_halves_are_read(tmp_path):
    state = saved(tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    torch.save({name: values.half() for name, values in state.items()}, tmp_path / "half.pth")
    assert torch.equal(load_network(SMALL, tmp_path / "old.pth").features[0].weight, state["features.0.weight"])
    assert load_network(SMALL, tmp_path / "half.pth").features[0].weight.dtype == torch.float32


class Trap:
    """What an unpickler would run."""

    def __reduce__(self):
        return print, ("sprung",)


def spoilt(state):
    """State dicts that are none of this network, and what is said of each."""
    kernels = state["features.0.weight"]
    return {
        "has no features.0.weight": {name: values for name, values in state.items() if name != "features.0.weight"},
        "64×3×5×5 in": state | {"features.0.weight": torch.zeros(64, 3, 5, 5)},
        "has extra.weight": {"extra.weight": kernels} | state,
        "not finite": state | {"features.0.weight": kernels / 0},
        "cannot be read": Trap(),
    }


def strange(state):
    """What is no mapping of names to plain tensors of real numbers."""
    kernels = state["features.0.weight"]
    others = kernels.to_sparse(), kernels.to(torch.complex64), "a text"
    return [[kernels], {}, {"model": state}, {0: kernels}, *(state | {"features.0.weight": one} for one in others)]


def test_a_bad_file_is_refused_by_name(tmp_path, capfd):
    path, state = tmp_path / "file.pth", saved(tmp_path / "good.pth")
    cases = [*spoilt(state).items(), *(("holds something else", one) for one in strange(state))]
    for said, held in cases:
        torch.save(held, path)
        with pytest.raises(ConvLabError, match="must be a state_dict of this network") as refusal:
            load_network(SMALL, path)
        assert said in str(refusal.value)
        assert "file.pth" in str(refusal.value)
    assert "sprung" not in capfd.readouterr().out


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no archive", b"\x80\x02 no pickle", bytes(100)])
def test_bytes_that_are_no_weights_are_refused(tmp_path, data):
    path = tmp_path / "weights.pth"
    path.write_bytes(data)
    with pytest.raises(ConvLabError, match=r"weights\.pth cannot be read"):
        load_network(SMALL, path)


def test_a_broken_file_where_torchvision_looks_is_refused_too(home):
    home.mkdir(parents=True)
    REAL_NETWORKS[SMALL].path.write_bytes(b"half of it")
    with pytest.raises(ConvLabError, match=r"squeezenet1_1-b8a52dc0\.pth cannot be read"):
        load_network(SMALL)


def test_weights_of_another_network_are_refused(tmp_path):
    saved(tmp_path / "other.pth", "resnet18")
    with pytest.raises(ConvLabError, match=r"other\.pth has no features\.0\.weight"):
        load_network(SMALL, tmp_path / "other.pth")


@pytest.mark.parametrize("given", ["nowhere.pth", "."])
def test_a_path_that_is_no_file_is_refused(tmp_path, given):
    with pytest.raises(ConvLabError, match="must be a file"):
        load_network(SMALL, tmp_path / given)


def test_no_such_network():
    with pytest.raises(ConvLabError, match="must be alexnet, vgg16, resnet18 or squeezenet1_1: got 'lenet'"):
        load_network("lenet")


@pytest.mark.parametrize("shape", [(3, 300, 200), (1, 40, 60), (3, 8, 512)])
def test_every_picture_is_read_in_the_same_size(shape):
    read = as_read("vgg16", torch.rand(shape))
    assert read.picture.shape == read.input.shape == (3, 224, 224)
    assert 0 <= float(read.picture.min()) <= float(read.picture.max()) <= 1
    if shape[0] == 1:
        assert read.picture[0] == pytest.approx(read.picture[2], abs=1e-6)


@pytest.mark.parametrize("shape", [(2, 30, 30), (30, 30), (1, 3, 30, 30), (3, 0, 4)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(ConvLabError, match="must have shape"):
        as_read("alexnet", torch.zeros(shape))


def test_the_strongest_maps_come_first():
    maps = torch.zeros(4, 2, 2)
    maps[1], maps[2], maps[3, 0, 0] = 1.0, -2.0, 4.0
    assert strongest(maps) == [2, 1, 3, 0]


def test_first_kernels_are_pictures_around_grey():
    model = load_network("resnet18", "random")
    pictures = first_kernels(model)
    assert pictures.shape == (64, 3, 7, 7)
    apart = (pictures - 0.5).abs().amax((1, 2, 3))
    assert apart == pytest.approx(torch.full((64,), 0.5))
    assert torch.equal((pictures - 0.5).sign(), model.conv1.weight.sign())
    model.conv1.weight.zero_()
    assert torch.equal(first_kernels(model), torch.full((64, 3, 7, 7), 0.5))


@pytest.mark.parametrize("model", [nn.Sequential(nn.ReLU()), nn.Conv2d(1, 4, 3)])
def test_only_kernels_that_read_colours_are_pictures(model):
    with pytest.raises(ConvLabError, match="red, green and blue"):
        first_kernels(model)

"""Real networks: torchvision's AlexNet, VGG-16, ResNet-18 and SqueezeNet, their weights, and what they read and say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlparse
from urllib.request import Request, urlopen

import torch
from torch import Tensor, nn

from convlab.errors import ConvLabError
from convlab.vision import models
from convlab.window import by

PRETRAINED, RANDOM = "pretrained", "random"
PATIENCE = 10.0  # seconds until a net that does not answer is given up
_WAY_OUT = "Put {file} where torchvision looks, in hub/checkpoints of $TORCH_HOME; random weights are always there."
_COUNT = "num_batches_tracked"  # of a batch norm, of no use in evaluation; old files have none
_FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


@dataclass(frozen=True)
class RealNetwork:
    """One of torchvision's networks.

    Attributes
    ----------
    title : str
        Its name, and the year of its paper.
    build : callable
        torchvision's builder.
    weights : torchvision.models.WeightsEnum
        The weights that torchvision takes by default: learnt on ImageNet's 1000 classes.
    """

    title: str
    build: Callable[..., nn.Module]
    weights: Any

    @property
    def file(self) -> str:
        """The name of the file that holds the weights."""
        return Path(urlparse(self.weights.url).path).name

    @property
    def path(self) -> Path:
        """Where torchvision looks for that file."""
        return Path(torch.hub.get_dir()) / "checkpoints" / self.file

    @property
    def size(self) -> int:
        """Bytes of that file, to about a kilobyte."""
        return round(self.weights.meta["_file_size"] * 2**20)

    @property
    def here(self) -> bool:
        """Whether there is anything in that file."""
        return _state_of_file(self.path)[1] > 0

    @property
    def fetched(self) -> int:
        """Bytes of that file that are here: all of them, or those that a download has brought so far."""
        if self.here:
            return self.size
        parts = self.path.parent.glob(f"{self.file}.*.partial")
        _, size = max(map(_state_of_file, parts), default=(0, 0))  # of the newest: others were broken off
        return min(size, self.size)

    @property
    def classes(self) -> Sequence[str]:
        """The names of the classes that its numbers at the end stand for."""
        return self.weights.meta["categories"]


REAL_NETWORKS = {
    "alexnet": RealNetwork("AlexNet (2012)", models.alexnet, models.AlexNet_Weights.DEFAULT),
    "vgg16": RealNetwork("VGG-16 (2014)", models.vgg16, models.VGG16_Weights.DEFAULT),
    "resnet18": RealNetwork("ResNet-18 (2015)", models.resnet18, models.ResNet18_Weights.DEFAULT),
    "squeezenet1_1": RealNetwork("SqueezeNet 1.1 (2016)", models.squeezenet1_1, models.SqueezeNet1_1_Weights.DEFAULT),
}


class Guess(NamedTuple):
    """A class, and how likely the network takes it to be."""

    name: str
    probability: float


class Reads(NamedTuple):
    """What a network reads of a picture: the picture, (3, H, W) from 0 to 1, and the numbers that it is made to."""

    picture: Tensor
    input: Tensor


def real_network(name: str) -> RealNetwork:
    """One of `REAL_NETWORKS`.

    Parameters
    ----------
    name : str
        As torchvision calls it.

    Returns
    -------
    RealNetwork

    Raises
    ------
    ConvLabError
        If there is none of that name.

    Examples
    --------
    >>> real_network("resnet18").file
    'resnet18-f37072fd.pth'
    """
    if name not in REAL_NETWORKS:
        *others, last = REAL_NETWORKS
        rule = f"must be {', '.join(others)} or {last}"
        raise ConvLabError("name", name, rule, advice=f"Use {others[-1]}.", fix={"name": others[-1]})
    return REAL_NETWORKS[name]


def load_network(name: str, weights: str | Path = PRETRAINED, seed: int = 0) -> nn.Module:
    """A real network with its weights, ready to read pictures.

    Parameters
    ----------
    name : str
        "alexnet", "vgg16", "resnet18" or "squeezenet1_1".
    weights : str or path, default "pretrained"
        "pretrained" for torchvision's, which `fetch_weights` brings where they are not here yet; "random"; or a file
        of one's own: a state_dict of that network, with any number of classes.
    seed : int, default 0
        Of random weights.

    Returns
    -------
    torch.nn.Module
        As in evaluation; it learns nothing.

    Raises
    ------
    ConvLabError
        If there is no such network, its weights are not to be had, or a file does not hold them. Nothing in a file is
        run.

    Notes
    -----
    Random weights are drawn as He and others did, from a normal distribution of variance 2 / (numbers that a sum adds
    up), with biases of 0, so that maps neither fade nor grow with depth.

    References
    ----------
    He, Zhang, Ren, Sun, "Delving deep into rectifiers", 2015.

    Examples
    --------
    >>> model = load_network("squeezenet1_1", "random")
    >>> sum(numbers.numel() for numbers in model.parameters())
    1235496
    """
    real = real_network(name)
    if weights == RANDOM:
        return _settled(_random(_built(real, len(real.classes)), seed))
    path = fetch_weights(name) if weights == PRETRAINED else Path(weights)
    state = _state_of(path, real if weights == PRETRAINED else None)
    model = _built(real, _classes_of(state))
    _check_fit(path, model, state)
    model.load_state_dict(state, assign=True)
    return _settled(model)


def fetch_weights(name: str) -> Path:
    """Bring a network's weights to where torchvision looks, by torchvision's own loader, where they are not there yet.

    Meanwhile `RealNetwork.fetched` says, to another thread, how many bytes have come.

    Parameters
    ----------
    name : str
        As in `load_network`.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ConvLabError
        If it cannot be reached, is not what was to come, or cannot be kept.
    """
    real = real_network(name)
    path, url = real.path, real.weights.url
    if real.here:
        return path
    try:
        with urlopen(Request(url, method="HEAD"), timeout=PATIENCE):
            pass  # the loader itself would wait for ever
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(path), path.stem.rpartition("-")[-1], progress=False)
    except (OSError, HTTPException, RuntimeError) as error:
        rule, numbers = f"of {real.title} must be fetched from {urlparse(url).hostname}", _why(error)
        advice = _WAY_OUT.format(file=real.file)
        raise ConvLabError(
            "weights", PRETRAINED, rule, numbers=numbers, advice=advice, fix={"weights": RANDOM}
        ) from error
    return path


def _state_of_file(path: Path) -> tuple[int, int]:
    """When a file was written last, and its bytes; zeros where there is none, or none that may be seen."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_mtime_ns, state.st_size


def _why(error: Exception) -> str:
    """Why a file did not come, in a few words."""
    reason = getattr(error, "reason", error)
    if isinstance(reason, RuntimeError):
        return "what came is damaged"
    if isinstance(reason, TimeoutError):
        return "it does not answer"
    words = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    away = isinstance(error, URLError | ConnectionError | HTTPException)
    return f"it cannot be reached ({words})" if away else f"the file cannot be kept ({words})"


def _built(real: RealNetwork, classes: int) -> nn.Module:
    """The network without any numbers yet: nothing is drawn, and no memory taken, for weights that are replaced."""
    with torch.device("meta"):
        return real.build(weights=None, num_classes=classes)


def _settled(model: nn.Module) -> nn.Module:
    """As in evaluation; it learns nothing."""
    return model.eval().requires_grad_(False)


def _random(model: nn.Module, seed: int) -> nn.Module:
    """Random weights, the same for the same seed."""
    draws = torch.Generator().manual_seed(seed)
    model.to_empty(device="cpu")
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.reset_parameters()
            elif isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=draws)
                if module.bias is not None:
                    module.bias.zero_()
    return model


def _state_of(path: Path, real: RealNetwork | None) -> dict[str, Tensor]:
    """The tensors in a file, by torchvision's own loader where it is torchvision's; nothing in it is run."""
    if not path.is_file():
        raise ConvLabError("weights", str(path), "must be a file", advice="Check its path.")
    try:
        if real:
            state = real.weights.get_state_dict(progress=False, weights_only=True, map_location="cpu")
        else:
            state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a file may hold anything, and break the loader anywhere
        raise _refused(path, f"{path.name} cannot be read ({type(error).__name__})") from error
    if not isinstance(state, Mapping) or not state or not all(map(_is_named_tensor, state.items())):
        raise _refused(path, f"{path.name} holds something else")
    return {name: values if name.endswith(_COUNT) else values.float() for name, values in state.items()}


def _is_named_tensor(entry: tuple[object, object]) -> bool:
    """Whether it is a name and a plain tensor of real numbers."""
    name, values = entry
    plain = isinstance(values, Tensor) and values.layout is torch.strided and values.dtype in (*_FLOATS, torch.int64)
    return isinstance(name, str) and plain


def _classes_of(state: dict[str, Tensor]) -> int:
    """How many classes the network tells apart: as many as its last numbers, a bias."""
    return max(next(reversed(state.values())).numel(), 1)


def _check_fit(path: Path, model: nn.Module, state: dict[str, Tensor]) -> None:
    """Refuse numbers of another network."""
    expected = {name: tuple(values.shape) for name, values in model.state_dict().items()}
    for name, shape in expected.items():
        if name.endswith(_COUNT):
            continue
        if name not in state:
            raise _refused(path, f"{path.name} has no {name}")
        if tuple(state[name].shape) != shape:
            raise _refused(path, f"{name} is {by(state[name].shape)} in {path.name}, {by(shape)} in the network")
        if not state[name].isfinite().all():
            raise _refused(path, f"{name} in {path.name} holds numbers that are not finite")
    more = next((name for name in state if name not in expected), None)
    if more:
        raise _refused(path, f"{path.name} has {more}, the network has not")


def _refused(path: Path, numbers: str) -> ConvLabError:
    """What is said of a file that does not hold the weights."""
    rule, advice = "must be a state_dict of this network, saved by torch.save", "Choose another file or network."
    return ConvLabError("weights", str(path), rule, numbers=numbers, advice=advice)


def as_read(name: str, image: Tensor) -> Reads:
    """A picture as a network reads it: torchvision's own preparation, with which its weights were judged.

    The smaller side is brought to 256 pixels (232 for newer weights), the middle 224 × 224 are kept, and each colour is
    brought to mean 0 and standard deviation 1 over ImageNet.

    Parameters
    ----------
    name : str
        As in `load_network`.
    image : Tensor
        (3, H, W), or (1, H, W) in grey: numbers from 0 to 1.

    Returns
    -------
    Reads
        `picture`, what can be seen of it, in the 256 levels of a screen, and `input`, what `trace` takes: each
        (3, 224, 224), float32.

    Raises
    ------
    ConvLabError
        If the image has another shape.

    Examples
    --------
    >>> picture, input = as_read("resnet18", torch.ones(3, 300, 400))
    >>> picture.shape, input[:, 0, 0]
    (torch.Size([3, 224, 224]), tensor([2.2489, 2.4286, 2.6400]))
    """
    real = real_network(name)
    if image.dim() != 3 or image.shape[0] not in (1, 3) or min(image.shape) < 1:
        rule, advice = "must have shape (3, H, W) or (1, H, W)", "Use load_image."
        raise ConvLabError("image", tuple(image.shape), rule, numbers=f"got {by(image.shape)}", advice=advice)
    prepare = real.weights.transforms()
    input = prepare(image.expand(3, *image.shape[1:]))
    mean, deviation = (torch.tensor(numbers)[:, None, None] for numbers in (prepare.mean, prepare.std))
    levels = (input * deviation + mean).clamp(0, 1).mul(255).round()
    return Reads(levels / 255, input)


def likeliest(name: str, output: Tensor, most: int = 5) -> list[Guess]:
    """The likeliest classes, by the numbers that a network ends with.

    Parameters
    ----------
    name : str
        As in `load_network`.
    output : Tensor
        One number for each class, (classes,) or (1, classes).
    most : int, default 5
        How many classes.

    Returns
    -------
    list of Guess
        The likeliest first; the probabilities of all classes sum to 1 (softmax). Classes that are not ImageNet's 1000
        are numbered, from 0.

    Examples
    --------
    >>> output = torch.zeros(1000)
    >>> output[388] = 8.0
    >>> [(name, round(probability, 3)) for name, probability in likeliest("resnet18", output, 1)]
    [('giant panda', 0.749)]
    """
    names, numbers = real_network(name).classes, output.flatten()
    shares, places = numbers.softmax(0).topk(min(most, len(numbers)))
    named = len(numbers) == len(names)
    return [
        Guess(names[place] if named else f"class {place}", share)
        for share, place in zip(shares.tolist(), places.tolist(), strict=True)
    ]


def strongest(maps: Tensor) -> list[int]:
    """The maps' places, the strongest first: by the mean magnitude of their numbers, behind ReLU their mean.

    Parameters
    ----------
    maps : Tensor
        (C, H, W).

    Returns
    -------
    list of int
        Each from 0 to C − 1, once; of equals the first comes first.

    Examples
    --------
    >>> strongest(torch.tensor([[[0.0, 1.0]], [[2.0, 0.0]], [[-3.0, 1.0]]]))
    [2, 1, 0]
    """
    magnitudes = torch.linalg.vector_norm(maps, 1, (1, 2))
    return magnitudes.argsort(descending=True, stable=True).tolist()


def first_kernels(model: nn.Module) -> Tensor:
    """The kernels of a network's first convolution as colour pictures.

    Parameters
    ----------
    model : torch.nn.Module
        Its first convolution reads red, green and blue.

    Returns
    -------
    Tensor
        (kernels, 3, rows, columns) from 0 to 1: grey, 0.5, is zero, and the largest magnitude of each kernel is 0 or 1.

    Raises
    ------
    ConvLabError
        If it has no such convolution.

    Examples
    --------
    >>> first_kernels(nn.Conv2d(3, 8, 5)).shape
    torch.Size([8, 3, 5, 5])
    """
    first = next((module for module in model.modules() if isinstance(module, nn.Conv2d)), None)
    if first is None or first.weight.shape[1] != 3:
        rule, advice = "must begin with a convolution of red, green and blue", "Use one of the real networks."
        raise ConvLabError("model", type(model).__name__, rule, advice=advice)
    weight = first.weight.detach()
    return 0.5 + weight / (2 * weight.abs().amax((1, 2, 3), keepdim=True).clamp_min(1e-12))

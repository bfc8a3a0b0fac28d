"""Kernels and ways back that are learned: gradient descent a step at a time, and the exact answer beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import cos, pi, prod

import torch
from torch import Tensor

from convlab import kernels
from convlab.back import Error, error_of
from convlab.errors import ConvLabError
from convlab.layers import Conv2d, ConvTranspose2d, ReLU, Shape
from convlab.network import Step, plan
from convlab.window import by, whole

MAX_STEPS = 5_000
MAX_MACS = 500_000_000_000
MAX_WEIGHTS = 512
_DRAWS = 16  # of random signs, to measure how strong each wave is
_FAINT = 1e-4  # a wave weaker than this share of the strongest counts as that strong
_ROUNDING = 1e-12  # of squares: what is weaker in the input is rounding of float32, and no weight can use it
_PASSES = 3  # forwards, the gradient of the weight, the gradient of the input: each as much work

Learnable = Conv2d | ConvTranspose2d


@dataclass(frozen=True, eq=False)
class Progress:
    """Where a run stands.

    Attributes
    ----------
    step : int
        Steps made; 0 for the start.
    loss : float
        Mean squared error between what the layers make and what they should make.
    model : tuple of Step
        The layers with the numbers that they have now, and ReLU between two of them: copies, which the run leaves
        alone.
    """

    step: int
    loss: float
    model: tuple[Step, ...]

    def result(self, input: Tensor) -> Tensor:
        """What the layers make of an input now.

        Parameters
        ----------
        input : Tensor
            Of the channels that the first layer reads.
        """
        with torch.inference_mode():
            return _through(self.model, input)

    def error(self, input: Tensor, target: Tensor) -> Error:
        """How far that is from what it should be, on this input or on another one.

        Parameters
        ----------
        input, target : Tensor
            What the layers read, and what they should make of it.
        """
        return error_of(self.result(input) - target)


def _through(model: Sequence[Step], input: Tensor) -> Tensor:
    """What layers in a row make of an input."""
    for step in model:
        input = step.layer(input, step.weight, step.bias)
    return input


def learn_kernel(
    layer: Learnable, image: Tensor, target: Tensor, *, seed: int = 0, learning_rate: float = 0.3, steps: int = 300
) -> Iterator[Progress]:
    """Find the kernel that made a feature map, from the picture and the map alone.

    Parameters
    ----------
    layer : Conv2d or ConvTranspose2d
        The layer that made the map; of its kernel the shape alone is known.
    image : Tensor
        (C, H, W): what the layer read.
    target : Tensor
        The map, or maps, that it made.
    seed : int, default 0
        Of the kernel to start from, a random one that makes a map as strong as the target: the same seed makes the
        same run.
    learning_rate : float, default 0.3
        Of the first step, as a share of the target's strength; it falls to zero along half a cosine.
    steps : int, default 300
        At most `MAX_STEPS`.

    Returns
    -------
    iterator of Progress
        The start, then the state after every step.

    Raises
    ------
    ConvLabError
        At once, if the shapes do not fit, or the run would take more than `MAX_STEPS` or `MAX_MACS`.

    Notes
    -----
    In a picture neighbours are alike, so its slow waves are many thousand times stronger than its fine ones, and plain
    gradient descent, or Adam on the cells of the kernel, finds the kernel's blur soon and its detail never. Here Adam
    descends on the *waves* of the kernel (its discrete cosine transform, and the principal mixtures of the channels),
    each measured by how strong an output it makes of this picture: so all of them are found in the same 300 steps,
    whatever the size of the kernel's numbers. Groups share no channels and have no mixtures: groups 1 alone.

    Examples
    --------
    >>> image, hidden = torch.rand(1, 12, 12, generator=torch.manual_seed(0)), kernels.gradients(3)[:1]
    >>> layer = Conv2d(1, 1, 3, bias=False)
    >>> *_, last = learn_kernel(layer, image, layer(image, hidden), steps=150)
    >>> last.step, bool((last.model[0].weight - hidden).abs().max() < 0.001)
    (150, True)
    """
    return _run([layer], image, target, seed, learning_rate, steps)


def learn_back(
    layers: Sequence[Learnable],
    image: Tensor,
    maps: Tensor,
    *,
    seed: int = 0,
    learning_rate: float = 0.1,
    steps: int = 300,
) -> Iterator[Progress]:
    """Fit one layer, or several with ReLU between them, until they return a picture from its maps.

    Parameters
    ----------
    layers : sequence of ConvTranspose2d or Conv2d
        The way back.
    image : Tensor
        (C, H, W): the picture that is to come back.
    maps : Tensor
        What it became: the first layer's input.
    seed, learning_rate, steps
        As in `learn_kernel`.

    Returns
    -------
    iterator of Progress
        The start, then the state after every step. ``progress.result(maps)`` is the picture so far.

    Raises
    ------
    ConvLabError
        As in `learn_kernel`.

    Examples
    --------
    >>> there, back = Conv2d(1, 4, 2, stride=2, bias=False), ConvTranspose2d(4, 1, 2, stride=2, bias=False)
    >>> image = torch.rand(1, 12, 12, generator=torch.manual_seed(0))
    >>> maps = there(image, kernels.random(2, 1, 4, seed=7))
    >>> *_, last = learn_back([back], image, maps, learning_rate=0.3, steps=80)
    >>> bool(last.loss < 1e-4)
    True
    """
    return _run(layers, maps, image, seed, learning_rate, steps)


def least_squares(layer: Learnable, input: Tensor, target: Tensor) -> Step:
    """The weight, and the bias if the layer has one, that no run can beat: the least mean squared error.

    Parameters
    ----------
    layer : Conv2d or ConvTranspose2d
        Groups 1, and at most `MAX_WEIGHTS` weights an output channel.
    input : Tensor
        (C, H, W): what the layer reads.
    target : Tensor
        What it should make.

    Returns
    -------
    Step
        The layer with its numbers; where several do equally well, the smallest.

    Raises
    ------
    ConvLabError
        If the layer has groups or too many weights, or the shapes do not fit.

    Notes
    -----
    The output is linear in the weight: output = Σ weight_i · d_i, where d_i is the output for a weight of zeros but for
    a 1 at i. The normal equations (D Dᵀ) weight = D target are as small as the kernel, whatever the picture's size.

    Examples
    --------
    >>> layer, image = Conv2d(1, 1, (1, 2), bias=False), torch.tensor([[[1.0, 4.0, 9.0, 7.0]]])
    >>> least_squares(layer, image, image.diff(dim=2)).weight.round(decimals=4).tolist()
    [[[[-1.0, 1.0]]]]
    """
    _check_target([layer], input, target)
    many = layer.in_channels * prod(layer.kernel_size)
    _check_exact(layer, many, input.shape)
    parts = _parts(layer, many, input.double())
    normal = torch.linalg.pinv(parts @ parts.T, rtol=_ROUNDING, hermitian=True)
    found = (normal @ parts @ target.double().flatten(1).T).to(target.dtype)
    bias = found[many].clone() if layer.bias else None
    shaped = found[:many].reshape(layer.in_channels, *layer.kernel_size, layer.out_channels)
    weight = shaped.movedim(-1, 1) if layer.stamps else shaped.movedim(-1, 0)
    return Step(layer, weight.contiguous(), bias)


def best(layer: Learnable, input: Tensor, target: Tensor) -> Progress:
    """The least-squares answer as the end of a run that nothing can beat.

    Parameters
    ----------
    layer, input, target
        As in `least_squares`.

    Raises
    ------
    ConvLabError
        As in `least_squares`.

    Examples
    --------
    >>> layer, image = Conv2d(1, 1, (1, 2), bias=False), torch.tensor([[[1.0, 4.0, 9.0, 7.0]]])
    >>> round(best(layer, image, torch.ones(1, 1, 3)).loss, 4)
    0.0866
    """
    step = least_squares(layer, input, target)
    return Progress(0, float((_through([step], input) - target).square().mean()), (step,))


def off_by(weight: Tensor, hidden: Tensor) -> float:
    """How far a kernel is from the one that it should be, as a share of that one's length: 1 for zeros.

    Parameters
    ----------
    weight, hidden : Tensor
        Of one shape; the second is not all zeros.

    Examples
    --------
    >>> off_by(torch.tensor([3.0, 1.0]), torch.tensor([3.0, 4.0])).__round__(2)
    0.6
    """
    return float((weight - hidden).norm() / hidden.norm())


def _parts(layer: Learnable, many: int, input: Tensor) -> Tensor:
    """The output for each weight alone, flattened: (weights of one output channel, and the bias; outputs)."""
    each = replace(layer, out_channels=many, bias=False)
    ones = torch.eye(many, dtype=input.dtype).reshape(many, layer.in_channels, *layer.kernel_size)
    parts = each(input, ones.transpose(0, 1).contiguous() if layer.stamps else ones).flatten(1)
    return torch.cat([parts, parts.new_ones(1, parts.shape[1])]) if layer.bias else parts


def _run(
    layers: Sequence[Learnable], input: Tensor, target: Tensor, seed: int, learning_rate: float, steps: int
) -> Iterator[Progress]:
    """Check a run, then begin it."""
    whole("steps", steps)
    if not layers:
        raise ConvLabError("layers", (), "must be at least one", advice="Use a ConvTranspose2d.")
    if not learning_rate > 0:
        rule, fix = "must be more than 0", {"learning_rate": 0.1}
        raise ConvLabError("learning_rate", learning_rate, rule, advice="Use 0.1.", fix=fix)
    for layer in layers:
        _check_groups(layer)
    _check_target(layers, input, target)
    _check_run(layers, input.shape, steps)
    return _descend(list(layers), input, target, seed, learning_rate, steps)


def _descend(
    layers: list[Learnable], input: Tensor, target: Tensor, seed: int, learning_rate: float, steps: int
) -> Iterator[Progress]:
    """Adam on the waves of the weights, at a rate that falls to zero; a state before and after each step."""
    waves = _begun(layers, input, target, seed)
    learned = [part.requires_grad_() for wave in waves for part in (wave.amounts, wave.bias) if part is not None]
    adam = torch.optim.Adam(learned, lr=learning_rate)
    strength = _size(target) ** 2  # Adam takes gradients near 1e-8 for nothing
    for step in range(steps + 1):
        model = [wave.step for wave in waves]
        loss, gradients = _gradients(model, input, target, learned)
        yield Progress(step, loss, _with_relu([_copied(each) for each in model]))
        for part, gradient in zip(learned, gradients, strict=True):
            part.grad = gradient / strength
        adam.param_groups[0]["lr"] = learning_rate * (1 + cos(pi * step / steps)) / 2
        adam.step()


@dataclass(frozen=True, eq=False)
class _Waves:
    """A layer's weight as amounts of waves: an amount of 1 makes an output as strong as is wanted."""

    layer: Learnable
    mixture: Tensor
    size: Tensor
    strength: Tensor
    amounts: Tensor
    bias: Tensor | None

    @property
    def step(self) -> Step:
        """The layer with the weight and the bias that the amounts make."""
        weight = _turned(self.layer, self.amounts * self.size / self.strength, self.mixture, back=True)
        return Step(self.layer, weight, None if self.bias is None else self.bias * self.size)


def _gradients(
    model: Sequence[Step], input: Tensor, target: Tensor, learned: Sequence[Tensor]
) -> tuple[float, Sequence[Tensor]]:
    """The mean squared error, and its gradients."""
    with torch.enable_grad():
        loss = (_through(_with_relu(model), input) - target).square().mean()
    return float(loss.detach()), torch.autograd.grad(loss, learned)


def _with_relu(model: Sequence[Step]) -> tuple[Step, ...]:
    """The layers with ReLU between them."""
    between = [part for step in model for part in (Step(ReLU()), step)]
    return tuple(between[1:])


def _copied(step: Step) -> Step:
    """A layer with numbers of its own."""
    weight, bias = (None if part is None else part.detach().clone() for part in (step.weight, step.bias))
    return Step(step.layer, weight, bias)


def _start(layer: Learnable, seed: int) -> Tensor:
    """An untrained weight of the layer's shape."""
    first, second, *size = layer.weight_shape
    return kernels.random(tuple(size), second, first, seed)


def _begun(layers: list[Learnable], input: Tensor, target: Tensor, seed: int) -> list[_Waves]:
    """The waves of untrained layers, as strong as their inputs make them."""
    begun = []
    generator = torch.Generator().manual_seed(seed)
    for index, layer in enumerate(layers):
        weight = _start(layer, seed + index).to(input.dtype)
        mixture, output = _principal(input), layer(input, weight)
        wanted = target if index == len(layers) - 1 else output
        size, made = (_size(each) for each in (wanted, output))
        weight = weight * size / made
        strength = _strength(layer, input, mixture, output.shape, generator)
        bias = input.new_zeros(layer.out_channels) if layer.bias else None
        begun.append(_Waves(layer, mixture, size, strength, _turned(layer, weight, mixture) * strength / size, bias))
        input = output.relu()
    return begun


def _size(values: Tensor) -> Tensor:
    """Root mean square; 1 for zeros."""
    mean = values.square().mean().sqrt()
    return mean if mean > 0 else torch.ones_like(mean)


def _strength(
    layer: Learnable, input: Tensor, mixture: Tensor, output_shape: Shape, generator: torch.Generator
) -> Tensor:
    """How strong an output each wave of the weight makes: root mean square, estimated with random signs.

    The gradient of Σ sign · output by one weight is Σ sign · (that weight's share), and the mean of its square over
    random signs is the sum of that share's squares.
    """
    weight = input.new_zeros(layer.weight_shape, requires_grad=True)
    squares = input.new_zeros(layer.weight_shape)
    for _ in range(_DRAWS):
        signs = torch.randint(0, 2, output_shape, generator=generator).to(input.dtype) * 2 - 1
        with torch.enable_grad():
            gradient = torch.autograd.grad(layer(input, weight), weight, signs)[0]
        squares += _turned(layer, gradient, mixture).square()
    outputs = output_shape[1] * output_shape[2]
    strength = (squares.mean(1 if layer.stamps else 0, keepdim=True) / _DRAWS / outputs).sqrt()
    return strength.clamp(min=float(strength.max()) * _FAINT) if strength.any() else strength + 1


def _turned(layer: Learnable, weight: Tensor, mixture: Tensor, back: bool = False) -> Tensor:
    """A weight as a sum of waves over rows and columns, of mixtures of input channels; or from them back."""
    rows, columns = (_cosines(cells).to(weight.dtype) for cells in layer.kernel_size)
    for axis, turn in ((0 if layer.stamps else 1, mixture), (2, rows), (3, columns)):
        weight = (weight.movedim(axis, -1) @ (turn if back else turn.T)).movedim(-1, axis)
    return weight.contiguous()


def _principal(input: Tensor) -> Tensor:
    """Mixtures of the input's channels that have nothing in common, as orthogonal rows of length 1."""
    cells = input.double().flatten(1)
    return torch.linalg.eigh(cells @ cells.T)[1].T.to(input.dtype)


@cache
def _cosines(cells: int) -> Tensor:
    """The discrete cosine transform as a matrix of orthogonal rows of length 1: a flat one, then faster waves."""
    rows, places = torch.arange(cells, dtype=torch.float64)[:, None], torch.arange(cells) + 0.5
    waves = torch.cos(pi * rows * places / cells)
    return waves / waves.norm(dim=1, keepdim=True)


def _check_target(layers: Sequence[Learnable], input: Tensor, target: Tensor) -> None:
    """Refuse a target that the layers do not make in shape."""
    shape: Shape = plan(layers, input.shape)[-1][0]
    if tuple(target.shape) != shape or input.dim() != 3:
        rule, numbers = "must have the shape that the layers make", f"they make {by(shape)}, got {by(target.shape)}"
        raise ConvLabError("target", tuple(target.shape), rule, numbers=numbers, advice=f"Use one of {by(shape)}.")


def work_of(layers: Sequence[Learnable], input_shape: Sequence[int], steps: int) -> int:
    """Multiply-adds of a run: forwards and twice backwards at each step, and to measure the waves before the first.

    Examples
    --------
    >>> work_of([Conv2d(1, 1, 5)], (1, 14, 14), steps=100)
    837500
    """
    return (_PASSES * (steps + 1) + 2 * _DRAWS) * sum(macs for _, macs in plan(layers, input_shape))


def _check_run(layers: Sequence[Learnable], input_shape: Sequence[int], steps: int) -> None:
    """Refuse a run that would take too long, before its first step."""
    if steps > MAX_STEPS:
        rule, advice, fix = f"must be at most {MAX_STEPS:,}", f"Use steps {MAX_STEPS}.", {"steps": MAX_STEPS}
        raise ConvLabError("steps", steps, rule, numbers=f"got {steps:,}", advice=advice, fix=fix)
    work = work_of(layers, input_shape, steps)
    if work > MAX_MACS:
        start, each = work_of(layers, input_shape, 0), work_of(layers, input_shape, 1)
        most = (MAX_MACS - start) // (each - start)
        rule, numbers = f"must take at most {MAX_MACS:,} multiply-adds", f"{steps:,} steps take {work:,}"
        advice = f"Use steps {most}, or a smaller picture." if most >= 1 else "Use a smaller picture."
        raise ConvLabError(
            "steps", steps, rule, numbers=numbers, advice=advice, fix={"steps": most} if most >= 1 else None
        )


def _check_groups(layer: Learnable) -> None:
    """Groups would each need a run of their own."""
    if layer.groups != 1:
        rule = "must be 1 for a layer that learns"
        raise ConvLabError("groups", layer.groups, rule, advice="Use groups 1.", fix={"groups": 1})


def _check_exact(layer: Learnable, many: int, input_shape: Sequence[int]) -> None:
    """Refuse normal equations that are too many, or in groups."""
    _check_groups(layer)
    if many > MAX_WEIGHTS:
        rule = f"must leave at most {MAX_WEIGHTS} weights an output channel"
        numbers = f"{layer.in_channels} channels of {by(layer.kernel_size)} are {many:,}"
        raise ConvLabError(
            "kernel_size", layer.kernel_size, rule, numbers=numbers, advice="Use a smaller kernel or fewer channels."
        )
    work = many * many * prod(layer.output_size((input_shape[-2], input_shape[-1])))
    if work > MAX_MACS // 10:
        rule, numbers = f"must take at most {MAX_MACS // 10:,} multiply-adds", f"{many} weights take {work:,}"
        raise ConvLabError("input", tuple(input_shape), rule, numbers=numbers, advice="Use a smaller picture.")

"""Layers that take every number for itself: two rectifiers, the batch norm, and those that change nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

import torch.nn.functional as F
from torch import Tensor, nn

from convlab.base import Layer, Shape, check_dtypes, check_shape
from convlab.errors import ConvLabError
from convlab.window import Pair, by, real, whole


class _Pointwise(Layer):
    """What takes a number for itself keeps every shape, a row of numbers after Flatten too."""

    def output_size(self, input_size: Pair) -> Pair:
        return input_size

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        if len(input_shape) not in (1, 2) or min(input_shape) < 1:
            check_shape(input_shape, None)
        return tuple(input_shape)


@dataclass(frozen=True)
class ReLU(_Pointwise):
    """Keep what is positive, make the rest zero: max(0, x).

    References
    ----------
    torch.nn.ReLU

    Examples
    --------
    >>> import torch
    >>> ReLU()(torch.tensor([[[-0.64, 0.5]]]))
    tensor([[[0.0000, 0.5000]]])
    """

    name: ClassVar[str] = "ReLU"
    arithmetic: ClassVar[Literal["relu"]] = "relu"
    idle: ClassVar[tuple[str, ...]] = ("inplace",)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return F.relu(input)


@dataclass(frozen=True, init=False)
class LeakyReLU(_Pointwise):
    """Keep what is positive, make the rest small: x, or negative_slope · x below zero.

    Parameters
    ----------
    negative_slope : float, default 0.01
        What a number below zero is multiplied by.

    Raises
    ------
    ConvLabError
        For a slope that is no finite number.

    References
    ----------
    torch.nn.LeakyReLU

    Examples
    --------
    >>> import torch
    >>> LeakyReLU(0.5)(torch.tensor([[[-0.5, 0.5]]]))
    tensor([[[-0.2500,  0.5000]]])
    """

    name: ClassVar[str] = "Leaky ReLU"
    idle: ClassVar[tuple[str, ...]] = ("inplace",)
    negative_slope: float

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.__dict__.update(negative_slope=real("negative_slope", negative_slope))

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return F.leaky_relu(input, self.negative_slope)


class _Unchanged(_Pointwise):
    """What changes nothing."""

    batched: ClassVar[bool] = True

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return input


@dataclass(frozen=True, init=False)
class Dropout(_Unchanged):
    """Change nothing: in evaluation no number is dropped, as it is while a network learns.

    Parameters
    ----------
    p : float, default 0.5
        The share of the numbers that training sets to zero, from 0 to 1.

    Raises
    ------
    ConvLabError
        For a share that is no number from 0 to 1.

    References
    ----------
    torch.nn.Dropout

    Examples
    --------
    >>> import torch
    >>> Dropout(0.5)(torch.tensor([[[1.0, 2.0]]]))
    tensor([[[1., 2.]]])
    """

    name: ClassVar[str] = "Dropout"
    idle: ClassVar[tuple[str, ...]] = ("inplace",)
    p: float

    def __init__(self, p: float = 0.5) -> None:
        self.__dict__.update(p=real("p", p, minimum=0))
        if self.p > 1:
            raise ConvLabError("p", p, "must be at most 1", advice="Use 0.5.", fix={"p": 0.5})


class Dropout2d(Dropout):
    """Change nothing: in evaluation no map is dropped, as it is while a network learns.

    Parameters
    ----------
    p : float, default 0.5
        The share of the maps that training sets to zero, from 0 to 1.

    Raises
    ------
    ConvLabError
        For a share that is no number from 0 to 1.

    References
    ----------
    torch.nn.Dropout2d

    Examples
    --------
    >>> Dropout2d().output_shape((4, 8, 8))
    (4, 8, 8)
    """

    name: ClassVar[str] = "Dropout of maps"


@dataclass(frozen=True)
class Identity(_Unchanged):
    """Change nothing.

    References
    ----------
    torch.nn.Identity

    Examples
    --------
    >>> import torch
    >>> Identity()(torch.tensor([[[1.0, 2.0]]]))
    tensor([[[1., 2.]]])
    """

    name: ClassVar[str] = "Identity"


@dataclass(frozen=True, init=False)
class BatchNorm2d(Layer):
    """Bring every map to a mean of 0 and a variance of 1, then scale and move it: as in evaluation.

    Parameters
    ----------
    num_features : int
        Channels of the input.
    eps : float, default 1e-5
        What is added to the variance, so that nothing is divided by zero.
    affine : bool, default True, by name
        Whether each map is scaled by a weight and moved by a bias, which are learned.

    Raises
    ------
    ConvLabError
        When the layer is made, or when it meets its input, for whatever torch would refuse.

    Notes
    -----
    ``(x − running_mean) / √(running_var + eps) · weight + bias``, one number of each for a channel. What is left out
    is as in a layer that has seen nothing yet: mean 0, variance 1, weight 1, bias 0. Training, which takes mean
    and variance from the batch itself, is not done here; the module's momentum has a part only in that.

    References
    ----------
    torch.nn.BatchNorm2d
    S. Ioffe, C. Szegedy, Batch normalization, 2015.

    Examples
    --------
    >>> import torch
    >>> mean, variance = torch.tensor([2.0]), torch.tensor([4.0])
    >>> BatchNorm2d(1, eps=0)(torch.tensor([[[2.0, 6.0]]]), running_mean=mean, running_var=variance)
    tensor([[[0., 2.]]])
    """

    name: ClassVar[str] = "Batch norm"
    extras: ClassVar[tuple[str, ...]] = ("track_running_stats",)
    idle: ClassVar[tuple[str, ...]] = ("momentum",)
    batched: ClassVar[bool] = True
    num_features: int
    eps: float
    affine: bool = field(kw_only=True)

    def __init__(self, num_features: int, eps: float = 1e-5, *, affine: bool = True) -> None:
        eps = real("eps", eps, minimum=0)
        self.__dict__.update(num_features=whole("num_features", num_features), eps=eps, affine=affine)

    @property
    def weight_shape(self) -> Shape | None:
        """(num_features,), or None for a layer that is not affine."""
        return (self.num_features,) if self.affine else None

    @property
    def parameters(self) -> int:
        return 2 * self.num_features if self.affine else 0

    def output_size(self, input_size: Pair) -> Pair:
        return input_size

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        check_shape(input_shape, self.num_features, name="num_features")
        return tuple(input_shape)

    def check_operands(self, input: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor | None:
        """Refuse a weight or a bias that does not fit; both may be left out."""
        if not self.affine:
            super().check_operands(input, weight, bias)
        self._check_channels(input, weight=weight, bias=bias)
        return weight

    def _check_channels(self, input: Tensor, **operands: Tensor | None) -> None:
        """Refuse what has not one number of the input's type for each channel."""
        for name, numbers in operands.items():
            if numbers is not None and tuple(numbers.shape) != (self.num_features,):
                told = f"this layer takes {self.num_features}, got {by(numbers.shape)}"
                rule, advice = "must hold one number per channel", f"Use {self.num_features} numbers, or none."
                raise ConvLabError(name, tuple(numbers.shape), rule, numbers=told, advice=advice)
        check_dtypes(input, **operands)

    @classmethod
    def of_module(cls, module: nn.Module) -> Self | None:
        """The layer of a torch module that has running statistics, and both weight and bias or neither."""
        lone = isinstance(module, nn.BatchNorm2d) and module.affine and module.bias is None
        return None if lone else super().of_module(module)

    def __call__(
        self,
        input: Tensor,
        weight: Tensor | None = None,
        bias: Tensor | None = None,
        running_mean: Tensor | None = None,
        running_var: Tensor | None = None,
    ) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_channels(input, running_mean=running_mean, running_var=running_var)
        self._check_input(input.shape)
        mean = input.new_zeros(self.num_features) if running_mean is None else running_mean
        variance = input.new_ones(self.num_features) if running_var is None else running_var
        settings: dict[str, Any] = {"weight": weight, "bias": bias, "training": False, "eps": self.eps}
        if input.dim() == 3:
            return F.batch_norm(input[None], mean, variance, **settings)[0]
        return F.batch_norm(input, mean, variance, **settings)

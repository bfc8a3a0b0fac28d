"""The end of a network: maps laid out as one row of numbers, and the linear layer that weighs them all."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import torch.nn.functional as F
from torch import Tensor

from convlab.base import Layer, Shape, Weighted, check_shape
from convlab.errors import ConvLabError
from convlab.reach import Reach
from convlab.resizing import known
from convlab.window import Pair, by, whole


@dataclass(frozen=True)
class Flatten(Layer):
    """Lay all maps of a picture out as one row of numbers: channel by channel, row by row.

    Notes
    -----
    (C, H, W) becomes (C·H·W,), and (N, C, H, W) becomes (N, C·H·W), as ``torch.nn.Flatten()`` makes of a batch. With
    another start_dim or end_dim a module is not of this kind. Each number still sees what it saw in its map.

    References
    ----------
    torch.nn.Flatten

    Examples
    --------
    >>> import torch
    >>> Flatten()(torch.tensor([[[1.0, 2.0]], [[3.0, 4.0]]]))
    tensor([1., 2., 3., 4.])
    """

    name: ClassVar[str] = "Flatten"
    extras: ClassVar[tuple[str, ...]] = ("start_dim", "end_dim")
    batched: ClassVar[bool] = True

    def output_size(self, input_size: Pair) -> Pair:
        """Rows and columns that the numbers come from: those of the input."""
        return input_size

    def spacing(self, input_size: Pair) -> None:
        """None: neighbours in a row of numbers may come from two maps."""

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        if len(input_shape) not in (1, 2) or min(input_shape) < 1:
            check_shape(input_shape, None)
            return (*input_shape[:-3], prod(input_shape[-3:]))
        return tuple(input_shape)

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return input.reshape(self.output_shape(input.shape))


@dataclass(frozen=True)
class Linear(Weighted):
    """Weigh all numbers of a row: each output number is the sum of their products with weights of its own.

    Parameters
    ----------
    in_features, out_features : int
        Numbers of the input and of the output.
    bias : bool, default True
        Whether the layer has a bias, one for each output number.

    Raises
    ------
    ConvLabError
        When the layer is made, or when it meets its input. Unlike torch's it takes no maps, but rows of numbers.

    Notes
    -----
    The weight is laid out (out_features, in_features). Multiply-adds: in_features × out_features.

    References
    ----------
    torch.nn.Linear

    Examples
    --------
    >>> import torch
    >>> Linear(2, 1, bias=False)(torch.tensor([3.0, 4.0]), torch.tensor([[10.0, 1.0]]))
    tensor([34.])
    >>> Linear(25088, 4096).parameters, Linear(25088, 4096).macs((25088,))
    (102764544, 102760448)
    """

    name: ClassVar[str] = "Linear"
    in_features: int
    out_features: int
    bias: bool = True

    def __post_init__(self) -> None:
        whole("in_features", self.in_features)
        whole("out_features", self.out_features)

    @property
    def short_name(self) -> str:
        """The layer in words: linear to 10."""
        return f"linear to {self.out_features}"

    @property
    def sized(self) -> bool:
        return True

    @property
    def weight_shape(self) -> Shape:
        """(out_features, in_features)."""
        return self.out_features, self.in_features

    @property
    def outputs(self) -> tuple[int, str]:
        return self.out_features, "output"

    def output_size(self, input_size: Pair) -> Pair:
        """One place: every output number looks at all of the input."""
        return 1, 1

    def spacing(self, input_size: Pair) -> None:
        """None: neighbours see the same."""

    def output_shape(self, input_shape: Sequence[int]) -> Shape:
        if len(input_shape) not in (1, 2) or min(input_shape) < 1:
            rule, advice = "must have shape (F,) or (N, F)", "Put Flatten before the linear layer."
            raise ConvLabError("input", tuple(input_shape), rule, numbers=f"got {by(input_shape)}", advice=advice)
        if input_shape[-1] != self.in_features:
            numbers = f"the layer takes {self.in_features}, the input has {input_shape[-1]}"
            rule, fix = "must equal the input's numbers", {"in_features": input_shape[-1]}
            advice = f"Use in_features {input_shape[-1]}."
            raise ConvLabError("in_features", self.in_features, rule, numbers=numbers, advice=advice, fix=fix)
        return (*input_shape[:-1], self.out_features)

    def macs(self, input_shape: Sequence[int]) -> int:
        return prod(self.output_shape(input_shape)) * self.in_features

    def reach(self, axis: int, cells: int | None = None) -> Reach:
        return Reach(0, offsets=frozenset(range(known(self, cells))))

    def __call__(self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None) -> Tensor:
        weight = self.check_operands(input, weight, bias)
        self._check_input(input.shape)
        return F.linear(input, weight, bias)

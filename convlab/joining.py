"""Layers that look back in a row: to an earlier output, to add it, to put it beside, or to go on from it.

Outputs have numbers: 0 is the picture, n is what layer n of the row put out, counted from 1.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from convlab.base import Layer, Shape, check_dtypes, check_shape
from convlab.errors import ConvLabError
from convlab.window import Pair, by, whole


@dataclass(frozen=True, init=False)
class Joining(Layer):
    """What layers that look back share: the number of the output that they look back to."""

    of: int

    def __init__(self, of: int) -> None:
        self.__dict__.update(of=whole("of", of, 0))

    @property
    def where(self) -> str:
        """The earlier output in words."""
        return f"output {self.of}" if self.of else "the picture"

    def sources(self, number: int) -> tuple[int, ...]:
        if self.of >= number:
            rule = "must be the number of an earlier output"
            numbers = f"layer {number} may look back to 0 (the picture) to {number - 1}, got {self.of}"
            fix = {"of": number - 1}
            raise ConvLabError("of", self.of, rule, numbers=numbers, advice=f"Use {number - 1}.", fix=fix)
        return number - 1, self.of

    def output_size(self, input_size: Pair, earlier: Pair | None = None) -> Pair:
        return input_size

    @abstractmethod
    def written(self, *sources: str) -> str:
        """What it does in PyTorch, with the names of its sources."""


class Addition(Joining):
    """Add an earlier output: number by number, to what came just before.

    Parameters
    ----------
    of : int
        Number of the earlier output: 0 is the picture, n what layer n of the row put out, counted from 1.

    Raises
    ------
    ConvLabError
        If the two differ in shape, or are no two outputs.

    References
    ----------
    K. He et al., Deep residual learning for image recognition, 2015.

    Examples
    --------
    >>> Addition(0)(torch.tensor([[[1.0, 2.0]]]), earlier=torch.tensor([[[10.0, 20.0]]]))
    tensor([[[11., 22.]]])
    >>> from convlab import Conv2d, plan
    >>> plan([Conv2d(4, 4, 3, padding=1), Addition(of=0)], (4, 8, 8))
    [((4, 8, 8), 9216), ((4, 8, 8), 0)]
    """

    name: ClassVar[str] = "Addition"

    @property
    def short_name(self) -> str:
        """The layer in words: addition of output 2."""
        return f"addition of {self.where}"

    def output_size(self, input_size: Pair, earlier: Pair | None = None) -> Pair:
        """Rows and columns of both; for rows of numbers those that they come from, where one comes from any."""
        sizes = {input_size, earlier or input_size}
        if len(sizes) == 2 and (1, 1) not in sizes:
            rule, numbers = "must come from maps of the same size", f"{by(input_size)} and {by(earlier or ())}"
            raise ConvLabError("of", self.of, rule, numbers=numbers, advice="Put Flatten behind the addition.")
        return max(sizes)

    def output_shape(self, input_shape: Sequence[int], earlier: Sequence[int] | None = None) -> Shape:
        """Shape of both."""
        before, other = tuple(input_shape), _given(self, earlier)
        if before != other:
            rule, numbers = "must have the shape of what it is added to", f"{by(other)} and {by(before)}"
            advice = "Use a 1×1 convolution, or a stride, on the way of one of the two."
            raise ConvLabError("of", self.of, rule, numbers=numbers, advice=advice)
        return before

    def __call__(
        self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None, earlier: Tensor | None = None
    ) -> Tensor:
        return input + _checked(self, input, weight, bias, earlier)

    def written(self, *sources: str) -> str:
        return " + ".join(sources)


class Concatenation(Joining):
    """Put the channels of an earlier output in front of those of what came just before.

    Parameters
    ----------
    of : int
        Number of the earlier output: 0 is the picture, n what layer n of the row put out, counted from 1.

    Raises
    ------
    ConvLabError
        If the two differ in rows or columns, or are no two outputs.

    References
    ----------
    F. Iandola et al., SqueezeNet, 2016.

    Examples
    --------
    >>> Concatenation(0)(torch.tensor([[[1.0, 2.0]]]), earlier=torch.tensor([[[10.0, 20.0]]]))
    tensor([[[10., 20.]],
    <BLANKLINE>
            [[ 1.,  2.]]])
    """

    name: ClassVar[str] = "Concatenation"

    @property
    def short_name(self) -> str:
        """The layer in words: concatenation with output 2."""
        return f"concatenation with {self.where}"

    def output_shape(self, input_shape: Sequence[int], earlier: Sequence[int] | None = None) -> Shape:
        """The shape, with the channels of both."""
        before, other = tuple(input_shape), _given(self, earlier)
        check_shape(before, None)
        if (*before[:-3], *before[-2:]) != (*other[:-3], *other[-2:]):
            rule, numbers = "must have the rows and columns of what it is put beside", f"{by(other)} and {by(before)}"
            advice = "Use the same stride, and padding that keeps the size, on both ways."
            raise ConvLabError("of", self.of, rule, numbers=numbers, advice=advice)
        return (*before[:-3], other[-3] + before[-3], *before[-2:])

    def __call__(
        self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None, earlier: Tensor | None = None
    ) -> Tensor:
        return torch.cat([_checked(self, input, weight, bias, earlier), input], -3)

    def written(self, *sources: str) -> str:
        return f"torch.cat([{', '.join(reversed(sources))}], dim=-3)"


class Branch(Joining):
    """Go on from an earlier output; what came just before is left for an Addition or a Concatenation to come.

    Parameters
    ----------
    of : int
        Number of the earlier output: 0 is the picture, n what layer n of the row put out, counted from 1.

    Raises
    ------
    ConvLabError
        If there is no such output.

    Examples
    --------
    >>> from convlab import Conv2d, plan
    >>> halved = [Conv2d(3, 8, 3, stride=2, padding=1), Branch(of=0), Conv2d(3, 8, 1, stride=2), Addition(of=1)]
    >>> [shape for shape, _ in plan(halved, (3, 8, 8))]
    [(8, 4, 4), (3, 8, 8), (8, 4, 4), (8, 4, 4)]
    """

    name: ClassVar[str] = "Branch"

    @property
    def short_name(self) -> str:
        """The layer in words: branch from output 2."""
        return f"branch from {self.where}"

    def sources(self, number: int) -> tuple[int, ...]:
        return super().sources(number)[1:]

    def output_shape(self, input_shape: Sequence[int], earlier: Sequence[int] | None = None) -> Shape:
        return tuple(input_shape)

    def __call__(
        self, input: Tensor, weight: Tensor | None = None, bias: Tensor | None = None, earlier: Tensor | None = None
    ) -> Tensor:
        self.check_operands(input, weight, bias)
        return input

    def written(self, *sources: str) -> str:
        return sources[0]


def _checked(
    layer: Addition | Concatenation, input: Tensor, weight: Tensor | None, bias: Tensor | None, earlier: Tensor | None
) -> Tensor:
    """The earlier output, if the layer can read it beside its input, and is given no numbers of its own."""
    layer.check_operands(input, weight, bias)
    layer.output_shape(input.shape, None if earlier is None else earlier.shape)
    assert earlier is not None
    check_dtypes(input, earlier=earlier)
    return earlier


def _given(layer: Layer, earlier: Sequence[int] | None) -> Shape:
    """The shape of the earlier output, which has to be there."""
    if earlier is None:
        advice = "Put the layer in a row, or give it the earlier output."
        raise ConvLabError("earlier", None, f"must be given: {layer.name} reads two outputs", advice=advice)
    return tuple(earlier)

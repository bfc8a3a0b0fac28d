"""Kernels as planes of numbers and colours."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from convlab import rendering
from convlab.ui.components.maps import message
from convlab.ui.figures import brief


@dataclass(frozen=True, eq=False)
class Kernels:
    """A layer's kernels as they were defined, before the layer lays them out its own way.

    Attributes
    ----------
    weight : Tensor
        (kernels, channels of each, rows, columns).
    channels : sequence of str
        What the channels of each are called.
    labels : sequence of str
        What each kernel does, or none.
    reads : sequence of str
        What else is to be said of how each one reads, or none.
    edited : collection of int
        Those in which a number was written by hand: what they do is not said any more.
    """

    weight: Tensor
    channels: Sequence[str]
    labels: Sequence[str] = ()
    reads: Sequence[str] = ()
    edited: Sequence[int] = ()

    @property
    def empty(self) -> list[bool]:
        """Whether each kernel is nothing but zeros."""
        return [not bool(kernel.any()) for kernel in self.weight]


def kernel_cards(kernels: Kernels, dark: bool) -> list[message.Kernel]:
    """Every kernel, in colours of its own scale: one plane where it is the same for every channel that it reads."""
    cards: list[message.Kernel] = []
    for number, kernel in enumerate(kernels.weight):
        same = len(kernel) > 1 and bool((kernel == kernel[:1]).all())
        planes = kernel[:1] if same else kernel
        reads = [f"the same for all {len(kernel)} channels"] if same else []
        label = kernels.labels[number] if kernels.labels else ""
        limit = rendering.limit_of(kernel)
        cards.append(
            {
                "name": f"Kernel {number + 1}",
                "label": "edited" if number in kernels.edited else label,
                "reads": " · ".join([*reads, *filter(None, kernels.reads[number : number + 1])]),
                "planes": [_plane(plane, limit, dark) for plane in planes],
                "names": list(kernels.channels) if len(planes) > 1 else [""],
                "channel": -1 if len(planes) == 1 else 0,
            }
        )
    return cards


def _plane(plane: Tensor, limit: float, dark: bool) -> message.Plane:
    """One kernel plane: size, numbers as written, colours."""
    return {
        "rows": plane.shape[0],
        "columns": plane.shape[1],
        "values": [brief(value) for value in plane.flatten().tolist()],
        "colours": rendering.colours(plane, limit, dark),
    }

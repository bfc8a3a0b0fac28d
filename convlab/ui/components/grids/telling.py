"""Where the grids open: at a number that tells something, not in a corner of zeros."""

import torch
from torch import Tensor

from convlab.explanations import Explanations


def telling(every: Explanations, use: Tensor) -> tuple[int, int, int]:
    """The output number to begin with: channel, row and column.

    Parameters
    ----------
    every : Explanations
        Every number of the output.
    use : Tensor
        How often each cell is used, as `overlap` counts: for a transposed layer, of the output.

    Returns
    -------
    (int, int, int)
        In the first map, nearest the middle among those whose window lies wholly on numbers that aren't all zero; for
        a transposed layer, among those where most stamps overlap and bring more than zeros.

    Examples
    --------
    >>> from convlab import Conv2d, explain_all
    >>> image, conv = torch.zeros(1, 5, 5), Conv2d(1, 1, 2, bias=False)
    >>> image[0, 4, 4] = 1.0
    >>> telling(explain_all(conv, image, torch.ones(1, 1, 2, 2)), torch.ones(5, 5))
    (0, 3, 3)
    """
    read = every.channels(0)
    inputs = every.inputs[read.start : read.stop]
    some = (inputs.isfinite() & (inputs != 0)).any(-1).any(-1).any(0)
    merit = some * use if every.layer.stamps else 2 * some + every.inside.all(-1).all(-1)
    rows, columns = merit.shape
    down, across = (torch.arange(side) - (side - 1) / 2 for side in (rows, columns))
    distance = down[:, None] ** 2 + across**2
    place = int(distance.where(merit == merit.max(), torch.inf).argmin())
    return 0, *divmod(place, columns)

"""A place of a map where there is something to see."""

from torch import Tensor

from convlab.window import Pair

_EDGE = 10  # the outermost tenth of the rows and columns is left out
_STRONG = 0.1  # of the numbers


def telling_place(values: Tensor) -> Pair:
    """A strong number near the middle, a positive one where there is any.

    Parameters
    ----------
    values : Tensor
        (H, W): one map.

    Returns
    -------
    (int, int)
        Its row and column, away from the edges; the number is among the tenth of largest magnitude.

    Examples
    --------
    >>> values = torch.zeros(11, 11)
    >>> values[0, 0], values[3, 4], values[6, 5] = 9.0, 2.0, -3.0
    >>> telling_place(values)
    (3, 4)
    """
    height, width = values.shape
    down, across = height // _EDGE, width // _EDGE
    inner = values[down : height - down, across : width - across]
    size = inner.abs().flatten()
    least = float(size.kthvalue(max(1, int(len(size) * (1 - _STRONG)))).values)
    for strong in ((inner >= least) & (inner > 0), (inner <= -least) & (inner < 0), inner == 0):
        if bool(strong.any()):
            break
    rows, columns = strong.nonzero(as_tuple=True)
    middle = (rows - (inner.shape[0] - 1) / 2) ** 2 + (columns - (inner.shape[1] - 1) / 2) ** 2
    nearest = int(middle.argmin())
    return down + int(rows[nearest]), across + int(columns[nearest])

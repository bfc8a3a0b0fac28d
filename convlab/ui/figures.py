"""Numbers and names as every page writes them; `components/shared/numbers.js` says the same. No streamlit here."""

from collections.abc import Callable, Sequence
from math import floor, isfinite, isnan

from torch import Tensor

COLOUR_NAMES = ("red", "green", "blue")


def channel_names(channels: int) -> list[str]:
    """What a picture's channels are called."""
    return list(COLOUR_NAMES) if channels == 3 else ["grey"]


def short(value: float) -> str:
    """A number as a cell shows it, with a real minus sign, and ≈0 for what is nearly nothing.

    Parameters
    ----------
    value : float
        Any number, infinite ones included; NaN for one that is not to be known yet.

    Returns
    -------
    str
        No decimals from 100 on, one from 10 on, else two.

    Examples
    --------
    >>> short(-123.456), short(0.305), short(1e-7), short(float("-inf")), short(float("nan"))
    ('−123', '0.31', '≈0', '−∞', '?')
    """
    return "?" if isnan(value) else _written(value, lambda size: 0 if size >= 100 else 1 if size >= 10 else 2)


def exact(value: float) -> str:
    """A number as sums and totals show it.

    Parameters
    ----------
    value : float
        Any number, infinite ones included.

    Returns
    -------
    str
        One decimal from 1000 on, two from 10 on, else three.

    Examples
    --------
    >>> exact(-1234.56), exact(0.30000001), exact(1e-7)
    ('−1234.6', '0.3', '≈0')
    """
    return _written(value, _exact_decimals)


def brief(value: float) -> str:
    """A number of three digits, for weights and for ranges, which may be small.

    Parameters
    ----------
    value : float
        Any finite number.

    Returns
    -------
    str

    Examples
    --------
    >>> brief(-0.00125), brief(19.83), brief(12345.6)
    ('−0.00125', '19.8', '12,346')
    """
    return f"{value:.3g}".replace("-", "−") if abs(value) < 1000 else f"{value:,.0f}".replace("-", "−")


def ends(values: Tensor) -> str:
    """The smallest and the largest of some numbers: −0.7 to 0.1."""
    return f"{brief(float(values.min()))} to {brief(float(values.max()))}"


def tenths(value: float) -> str:
    """A distance or a ratio: one decimal at most.

    Parameters
    ----------
    value : float
        Any finite number.

    Returns
    -------
    str

    Examples
    --------
    >>> tenths(7.906), tenths(4.0), tenths(1234.56)
    ('7.9', '4', '1,234.6')
    """
    return f"{value:,.1f}".removesuffix(".0").replace("-", "−")


def adding_up(parts: Sequence[float], total: float) -> tuple[list[str], str]:
    """Numbers and their sum, so written that what is shown adds up as shown.

    All are rounded to the decimals of the largest. Where the rounded parts miss the rounded total, single units of the
    last place go to the parts whose rounding moved them furthest the other way (largest remainders).

    Parameters
    ----------
    parts : sequence of float
        What is added.
    total : float
        Their sum.

    Returns
    -------
    (list of str, str)

    Examples
    --------
    >>> adding_up([-0.0646, -0.0646, -0.0546], -0.1838)
    (['−0.065', '−0.065', '−0.054'], '−0.184')
    """
    if not all(map(isfinite, (*parts, total))):
        return [exact(part) for part in parts], exact(total)
    decimals = _exact_decimals(max(map(abs, (*parts, total))))
    scale = 10**decimals
    units, whole = [_rounded(part * scale) for part in parts], _rounded(total * scale)
    left = whole - sum(units)
    way = 1 if left > 0 else -1
    order = sorted(range(len(parts)), key=lambda index: (-way * (parts[index] * scale - units[index]), index))
    for turn in range(abs(left) if parts else 0):
        units[order[turn % len(order)]] += way
    return [_fixed(unit, decimals) for unit in units], _fixed(whole, decimals)


def bracketed(text: str) -> str:
    """A number within arithmetic: a negative one in brackets.

    Examples
    --------
    >>> bracketed("−2"), bracketed("2")
    ('(−2)', '2')
    """
    return f"({text})" if text.startswith("−") else text


def _exact_decimals(size: float) -> int:
    """How many decimals a sum of that size has."""
    return 1 if size >= 1000 else 2 if size >= 10 else 3


def _rounded(value: float) -> int:
    """The nearest whole number; halves away from zero, as the script rounds."""
    return floor(abs(value) + 0.5) * (-1 if value < 0 else 1)


def _fixed(units: int, decimals: int) -> str:
    """So many units of the last place, without zeros at the end."""
    digits = str(abs(units)).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}".rstrip("0").rstrip(".") if decimals else digits
    return ("−" if units < 0 else "") + text


def _written(value: float, decimals: Callable[[float], int]) -> str:
    """A number with so many decimals at most."""
    if not isfinite(value):
        return "−∞" if value < 0 else "∞"
    size = abs(value)
    places = decimals(size)
    text = _fixed(_rounded(size * 10**places), places)
    if text == "0":
        return "≈0" if size else "0"
    return ("−" if value < 0 else "") + text

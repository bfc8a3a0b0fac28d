"""The one error that ConvLab raises for anything a visitor or a caller can mend."""

from collections.abc import Mapping
from typing import Any


class ConvLabError(ValueError):
    """A refusal that names the parameter, the rule, the numbers and the way out.

    Parameters
    ----------
    parameter : str
        The parameter at fault, by PyTorch's name.
    value : object
        What was given for it.
    rule : str
        The rule, as it follows the name: "must be at least 1".
    numbers : str, optional
        The numbers that break the rule; by default the value that was given.
    advice : str, optional
        The way out, as one or more sentences.
    fix : mapping of str to object, optional
        The way out for a program: parameters and the values that mend them.

    Examples
    --------
    >>> raise ConvLabError("stride", 0, "must be at least 1", advice="Use stride 1.", fix={"stride": 1})
    Traceback (most recent call last):
    ...
    convlab.errors.ConvLabError: `stride` must be at least 1: got 0. Use stride 1.
    """

    def __init__(
        self,
        parameter: str,
        value: Any,
        rule: str,
        *,
        numbers: str = "",
        advice: str = "",
        fix: Mapping[str, Any] | None = None,
    ) -> None:
        self.parameter = parameter
        self.value = value
        self.rule = rule
        self.numbers = numbers or f"got {value!r}"
        self.advice = advice
        self.fix = dict(fix or {})
        super().__init__(f"`{parameter}` {rule}: {self.numbers}. {advice}".strip())

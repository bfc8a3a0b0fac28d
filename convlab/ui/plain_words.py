"""What an error says, in the words of a page's controls. No streamlit here."""

import re

from convlab.errors import ConvLabError
from convlab.ui.fields import settings_of
from convlab.ui.layer_settings import LayerSettings


class PlainError(ConvLabError):
    """An error that says the same without the names that a program has for things.

    Parameters
    ----------
    error : ConvLabError
        What it says again.
    kind : type
        The page's kind of settings.
    """

    def __init__(self, error: ConvLabError, kind: type[LayerSettings]) -> None:
        super().__init__(
            error.parameter, error.value, error.rule, numbers=error.numbers, advice=error.advice, fix=error.fix
        )
        self._text = plain(str(error), kind)

    def __str__(self) -> str:
        return self._text


def label_of(name: str, kind: type[LayerSettings]) -> str:
    """A setting's name as its control says it, within a sentence.

    Examples
    --------
    >>> label_of("padding_kind", LayerSettings), label_of("edits", LayerSettings)
    ('padding as', 'edits')
    """
    known = settings_of(kind).get(name)
    return known.label.lower() if known and known.label else name.replace("_", " ")


def plain(text: str, kind: type[LayerSettings]) -> str:
    """A message with the labels of the controls for the names of the settings.

    Examples
    --------
    >>> plain("`out_channels` must be at most 2. Use kernel_size 3.", LayerSettings)
    'Number of kernels must be at most 2. Use kernel size 3.'
    """
    said = re.sub(r"`(\w+)`|\b([a-z]+(?:_[a-z]+)+)\b", lambda found: label_of(found[1] or found[2], kind), text)
    return said[:1].upper() + said[1:]

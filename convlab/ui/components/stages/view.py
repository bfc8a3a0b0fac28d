"""A line of the table: numbers as they are written."""

from dataclasses import dataclass

from convlab.ui.components.stages import message


@dataclass(frozen=True)
class Line:
    """A layer in the table, the picture before all layers, or the totals below them.

    Attributes
    ----------
    number : str
        Its place: "3"; "" for the totals.
    title : str
        The layer in a word or two: "conv 5×5".
    about : str
        Its other settings: "stride 2, padding 1".
    shape : str
        Of its output: "4×231×176".
    parameters, macs : int, optional
        Left out where a layer was not reached; a 0 is drawn faintly.
    share : float, optional
        Of all multiply-adds, from 0 to 1, as a bar.
    field : str
        Rows and columns of the picture that one of its numbers can depend on: "5×5".
    step : str
        Pixels of the picture between neighbouring numbers: "2".
    key : str
        Makes it a line that can be chosen: what is sent then.
    pressed : bool
        Whether it is the chosen one.
    note : str
        Why the row breaks here.
    mend : str
        What the button says that mends it; "" for none.
    reached : bool
        Whether the picture gets as far.
    """

    number: str = ""
    title: str = ""
    about: str = ""
    shape: str = ""
    parameters: int | None = None
    macs: int | None = None
    share: float | None = None
    field: str = ""
    step: str = ""
    key: str = ""
    pressed: bool = False
    note: str = ""
    mend: str = ""
    reached: bool = True

    def told(self) -> message.Line:
        """The line as the script draws it.

        Examples
        --------
        >>> line = Line(macs=7225344, share=0.9951).told()
        >>> line["macs"], line["percent"], line["parameters"]
        ('7,225,344', '99.5%', '')
        """
        return {
            "number": self.number,
            "title": self.title,
            "about": self.about,
            "shape": self.shape,
            "parameters": _counted(self.parameters),
            "macs": _counted(self.macs),
            "share": -1.0 if self.share is None else self.share,
            "percent": "" if self.share is None else _percent(self.share),
            "field": self.field,
            "step": self.step,
            "key": self.key,
            "pressed": self.pressed,
            "note": self.note,
            "mend": self.mend,
            "reached": self.reached,
        }


def _counted(number: int | None) -> str:
    """A whole number with its thousands apart."""
    return "" if number is None else f"{number:,}"


def _percent(share: float) -> str:
    """A share: whole per cent, a decimal near both ends."""
    if 0 < share < 0.001 or 0.999 < share < 1:
        return "<0.1%" if share < 0.5 else ">99.9%"
    return f"{share:.1%}" if 0 < share < 0.1 or 0.99 < share < 1 else f"{share:.0%}"

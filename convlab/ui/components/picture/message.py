"""What the chooser of pictures is told. Its script knows the same types from message.d.ts."""

from typing import TypedDict


class PictureMessage(TypedDict):
    """How the visitor's own picture stands on the server."""

    session: str  # another one for every visit on the server
    heard: int  # the number of the last picture that came
    has: int  # the number of the last one that it could use
    error: str  # what is wrong with that one
    name: str  # of the own picture that is shown
    missing: str  # an own picture is asked for and the server has none: what to say where the tab has none either

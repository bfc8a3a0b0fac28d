"""The visitor's own picture, from wherever it comes: kept in memory for this visit alone."""

import base64
import gc
from dataclasses import replace
from typing import Any

from convlab.errors import ConvLabError
from convlab.images import open_guarded
from convlab.ui import session
from convlab.ui.components.picture import picture as row
from convlab.ui.edits import MOST_NUMBER
from convlab.ui.pictures import LEAST_SIDE, OWN, Picture, picture_of, sample_picture
from convlab.ui.session import Visit
from convlab.ui.way_out import in_words

_FIRST = "panda"
_MOST = 14_000_000  # characters; the script sends at most 10 MB, in base64
_SENDERS = (
    "This link was made with its sender's own picture, which only they have. "
    "Choose or drop yours; until then the panda is shown."
)
_NONE = "There is no picture of yours yet. Choose, drop or paste one."


def current(name: str) -> Picture:
    """The picture that a setting names; until the visitor's own one is there, the last sample."""
    visitor = session.visitor()
    if name == OWN:
        own: Picture | None = visitor.own.picture
        return own or sample_picture(visitor.sample or _FIRST)
    visitor.sample = name
    return sample_picture(name)


def chooser(visit: Visit[Any], prefix: str) -> None:
    """The row by which a picture comes in, where the task lets one; what is wrong with it stands right below.

    Parameters
    ----------
    visit : Visit
        A page that has the setting `picture`.
    prefix : str
        Stands in front of the key.
    """
    key, visitor = f"{prefix}own_picture", session.visitor()
    own, asked = visitor.own, visit.asked.picture == OWN
    if "picture" in visit.asked.left_out or ("picture" in visit.asked.locks and not asked):
        return
    row(
        key,
        {
            "session": visitor.token,
            "heard": own.heard,
            "has": own.number,
            "error": own.error,
            "name": own.picture.title if asked and own.picture else "",
            "missing": "" if own.picture or not asked else _NONE if visitor.sample else _SENDERS,
        },
        on_picture=lambda: take(visit, session.sent(key, "picture")),
        on_forget=lambda: forget(visit),
    )


def take(visit: Visit[Any], sent: Any) -> None:
    """A picture came: it is shown from now on; a bad one gets a sentence and leaves what is shown in place."""
    own = session.visitor().own
    if not isinstance(sent, dict) or type(sent.get("number")) is not int or sent["number"] <= own.heard:
        return
    text = sent.get("data")
    if not isinstance(text, str) or len(text) > _MOST:
        return
    own.heard = min(sent["number"], MOST_NUMBER)
    try:
        own.picture, own.error = _read(text, str(sent.get("name", ""))[:40]), ""
    except ConvLabError as error:
        own.error = in_words(error)
        return
    finally:
        gc.collect()  # what the one before held, and a bad one left behind
    own.number = own.heard
    if sent.get("kept") is not True:  # the tab had it already, and the visitor may have gone on to a sample
        visit.show(replace(visit.asked, picture=OWN))


def forget(visit: Visit[Any]) -> None:
    """Drop the own picture: the last sample shows."""
    visitor = session.visitor()
    visitor.own = session.OwnPicture(heard=visitor.own.heard)
    if visit.asked.picture == OWN:
        visit.show(replace(visit.asked, picture=visitor.sample or _FIRST))


def _read(text: str, name: str) -> Picture:
    """A file in base64 as a picture."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    pixels = open_guarded(data)
    if min(pixels.size) < LEAST_SIDE:
        numbers = f"this one is {pixels.height}×{pixels.width}"
        rule, advice = f"must be at least {LEAST_SIDE}×{LEAST_SIDE}", "Choose a larger one."
        raise ConvLabError("picture", pixels.size, rule, numbers=numbers, advice=advice)
    return picture_of(pixels, name, f"Your own picture, {name}.", "picture.png", own=True)

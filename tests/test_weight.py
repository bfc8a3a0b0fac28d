"""What a visitor takes of the server's memory: their picture, their settings, a file that was made."""

import io
import os
import pickle
from collections.abc import Mapping
from itertools import islice, product
from urllib.parse import parse_qsl

from conftest import send, switch
from PIL import Image
from test_own_picture import brought

from convlab.ui.address import to_address
from convlab.ui.fields import MAX_EDITS, Edit
from convlab.ui.playground.settings import PlaygroundSettings

MOST = 2_000_000  # bytes; the README says so


def weight_of(app):
    """The bytes that a visitor's session takes, written one after another; Pillow has four bytes for each pixel."""
    values = app.session_state._state._state.filtered_state
    state = {key: dict(value) if isinstance(value, Mapping) else value for key, value in values.items()}
    picture = state["visitor"].own.picture
    return len(pickle.dumps(state)) + (picture.pixels.width * picture.pixels.height if picture else 0)


def test_a_visitor_takes_no_more_than_is_said(app):
    edits = tuple(
        Edit(*place, value=0.123) for place in islice(product(range(4), range(3), range(11), range(11)), MAX_EDITS)
    )
    link = to_address(PlaygroundSettings(layers="two", kernel_size=(11, 11), edits=edits))
    for name, text in parse_qsl(link):
        app.query_params[name] = text
    app.run()
    new = weight_of(app)
    file = io.BytesIO()
    Image.frombytes("RGB", (900, 900), os.urandom(900 * 900 * 3)).save(
        file, "PNG"
    )  # noise: nothing is smaller than it is
    brought(app, file.getvalue(), "noise.png")
    for value in range(1, 7):
        app.slider(key="stride").set_value(value).run()
    app.session_state["animation"] = True
    switch(app, "step_by_step")
    for key, value in {"step_by_step_input_size": 16, "step_by_step_kernel_size": 11}.items():
        app.slider(key=key).set_value(value).run()
    app.button(key="make_animation").click().run()
    for page in ("there_and_back", "network", "playground"):
        switch(app, page)
    assert not app.exception
    full = weight_of(app)
    print(f"\na visitor takes {new:,} bytes at first, {full:,} with all that can be theirs; at most {MOST:,}")
    assert len(app.session_state["visitor"].visits) == 4
    assert 512 * 512 * 4 < full <= MOST
    send(app, "own_picture", "forget", 2)
    assert weight_of(app) < full - 1_000_000

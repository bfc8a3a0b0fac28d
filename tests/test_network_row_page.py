"""The network page's row of layers: its table, its maps, its controls, its text."""

from conftest import switch


def opened(app, **query):
    """The page, opened by a link."""
    for name, text in query.items():
        app.query_params[name] = text
    switch(app, "network")
    assert not app.exception
    return app


def test_opens(app):
    opened(app)
    print([m.value for m in app.markdown])

"""The step page without a browser: controls, messages, ways out."""

import pytest
import streamlit as st
from conftest import header_of, switch

from convlab.ui.steps import animation
from convlab.ui.steps.examples import EXAMPLES
from convlab.ui.steps.settings import StepSettings


def opened(app, **query):
    """The step page, opened by a link."""
    for name, text in query.items():
        app.query_params[name] = text
    switch(app, "step_by_step")
    assert not app.exception
    return app


def settings_of(app):
    """What the visitor has set."""
    return app.session_state["visitor"].visits[StepSettings].asked


def test_the_page_opens(app):
    opened(app)
    assert header_of(app)["output"]["shape"] == [1, 5, 5]
    assert "1×7×7 → 1×5×5" in " ".join(text.value for text in app.markdown)


def test_every_control_changes_the_settings(app):
    opened(app)
    app.slider(key="step_by_step_input_size").set_value(9).run()
    app.slider(key="step_by_step_in_channels").set_value(2).run()
    app.selectbox(key="step_by_step_input").set_value("ramp").run()
    app.selectbox(key="step_by_step_operation").set_value("transposed").run()
    app.slider(key="step_by_step_stride").set_value(2).run()
    app.slider(key="step_by_step_output_padding").set_value(1).run()
    assert not app.exception and not app.warning
    assert settings_of(app) == StepSettings(
        operation="transposed", stride=(2, 2), output_padding=(1, 1), input_size=(9, 9), in_channels=2, input="ramp"
    )
    assert header_of(app)["output"]["shape"] == [1, 20, 20]


@pytest.mark.parametrize("operation", ["max", "avg"])
def test_pooling_has_its_own_controls(app, operation):
    opened(app, operation=operation)
    keys = {slider.key for slider in app.slider}
    assert ("step_by_step_dilation" in keys) == (operation == "max")
    assert "step_by_step_bank" not in {box.key for box in app.selectbox}


@pytest.mark.parametrize(
    "query",
    [
        {"kernel_size": "9"},
        {"operation": "transposed", "output_padding": "1"},
        {"operation": "max", "padding": "3"},
        {"padding_kind": "same", "stride": "2"},
    ],
)
def test_a_refusal_has_a_button_that_mends_it(app, query):
    opened(app, **query)
    assert app.warning
    assert header_of(app)["output"]["shape"]  # what was good stays
    app.button(key="step_by_step_mend_page").click().run()
    assert not app.exception and not app.warning


def test_an_example_sets_everything(app):
    opened(app, stride="3")
    app.selectbox(key="step_by_step_example").set_value("odd_back").run()
    assert settings_of(app) == EXAMPLES["odd_back"].settings
    assert header_of(app)["output"]["shape"] == [1, 6, 6]
    assert len(header_of(app)["collapse"]) == 2


def test_reset_goes_back_to_the_first_grid(app):
    opened(app, stride="2", input="ramp")
    app.button(key="step_by_step_reset").click().run()
    assert settings_of(app) == StepSettings()


def test_rows_and_columns_are_set_apart(app):
    opened(app, kernel_size="3x2")
    app.slider(key="step_by_step_kernel_size_columns").set_value(1).run()
    assert settings_of(app).kernel_size == (3, 1)


@pytest.mark.parametrize(("name", "text"), [("at", "x"), ("cells", "1"), ("input_size", "99"), ("nothing", "1")])
def test_nonsense_in_a_link_leaves_the_page_as_it_is(app, name, text):
    opened(app, **{name: text})
    assert settings_of(app) == StepSettings()
    assert header_of(app)["output"]["shape"] == [1, 5, 5]


def test_a_link_with_nonsense_gets_a_quiet_word(app):
    opened(app, input_size="99", at="here")
    assert "link's input size, at made no sense" in app.info[0].value
    assert settings_of(app) == StepSettings()


def test_reset_and_examples_bring_back_single_sliders(app):
    opened(app, kernel_size="3x2", bank="random")
    assert "step_by_step_kernel_size" not in {slider.key for slider in app.slider}
    app.query_params.clear()
    switch(app, "playground")
    assert "kernel_size" in {slider.key for slider in app.slider}  # each page for itself
    switch(app, "step_by_step")
    assert "step_by_step_kernel_size" not in {slider.key for slider in app.slider}
    app.button(key="step_by_step_reset").click().run()
    assert "step_by_step_kernel_size" in {slider.key for slider in app.slider}


def test_an_example_is_known_whatever_place_is_pinned(app):
    opened(app, input_size="8", padding="1", at="0,1,1")
    assert app.selectbox(key="step_by_step_example").value == "same"


def test_an_animation_that_is_too_large_gets_a_sentence(app):
    opened(app, input_size="16", padding="10", kernel_size="11")
    app.session_state["animation"] = True
    app.run()
    app.button(key="make_animation").click().run()
    assert not app.exception
    assert "within 32 rows and columns" in " ".join(word.value for word in app.warning)
    assert settings_of(app).input_size == (16, 16)
    assert app.slider(key="step_by_step_input_size").value == 16


def test_an_animation_has_the_format_that_is_chosen(app):
    opened(app, input_size="3", kernel_size="2", bank="box")
    app.session_state["animation"] = True
    app.run()
    next(choice for choice in app.segmented_control if choice.label == "Format").set_value("webp").run()
    app.button(key="make_animation").click().run()
    assert not app.exception
    assert app.get("download_button")[0].proto.label == "Download the WEBP"
    assert app.session_state["visitor"].visits[StepSettings].made[1][8:12] == b"WEBP"


def test_an_animation_whose_run_was_overtaken_is_made_by_the_next(app, monkeypatch):
    opened(app, input_size="3", kernel_size="2", bank="box")
    app.session_state["animation"] = True
    app.run()
    with monkeypatch.context() as overtaken:
        overtaken.setattr(animation, "animate", lambda *_, **__: st.stop())
        app.button(key="make_animation").click().run()
    assert not app.get("download_button")
    app.run()
    assert app.get("download_button")[0].proto.label == "Download the GIF"
    assert not app.session_state["visitor"].visits[StepSettings].wanted


def test_the_padding_slider_works_for_pooling_whatever_a_convolution_had(app):
    opened(app, padding_kind="same", operation="max")
    assert not app.slider(key="step_by_step_padding").disabled


def test_the_way_out_names_what_changes_alone(app):
    opened(app, kernel_size="9", at="0,1,1")
    assert app.button(key="step_by_step_mend_page").label == "Set Kernel size to 7"


def test_the_way_out_says_what_the_control_says(app):
    opened(app, operation="transposed", padding_kind="same")
    assert app.button(key="step_by_step_mend_page").label == "Set Padding to Number"
    assert app.warning[0].value.startswith("Padding must be a number for a transposed convolution")
    assert "`" not in app.warning[0].value


def test_a_link_opens_its_view_and_reset_the_first(app):
    opened(app, view="matrix", stride="2")
    assert header_of(app)["view"] == "matrix"
    app.button(key="step_by_step_reset").click().run()
    assert header_of(app)["view"] == ""


@pytest.mark.parametrize("sent", ["matrix", "", "x", None, 3, ["matrix"]])
def test_only_a_view_is_kept(sent):
    from convlab.ui.session import Visit
    from convlab.ui.steps.page import _look

    visit = Visit(StepSettings(view="spread"), StepSettings())
    _look(visit, sent)
    assert visit.asked.view == (sent if sent in ("matrix", "") else "spread")


@pytest.mark.parametrize(
    "sent",
    [
        None, "undo", 3, [], [None], [{}], [{"number": True}], [{"number": 1.5, "what": "input"}], [{"number": 2**60}],
        [{"number": 5, "what": "input", "channel": 9, "row": 0, "column": 0, "value": "1"}],
        [{"number": 6, "what": "input", "channel": 0, "row": "x", "column": 0, "value": "1"}],
        [{"number": 7, "what": "weight", "kernel": -1, "channel": 0, "row": 0, "column": 0, "value": "1"}],
    ],
)  # fmt: skip
def test_the_page_survives_whatever_a_browser_sends(sent):
    from convlab.ui.edits import take_edits
    from convlab.ui.session import Visit
    from convlab.ui.steps.page import _write

    visit = Visit(StepSettings(), StepSettings())
    take_edits(visit, sent, _write)
    assert visit.asked == StepSettings()

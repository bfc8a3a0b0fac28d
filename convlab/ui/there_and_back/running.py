"""A run on the page: its buttons, how far it is, its curve."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from convlab.charts import loss_curve
from convlab.learning import Progress
from convlab.ui import session
from convlab.ui.jobs import ASK, RUNS, Run, Task
from convlab.ui.session import Visit
from convlab.ui.there_and_back.settings import BackSettings

STEPS = 300
Show = Callable[[Progress | None], None]
Explain = Callable[[Progress | None, Sequence[float]], None]

_RHYTHM = {"on": (ASK, 1.0), "paused": (10.0, None)}  # seconds between two drawings, of what is fast and what is slow
_CHANGED = "Something changed: it learns anew."
_WAITS = "Two others are learning; yours begins when one ends."


def running(visit: Visit[BackSettings], task: Task, show: Show, explain: Explain) -> None:
    """The buttons of a run, what it has learnt, as it learns, and what is to be said of it.

    Parameters
    ----------
    visit : Visit
        The page's.
    task : Task
        What the settings ask to be learnt.
    show : callable
        Draws what was learnt so far, None before the start, several times a second.
    explain : callable
        Draws the same and the losses in another way, once a second: a curve takes a browser long.
    """
    run = _current(task)
    state = run.state if run else ""
    often, seldom = _RHYTHM.get(state, (None, None))
    st.fragment(_follow, run_every=often)(visit, visit.asked, task, state, show)
    st.fragment(_explain, run_every=seldom)(task, explain)


def curve(losses: Sequence[float], limit: float = 0.0) -> None:
    """The losses so far, and the line that no run can beat."""
    figure = loss_curve(losses, STEPS, limit)
    st.plotly_chart(figure, key="there_and_back_loss", height=170, config={"displayModeBar": False})


def _follow(visit: Visit[BackSettings], asked: BackSettings, task: Task, state: str, show: Show) -> None:
    """Ask the run how far it is, and draw it; the browser calls this alone again and again while there is a run."""
    run = _current(task)
    if run:
        RUNS.ask(run)
    if visit.asked != asked or (run.state if run else "") != state:
        st.rerun()  # the page has another rhythm now
    with st.container(horizontal=True, vertical_alignment="center", key="there_and_back_run"):
        _buttons(task, run)
        st.progress(run.step / run.task.steps if run else 0.0, _told(run))
    show(run.progress if run else None)


def _explain(task: Task, explain: Explain) -> None:
    """Draw what is to be said of the run now."""
    run = _current(task)
    explain(run.progress if run else None, tuple(run.losses) if run else ())


def _current(task: Task) -> Run | None:
    """The visitor's run, if it is of this task; one of other settings of the same part begins anew."""
    owner, token = session.browser(), session.visitor().token
    run = RUNS.of(owner)
    if run is None or run.task.part != task.part:
        return None
    if run.task.what == task.what:
        run.tab = token  # the page may have been loaded anew
        return run
    return RUNS.begin(owner, task, token, _CHANGED) if run.state == "on" and run.tab == token else None


def _buttons(task: Task, run: Run | None) -> None:
    """Start, or what can be done with a run; always two, in their places."""
    act: Callable[..., None]
    if run and run.state == "on":
        label, icon, act = "Pause", "pause", partial(RUNS.pause, run)
    elif run and run.state == "paused":
        label, icon, act = "Go on", "play_arrow", partial(RUNS.go_on, run)
    else:
        act = partial(_begin, task)
        label, icon = ("Start again", "replay") if run else ("Start", "play_arrow")
    st.button(label, key="there_and_back_go", on_click=act, icon=f":material/{icon}:")
    stop, over = partial(RUNS.stop, run) if run else None, not run or run.state == "ended"
    st.button("Stop", key="there_and_back_stop", on_click=stop, icon=":material/stop:", disabled=over)


def _begin(task: Task) -> None:
    """The visitor's run of this task, instead of any other."""
    RUNS.begin(session.browser(), task, session.visitor().token)


def _told(run: Run | None) -> str:
    """How far it is, in words."""
    if not run:
        return f"{STEPS} steps"
    if run.waits:
        return _WAITS
    place = f"Step {run.step} of {run.task.steps}"
    said = {"on": f"{run.left:.0f} s left", "paused": "paused"}.get(run.state, "")
    return " · ".join(filter(None, (place, said, run.word)))

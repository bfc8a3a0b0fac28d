"""The core without a page: `trace` against bare calls of torch."""

import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from servers import ROOT
from table import Row, judged

RUNS = 400


def rows() -> Iterator[Row]:
    """Rows for one thread and for two."""
    yield Row(f"The core: trace of the two-layer demo against bare torch, medians of {RUNS}")
    for threads in (1, 2):
        bare, added, with_model = _measured(threads)
        name = f"{threads} thread{'s' * (threads > 1)}"
        figure = f"{bare:.3f} ms + {1000 * added:.0f} µs"
        yield judged(name, figure, 100 * added / bare, "≤ 5 %", f"{added / bare:+.1%}")
        figure = f"{bare:.3f} ms + {1000 * with_model:.0f} µs"
        yield judged(f"{name}, the model made anew each time", figure, 0, ratio=f"{with_model / bare:+.1%}")


def _measured(threads: int) -> tuple[float, float, float]:
    """Milliseconds of the two-layer demo in bare torch calls, and what `trace` adds, without and with its model."""
    sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]
    import torch
    import torch.nn.functional as F

    import convlab
    from convlab.network import two_layers

    torch.set_num_threads(threads)
    image = convlab.load_image(convlab.SAMPLES["panda"].path)
    model = two_layers()
    weights = [step.weight for step in model if step.weight is not None]

    def bare() -> None:
        stages, maps = [], image
        with torch.inference_mode():
            for weight in weights:
                before = F.conv2d(maps, weight)
                after = F.relu(before)
                maps = F.max_pool2d(after, 2)
                stages += [before, after, maps]

    times = _in_turn([bare, lambda: convlab.trace(model, image), lambda: convlab.trace(two_layers(), image)])
    added = [statistics.median(b - a for a, b in zip(times[0], other, strict=True)) for other in times[1:]]
    return statistics.median(times[0]), added[0], added[1]


def _in_turn(works: list[Callable[[], object]]) -> list[list[float]]:
    """Milliseconds of pieces of work, run in turn and in changing order, the collector off."""
    times: list[list[float]] = [[] for _ in works]
    gc.collect()
    gc.disable()
    for run in range(-20, RUNS):
        for index in sorted(range(len(works)), reverse=run % 2 == 1):
            start = time.perf_counter()
            works[index]()
            if run >= 0:
                times[index].append(1000 * (time.perf_counter() - start))
    gc.enable()
    return times

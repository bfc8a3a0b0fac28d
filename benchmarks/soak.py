"""Does memory stay what it is? Some wander over all pages for half an hour, and the server's memory is watched.

`python benchmarks/soak.py --seconds 1800`. Each opens a page with settings of its own, moves its sliders, writes cells,
brings a photo now and then, closes the tab or shuts the lid, and opens the next one. Prints the memory each minute, and
the last minute's as a share of the one after five.
"""

import argparse
import asyncio
import random
import sys
import time
from pathlib import Path

from classroom import MOST_SECONDS, at_most, spread
from player import Tab, Tally, photo
from servers import ROOT, started
from table import Row, printed

MOST_WANDERERS = 40
PAGES = (
    "",
    "?layers=two",
    "?bank=gabor&out_channels=8",
    "step_by_step",
    "step_by_step?operation=transposed",
    "there_and_back",
    "there_and_back?part=larger",
    "network",
    "network?part=cost",
    "network?part=sees",
    "network?part=relu",
    "network?part=shrink",
    "lessons",
    "lessons?lesson=stride&step=2",
    "lessons?lesson=negatives",
    "teach",
)


async def wander(drawn: random.Random, address: str, tally: Tally, end: float) -> None:
    """One page after another."""
    while time.monotonic() < end:
        page = drawn.choice(PAGES)
        tab, begun = Tab(address + page, tally), time.monotonic()
        try:
            await tab.open(new=False)
            tally.times["opening"].append(1000 * (time.monotonic() - begun))
            for _ in range(drawn.randrange(6)):
                await asyncio.sleep(drawn.uniform(0, 1))
                begun = time.monotonic()
                await _act(tab, drawn, page)
                tally.times["a change"].append(1000 * (time.monotonic() - begun))
            if drawn.random() < 0.5:
                tab.vanish()
            else:
                await tab.close()
        except Exception as error:
            tally.errors[f"{type(error).__name__}: {error}"] += 1
            await asyncio.sleep(1)


async def _act(tab: Tab, drawn: random.Random, page: str) -> None:
    """Move a slider, or bring a photo, or write into a kernel."""
    has_maps = not page.partition("?")[0]
    if has_maps and drawn.random() < 0.3:
        place = {"kernel": 0, "channel": 0, "row": drawn.randrange(3), "column": drawn.randrange(3)}
        cell = {**place, "value": f"{drawn.uniform(-2, 2):.4f}"}
        await tab.event("maps", "edit", lambda number: [{**cell, "number": number}])
    elif has_maps and drawn.random() < 0.2:
        sent = {"name": "photo.jpg", "data": photo(drawn), "kept": False}
        await tab.event("own_picture", "picture", lambda number: {**sent, "number": number})
    elif tab.sliders:
        key = drawn.choice(list(tab.sliders))
        low, high = map(int, tab.sliders[key])
        await tab.slide(key, drawn.randint(low, high))


def memory(pid: int) -> int:
    """What a process takes now, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmRSS")).split()[1])


async def soak(address: str, pid: int, wanderers: int, seconds: float) -> tuple[Tally, list[int]]:
    """All of them; and the memory at the end of every minute."""
    tally, begun, told = Tally(), time.monotonic(), []
    drawn = [random.Random(number) for number in range(wanderers)]
    wandering = [asyncio.create_task(wander(each, address, tally, begun + seconds)) for each in drawn]
    for minute in range(1, int(seconds // 60) + 1):
        await asyncio.sleep(begun + 60 * minute - time.monotonic())
        told.append(memory(pid))
        words = f"{len(tally.times['opening'])} pages, {tally.errors.total()} errors"
        print(f"{minute:3d} min: {told[-1] / 1e6:.0f} MB, {words}", file=sys.stderr)
    await asyncio.gather(*wandering)
    return tally, told


def main() -> None:
    """Wander, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wanderers", type=at_most(MOST_WANDERERS), default=10)
    parser.add_argument("--seconds", type=at_most(MOST_SECONDS), default=MOST_SECONDS)
    given = parser.parse_args()
    with started(ROOT / "app.py", ROOT) as (address, process):
        tally, told = asyncio.run(soak(address, process.pid, given.wanderers, given.seconds))
    table = [Row(f"{given.wanderers} wanderers, {given.seconds} s")]
    table += [Row(f"  {what}", spread(times)) for what, times in tally.times.items()]
    table.append(Row("  errors", str(tally.errors.total())))
    table += [Row(f"    {error[:60]}", str(times)) for error, times in tally.errors.most_common(5)]
    after = {minute: f"{told[minute - 1] / 1e6:.0f} MB" for minute in (1, 5, 15, len(told)) if minute <= len(told)}
    table.append(Row("  memory", ", ".join(f"{size} after {minute} min" for minute, size in after.items())))
    if len(told) >= 5:
        table.append(Row("  at the end against five minutes", f"{told[-1] / told[4]:.3f}", "≤ 1.1"))
    print(printed(table))


if __name__ == "__main__":
    main()

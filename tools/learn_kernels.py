"""Learn 16 colour kernels of 7×7 from the sample photographs: what they are made of, independently of each other.

Run ``python tools/learn_kernels.py [sheet.png]`` to rewrite ``convlab/learned.json``: a minute on one core, the same
numbers each time. The sheet shows the kernels, each above the Gabor kernel that fits it.

Patches of the photographs, at full and at half size, are seen through a soft round window. Independent component
analysis finds the patterns whose amounts in a patch depend least on each other, 48 of them (a sparse auto-encoder
looks for the same patterns, and takes longer). Those that a Gabor kernel explains, that lie in the middle and are not
too fine are kept, and of these the 16 that are least alike, the most different ones first.
"""

import colorsys
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from math import pi
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from scipy.optimize import least_squares
from torch import Tensor

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from convlab import SAMPLES, load_image  # noqa: E402
from convlab.learned import SIDE, Gabor, Learned  # noqa: E402

PHOTOGRAPHS = ("astronaut", "cat", "coffee", "photographer")
PATCHES = 9_000  # of each picture
PATTERNS, KEPT = 48, 16
SOFT = 2.0  # standard deviation of the window, in cells
EXPLAINED = 0.8  # least share of a pattern that its Gabor kernel explains
OFF_MIDDLE = 1.6  # cells that its middle may lie off the kernel's
FINEST = 0.3  # most waves a cell: finer ones follow the grid of the pixels, and the camera's noise
HUES = ("red", "orange", "yellow", "green", "green", "green", "turquoise", "blue", "blue", "violet", "pink", "pink")


def patches(generator: torch.Generator) -> Tensor:
    """Patches with some contrast, (patches, 147), through the window, without their mean."""
    cells = torch.arange(SIDE) - SIDE // 2
    window = torch.exp(-(cells[:, None] ** 2 + cells**2) / (2 * SOFT**2)).flatten().repeat(3)
    found = []
    for name in PHOTOGRAPHS:
        picture = load_image(SAMPLES[name].path)[None]
        for half in (1, 2):
            all_of_it = F.unfold(F.avg_pool2d(picture, half), SIDE)[0].T
            found.append(all_of_it[torch.randperm(len(all_of_it), generator=generator)[:PATCHES]])
    cut = torch.cat(found)
    cut = (cut - (cut * window).sum(1, keepdim=True) / window.sum()) * window
    contrast = cut.norm(dim=1, keepdim=True)
    kept = contrast[:, 0] > contrast.quantile(0.3)
    return cut[kept] / (contrast[kept] + contrast.median())


def independent(cut: Tensor, generator: torch.Generator, steps: int = 120) -> Tensor:
    """Patterns (PATTERNS, 3, 7, 7) whose amounts are as independent as can be: FastICA, all at once, with tanh.

    References
    ----------
    A. Hyvärinen, Fast and robust fixed-point algorithms for independent component analysis, 1999.
    """
    cut = cut - cut.mean(0)
    variance, axes = torch.linalg.eigh(cut.T @ cut / len(cut))
    variance, axes = variance[-PATTERNS:], axes[:, -PATTERNS:]
    white = cut @ axes / variance.sqrt()
    turn = torch.linalg.qr(torch.randn(PATTERNS, PATTERNS, generator=generator))[0]
    for _ in range(steps):
        squashed = (white @ turn.T).tanh()
        turn = squashed.T @ white / len(white) - (1 - squashed**2).mean(0)[:, None] * turn
        left, _, right = torch.linalg.svd(turn)
        turn = left @ right
    return ((turn * variance.sqrt()) @ axes.T).reshape(-1, 3, SIDE, SIDE)


def scaled(pattern: Tensor) -> Tensor:
    """Sum zero, largest number 1 or -1, three decimals."""
    pattern = pattern - pattern.mean()
    return (pattern / pattern.abs().max() * 1000).round() / 1000


def fitted(pattern: Tensor) -> Gabor:
    """The Gabor kernel nearest to a pattern, from several starts."""
    starts = ((angle, wave, phase) for angle in range(4) for wave in (0.05, 0.2) for phase in (0.0, pi / 2))
    low, high = (-1, -1, 0.6, 0.6, -np.inf, 0, -np.inf), (SIDE, SIDE, 6, 6, np.inf, 0.5, np.inf)
    ran = [
        least_squares(
            lambda found: (pattern - coloured(found, pattern).kernel()).flatten().numpy(),
            (3, 3, 1.5, 1.5, angle * pi / 4, wave, phase),
            bounds=(low, high),
            max_nfev=60,
        )
        for angle, wave, phase in starts
    ]
    best = coloured(min(ran, key=lambda one: one.cost).x, pattern)
    values = {name: round(value, 4) for name, value in asdict(best).items() if name != "colour"}
    return Gabor(**values, colour=tuple(round(part, 4) for part in best.colour))


def coloured(found: Sequence[float], pattern: Tensor) -> Gabor:
    """A Gabor kernel in the colour that fits best."""
    plain = Gabor(*map(float, found))
    wave = plain.kernel()[0]
    amounts = (pattern * wave).sum((1, 2)) / wave.square().sum().clamp(min=1e-9)
    return replace(plain, colour=tuple(amounts.tolist()))


def good(one: Learned) -> bool:
    """Whether it is like its Gabor kernel, lies in the middle and is not too fine."""
    gabor = one.gabor
    off = max(abs(gabor.row - SIDE // 2), abs(gabor.column - SIDE // 2))
    return one.explained >= EXPLAINED and off <= OFF_MIDDLE and gabor.frequency <= FINEST


def different(found: Sequence[Learned]) -> list[Learned]:
    """The kept ones, the most different first: however they are shifted, none is like another or its negative."""
    units = torch.stack([one.weight / one.weight.norm() for one in found])
    alike = F.conv2d(units, units, padding=3).abs().amax((2, 3))
    chosen = [int(torch.tensor([one.explained for one in found]).argmax())]
    while len(chosen) < KEPT:
        nearest = alike[chosen].amax(0)
        chosen.append(int(nearest.argmin()))
    return [found[one] for one in chosen]


def label(one: Learned) -> str:
    """What it answers to: an edge, a line or a spot, in colour or not."""
    gabor, wave = one.gabor, replace(one.gabor, colour=(1, 1, 1)).kernel()[0]
    colour = torch.tensor(gabor.colour)
    tints = colour - colour.mean()
    angle = f"at {round(one.line / 5) * 5 % 180}°"
    spot = wave.sum().abs() > 0.6 * wave.abs().sum()
    odd = abs(np.sin(gabor.phase)) > abs(np.cos(gabor.phase))
    shape = "spot" if spot else f"{'edge' if odd else 'line'} {angle}"
    if tints.norm() < 0.4 * colour.norm():
        return shape
    sign = 1 if wave.sum() >= 0 else -1
    names = " and ".join(hue(sign * side * tints) for side in (1, -1))
    return f"{names} {shape}"


def hue(tints: Tensor) -> str:
    """The name of a colour, brightness aside."""
    red, green, blue = (0.5 + tints / tints.abs().max() / 2).tolist()
    return HUES[round(colorsys.rgb_to_hsv(red, green, blue)[0] * 12) % 12]


def sheet(found: Sequence[Learned], path: str) -> None:
    """The kernels, each above its Gabor kernel."""
    rows = []
    for start in range(0, len(found), 8):
        for side in ("weight", "gabor"):
            shown = [one.weight if side == "weight" else one.gabor.kernel() for one in found[start : start + 8]]
            large = [F.interpolate(each[None] / 2 + 0.5, scale_factor=12)[0] for each in shown]
            rows.append(torch.cat([F.pad(each, (3, 3, 3, 3), value=1) for each in large], 2))
    pixels = (torch.cat(rows, 1).clamp(0, 1) * 255).byte().permute(1, 2, 0).numpy()
    Image.fromarray(pixels).save(path)


def main() -> None:
    """Learn, choose, write."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(0)
    patterns = [scaled(pattern) for pattern in independent(patches(generator), generator)]
    found = [Learned("", pattern, fitted(pattern)) for pattern in patterns]
    found = different([one for one in found if good(one)])
    found = [replace(one, label=label(one)) for one in found]
    kernels = [
        {"label": one.label, "gabor": asdict(one.gabor), "weight": np.round(one.weight.double().numpy(), 3).tolist()}
        for one in found
    ]
    credit = "; ".join(f"{SAMPLES[name].title}: {SAMPLES[name].credit}" for name in PHOTOGRAPHS)
    told = {"made_by": "tools/learn_kernels.py", "from": credit, "kernels": kernels}
    (ROOT / "convlab" / "learned.json").write_text(json.dumps(told, ensure_ascii=False) + "\n", "utf-8")
    for one in found:
        print(f"{one.explained:.2f} {one.label}")
    for path in sys.argv[1:]:
        sheet(found, path)


if __name__ == "__main__":
    main()

"""Every operation once more, in loops that can be read: slow, plain, and independent of torch."""

from itertools import product
from math import ceil

import numpy as np

NUMPY_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def both(value):
    """An int or a pair as a pair."""
    return value if isinstance(value, tuple) else (value, value)


def pad(image, ring, mode="zeros"):
    """The image (C, H, W) with `ring` = ((above, below), (left, right)) cells around it."""
    return np.pad(image, ((0, 0), *ring), mode=NUMPY_MODES[mode])


def conv2d(image, weight, bias=None, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """Each output number is the sum of the products under the kernel."""
    (sh, sw), (dh, dw) = both(stride), both(dilation)
    out_channels, depth, kh, kw = weight.shape
    image = pad(image, ring_of(padding, (dh * (kh - 1), dw * (kw - 1))), padding_mode)
    rows = (image.shape[1] - dh * (kh - 1) - 1) // sh + 1
    columns = (image.shape[2] - dw * (kw - 1) - 1) // sw + 1
    output = np.zeros((out_channels, rows, columns))
    for o, r, c in product(range(out_channels), range(rows), range(columns)):
        first = o // (out_channels // groups) * depth  # the first input channel of this kernel's group
        total = 0 if bias is None else bias[o]
        for i, m, n in product(range(depth), range(kh), range(kw)):
            total += weight[o, i, m, n] * image[first + i, r * sh + m * dh, c * sw + n * dw]
        output[o, r, c] = total
    return output


def ring_of(padding, reach):
    """Padding as ((above, below), (left, right)); `reach` is the dilated size less one."""
    if padding == "same":
        return [(side // 2, side - side // 2) for side in reach]
    return [(0, 0), (0, 0)] if padding == "valid" else [(side, side) for side in both(padding)]


def conv_transpose2d(image, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1):
    """Each input number stamps the kernel onto the output; padding crops the edge of the sheet afterwards."""
    (sh, sw), (ph, pw), (oh, ow), (dh, dw) = map(both, (stride, padding, output_padding, dilation))
    in_channels, depth, kh, kw = weight.shape
    rows = (image.shape[1] - 1) * sh + dh * (kh - 1) + 1
    columns = (image.shape[2] - 1) * sw + dw * (kw - 1) + 1
    sheet = np.zeros((groups * depth, rows + oh, columns + ow))
    for i, r, c in product(*map(range, image.shape)):
        first = i // (in_channels // groups) * depth
        for o, m, n in product(range(depth), range(kh), range(kw)):
            sheet[first + o, r * sh + m * dh, c * sw + n * dw] += image[i, r, c] * weight[i, o, m, n]
    output = sheet[:, ph : rows + oh - ph, pw : columns + ow - pw]
    return output if bias is None else output + bias[:, None, None]


def max_pool(image, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False):
    """The largest number of each window; minus infinity where a window holds padding alone."""
    return _pool(image, kernel_size, stride, padding, dilation, ceil_mode, lambda cells, _: max(cells, default=-np.inf))


def avg_pool(image, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """The mean of each window."""

    def mean(cells, covered):
        return sum(cells) / (covered if count_include_pad else len(cells))

    return _pool(image, kernel_size, stride, padding, 1, ceil_mode, mean)


def _pool(image, kernel_size, stride, padding, dilation, ceil_mode, keep):
    """keep(cells of the image, cells of the image and its padding) for each window."""
    size, steps, ring, gaps = both(kernel_size), both(stride or kernel_size), both(padding), both(dilation)
    channels, *sides = image.shape
    outputs = [_windows(*along, ceil_mode) for along in zip(sides, size, steps, ring, gaps, strict=True)]
    output = np.zeros((channels, *outputs))
    for channel, r, c in product(range(channels), *map(range, outputs)):
        rows, columns = (
            [place * steps[axis] - ring[axis] + cell * gaps[axis] for cell in range(size[axis])]
            for axis, place in ((0, r), (1, c))
        )
        cells = [image[channel, y, x] for y in rows for x in columns if 0 <= y < sides[0] and 0 <= x < sides[1]]
        inside = [
            [cell < side + edge for cell in line] for line, side, edge in zip((rows, columns), sides, ring, strict=True)
        ]
        output[channel, r, c] = keep(cells, sum(inside[0]) * sum(inside[1]))
    return output


def _windows(side, kernel, stride, padding, dilation, ceil_mode):
    """Windows along one axis; one that would start in the padding at the end is left out."""
    room = (side + 2 * padding - dilation * (kernel - 1) - 1) / stride
    count = (ceil(room) if ceil_mode else int(room // 1)) + 1
    return count - 1 if ceil_mode and (count - 1) * stride >= side + padding else count

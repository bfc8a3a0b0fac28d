"""torchvision, imported so that it also loads beside a torch build that its compiled operators don't match.

Everything that needs torchvision imports it from here.
"""

import torch

try:
    from torchvision.transforms import functional
except RuntimeError as error:
    if "torchvision::" not in str(error):
        raise
    # The compiled library is absent; its Python part only needs these two operators to be declared.
    _declared = torch.library.Library("torchvision", "FRAGMENT")
    _declared.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.define(
        "qnms(Tensor dets, Tensor scores, float iou_threshold, float quantized_scale, int quantized_zero_point)"
        " -> Tensor"
    )
    from torchvision.transforms import functional

from torchvision import models
from torchvision.utils import make_grid

__all__ = ["functional", "make_grid", "models"]

"""A recogniser of a few kilobytes with an alphabet of its own, which reads stripes of grey."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from subextract.types import Box, Clip

WIDE = 32  # px of a stripe; a recogniser answers for each 8 px


def tiny_recogniser(path: Path, alphabet: Sequence[str]) -> Path:
    """Write a recogniser that reads a stripe of the n-th level of grey as the n-th letter, and black as none.

    It answers as PP-OCR's do: (N, columns, 1 + letters + a space), one column for 8 px, and names its alphabet.
    """
    count = len(alphabet) + 2
    levels = np.array([levels_of(alphabet)], np.float32) / 127.5 - 1
    held = [
        numpy_helper.from_array(levels.reshape(1, 1, count), "levels"),
        numpy_helper.from_array(np.array(-4000, np.float32), "sharp"),
        numpy_helper.from_array(np.array([1], np.int64), "axis"),
        numpy_helper.from_array(np.array([0, -1, 1], np.int64), "shape"),
    ]
    nodes = [
        helper.make_node("ReduceMean", ["x", "axis"], ["grey"], keepdims=1),
        helper.make_node("AveragePool", ["grey"], ["pooled"], kernel_shape=[48, 8], strides=[48, 8]),
        helper.make_node("Reshape", ["pooled", "shape"], ["columns"]),
        helper.make_node("Sub", ["columns", "levels"], ["apart"]),
        helper.make_node("Mul", ["apart", "apart"], ["squared"]),
        helper.make_node("Mul", ["squared", "sharp"], ["odds"]),
        helper.make_node("Softmax", ["odds"], ["y"], axis=2),
    ]
    seen = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 48, "width"])
    told = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, "columns", count])
    graph = helper.make_graph(nodes, "tiny", [seen], [told], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    helper.set_model_props(model, {"character": "\n".join(alphabet)})
    onnx.save(model, str(path))
    return path


def levels_of(alphabet: Sequence[str]) -> list[float]:
    """The levels of grey of nothing, of each letter, and of a space."""
    return [255 * number / (len(alphabet) + 1) for number in range(len(alphabet) + 2)]


def striped(text: str, alphabet: Sequence[str]) -> Clip:
    """The clip of a line that such a recogniser reads as ``text``."""
    levels = levels_of(alphabet)
    stripes = [part for letter in text for part in (0, levels[1 + alphabet.index(letter)])]
    row = np.repeat(np.array([*stripes, 0], np.float32), WIDE)
    grey = np.tile(row, (48, 1)).round().astype(np.uint8)
    image = cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB)
    return Clip(0, 1000, np.asarray(image, np.uint8), Box(0, 0, len(row), 48), (Box(0, 0, len(row), 48),))

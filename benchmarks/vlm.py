"""How fast does HunyuanOCR's architecture read lines here: ``python -m benchmarks.vlm [--batches 1,8] [--dtype fp32]``.

Random weights in the true configuration (so nothing is said about quality), real sizes of lines, 24 new tokens each, by
the code that serves real weights. First the floor is printed: what the arithmetic and the bytes alone must take on this
machine, whose speed in both is measured. Then one row per batch; ``--static`` adds rows with a cache of fixed size, for
which transformers compiles the decoder on a GPU. Peak memory of a CPU is that of the process: one ``--dtype`` per run.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from transformers import HunYuanVLConfig, HunYuanVLForConditionalGeneration

from benchmarks.__main__ import MAXRSS_UNIT, MEBIBYTE
from fixtures.checkpoints import SPECIAL, SUBTITLES, processor
from subextract.ocr.vlm.checkpoint import Copy, batches
from subextract.ocr.vlm.loading import Source, devices, number_pictures_by_row, precision, quantised
from subextract.ocr.vlm.profiles import HUNYUAN
from subextract.ocr.vlm.protocol import Question

TOKENS = 24
LINES = ((58, 420), (64, 640), (72, 900), (96, 1280), (60, 960), (84, 700), (120, 1152), (66, 310))  # px, 720p to 4K
COLUMNS = ("batch", "cache", "clips/s", "s/clip", "CPU s/clip", "times the floor", "peak MB")

# config.json of tencent/HunyuanOCR 1.0, in the flat form in which it was published.
TRUE_CONFIGURATION: dict[str, Any] = {
    "hidden_size": 1024,
    "num_hidden_layers": 24,
    "num_attention_heads": 16,
    "num_key_value_heads": 8,
    "attention_head_dim": 128,
    "intermediate_size": 3584,
    "vocab_size": 120818,
    "tie_word_embeddings": True,
    "rope_theta": 10000.0,
    "max_position_embeddings": 32768,
    "eod_token_id": 120020,
    "pad_id": 120002,
    "rope_scaling": {"type": "xdrope", "alpha": 1000.0, "factor": 1.0, "xdrope_section": [16, 16, 16, 16]},
    "vision_config": {
        "hidden_size": 1152,
        "num_hidden_layers": 27,
        "num_attention_heads": 16,
        "intermediate_size": 4304,
        "out_hidden_size": 1024,
        "max_image_size": 2048,
        "patch_size": 16,
        "spatial_merge_size": 2,
    },
}
VISION, LANGUAGE = 457.2e6 - 18.9e6, 539.0e6  # weights that each patch and each token meets (no table of positions)
HEAD = 123.7e6  # of which those that make the chances; prefill needs them for the last token alone


class Machine(NamedTuple):
    """What a device can do in a second: floating point operations and bytes of memory."""

    operations: float
    bytes: float


@dataclass(frozen=True, slots=True)
class Load:
    """What reading a line takes: patches, tokens of the prompt."""

    patches: float
    prompt: float

    def floor(self, machine: Machine, batch: int, width: int) -> float:
        """Seconds per line at least; ``width`` is the bytes of a weight, each of which costs two operations."""
        vision = self._phase(machine, 2 * VISION * self.patches * batch, VISION * width)
        prefill = self._phase(machine, 2 * (LANGUAGE - HEAD) * self.prompt * batch, (LANGUAGE - HEAD) * width)
        cache = 24 * 2 * 8 * 128 * width * (self.prompt + TOKENS / 2) * batch  # keys and values of all layers
        step = self._phase(machine, 2 * LANGUAGE * batch, LANGUAGE * width + cache)
        return (vision + prefill + TOKENS * step) / batch

    @staticmethod
    def _phase(machine: Machine, operations: float, size: float) -> float:
        return max(operations / machine.operations, size / machine.bytes)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the floor and then the rows."""
    parser = argparse.ArgumentParser("python -m benchmarks.vlm", description=__doc__)
    parser.add_argument("--batches", default="1,8")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--min-pixels", type=int, help="for pictures as they are: 1024")
    parser.add_argument("--static", action="store_true")
    options = parser.parse_args(arguments)
    if options.threads:
        torch.set_num_threads(options.threads)
    device = devices(torch, options.device)[0]
    dtype = precision(torch, options.dtype, device)
    source = Source("random weights", device=device, dtype=dtype, min_pixels=options.min_pixels)
    parts = random_parts(dtype)
    load = load_of(Copy(parts, source, HUNYUAN, device))
    machine, width = measured(device, dtype), {"float32": 4, "int8": 1}.get(dtype, 2)
    sizes = [int(size) for size in options.batches.split(",")]
    print(f"{name_of(device)}, {dtype}: {machine.operations / 1e9:.0f} GFLOP/s, {machine.bytes / 1e9:.1f} GB/s")
    print(f"a line: {load.patches:.0f} patches, {load.prompt:.0f} tokens of prompt, {TOKENS} new ones")
    print("floor: " + ", ".join(f"{load.floor(machine, size, width):.4f} s/clip at {size}" for size in sizes))
    print(f"| {' | '.join(COLUMNS)} |\n|{' ---: |' * len(COLUMNS)}", flush=True)
    for static in (False, True) if options.static else (False,):
        copy = Copy(parts, source_with(source, static), HUNYUAN, device)
        for size in sizes:
            print(row(copy, size, load.floor(machine, size, width), static), flush=True)


def source_with(source: Source, static: bool) -> Source:
    return Source(source.model, None, source.device, source.dtype, source.min_pixels, static)


def random_parts(dtype: str) -> tuple[Any, Any]:
    """A processor with a tokenizer of bytes, and a model of the true size that knows its tokens."""
    words = processor()
    words.image_processor.size = {"shortest_edge": 512 * 512, "longest_edge": 2048 * 2048}
    numbers = {each: words.tokenizer.convert_tokens_to_ids(token) for each, token in SPECIAL.items()}
    config = HunYuanVLConfig(
        **TRUE_CONFIGURATION, image_token_id=numbers["image_token"], im_start_id=numbers["image_start_token"]
    )
    torch.manual_seed(1)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32 if dtype == "int8" else getattr(torch, dtype))
    model = HunYuanVLForConditionalGeneration(config).eval()
    torch.set_default_dtype(before)
    model.generation_config.eos_token_id = None  # random weights shall not end before the last token
    number_pictures_by_row(torch, model)
    return words, quantised(torch, model) if dtype == "int8" else model


def questions(count: int) -> list[Question]:
    random = np.random.default_rng(1)
    sizes = [LINES[index % len(LINES)] for index in range(count)]
    return [Question(random.integers(0, 255, (*size, 3), dtype=np.uint8), SUBTITLES, TOKENS) for size in sizes]


def load_of(copy: Copy) -> Load:
    given = copy._given(questions(len(LINES))).tensors
    return Load(len(given["pixel_values"]) / len(LINES), float(given["attention_mask"].sum()) / len(LINES))


def measured(device: str, dtype: str) -> Machine:
    """How fast the device multiplies two matrices, and reads memory; the best of a few tries."""
    kind = torch.float32 if dtype == "int8" else getattr(torch, dtype)
    side = 8192 if device.startswith("cuda") else 1536
    square = torch.randn(side, side, device=device).to(kind)
    vector = torch.zeros((1 << 30 if device.startswith("cuda") else 1 << 28) // 4, device=device)
    multiplied = min(seconds(device, lambda: square @ square) for _ in range(5))
    read = min(seconds(device, lambda: vector.sum()) for _ in range(5))
    return Machine(2 * side**3 / multiplied, vector.numel() * 4 / read)


def seconds(device: str, work: Any) -> float:
    wait(device)
    start = time.perf_counter()
    work()
    wait(device)
    return time.perf_counter() - start


def wait(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)


def row(copy: Copy, batch: int, floor: float, static: bool) -> str:
    """One line of the table, after a run to warm up on a GPU."""
    asked = questions(batch)
    if copy.device.startswith("cuda"):
        copy.answers(asked)
        torch.cuda.reset_peak_memory_stats(copy.device)
    cpu = time.process_time()
    spent = seconds(
        copy.device, lambda: [copy.answers([asked[index] for index in some]) for some in batches(asked, batch)]
    )
    cpu = time.process_time() - cpu
    cells = [
        str(batch),
        "static" if static else "growing",
        f"{batch / spent:.3f}",
        f"{spent / batch:.3f}",
        f"{cpu / batch:.2f}",
        f"{spent / batch / floor:.1f}",
        f"{peak(copy.device):.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def peak(device: str) -> float:
    """Mebibytes at most: of the GPU, or of the whole process."""
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated(device) / MEBIBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT / MEBIBYTE


def name_of(device: str) -> str:
    if device.startswith("cuda"):
        return torch.cuda.get_device_name(device)
    return f"{torch.cpu.get_capabilities().get('cpu_name', 'CPU')}, {torch.get_num_threads()} threads"


if __name__ == "__main__":
    main()

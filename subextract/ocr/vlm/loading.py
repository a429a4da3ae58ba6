"""Where a checkpoint lies, on which devices it runs, and with which numbers."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from subextract.distribution import installing
from subextract.errors import EngineError, UsageError
from subextract.ocr.vlm.profiles import Profile, profile
from subextract.options import VlmOptions

if TYPE_CHECKING:
    import torch

log = logging.getLogger(__name__)

INSTALL = f"run: {installing('hunyuan')}"
OTHER_MODELS = ("v1.0/*", "dflash/*")  # folders of tencent/HunyuanOCR that hold models of their own
PRECISIONS = {
    "fp32": "float32",
    "float32": "float32",
    "bf16": "bfloat16",
    "bfloat16": "bfloat16",
    "fp16": "float16",
    "float16": "float16",
    "int8": "int8",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a checkpoint comes from (a folder or a name on the hub, with its revision) and how it is to run."""

    model: str
    revision: str | None = None
    device: str = "auto"
    dtype: str = "auto"
    min_pixels: int | None = None
    static_cache: bool = False
    """Of fixed size, which lets transformers compile the decoder on a GPU."""
    flag: str = "--model"
    """By which the model was named."""


def source_of(asked: VlmOptions) -> tuple[Source, Profile]:
    """The model to load, and how to ask it: HunyuanOCR, its revision pinned, unless another one is named."""
    found = profile(asked.profile, _family(asked.model))
    model = asked.model or found.model
    if model is None:
        raise UsageError("The profile names no model; add --model with a folder or a name on the hub.")
    revision = asked.revision or (found.revision if model == found.model else None)
    return Source(model, revision, asked.device, asked.dtype, asked.min_pixels), found


def _family(model: str | None) -> str | None:
    """The name by which a model's profile is known: for a folder its own, with the type in its configuration."""
    if model is None or not Path(model).expanduser().is_dir():
        return model
    folder = Path(model).expanduser().resolve()
    return f"{folder.name} {_kind(folder)}"


def _kind(folder: Path) -> str:
    """The architecture by the name that the checkpoint gives it."""
    try:
        return str(json.loads((folder / "config.json").read_text("utf-8"))["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"The folder {folder} holds no checkpoint ({error}); name one with a config.json.") from error


def loaded(source: Source, dtype: str) -> tuple[Any, Any]:
    """Processor and model; EngineError where there is no such checkpoint, or it is broken."""
    transformers = library("transformers")
    torch = library("torch")
    folder = folder_of(source)
    _refuse_unknown(source, folder)
    transformers.utils.logging.disable_progress_bar()
    numbers = getattr(torch, "float32" if dtype == "int8" else dtype)
    try:
        processor = _processor(transformers, folder)
        model = transformers.AutoModelForImageTextToText.from_pretrained(
            folder, dtype=numbers, attn_implementation="sdpa"
        )
    except Exception as error:  # files that others wrote can be wrong in any way
        if "torchvision" in str(error) and find_spec("torchvision") is None:
            raise EngineError(
                f"{source.model} needs torchvision for its pictures; install the one that fits your torch (pip install "
                "torchvision), or let a server answer with it (--engine server)."
            ) from error
        message = f"The checkpoint of {source.model} cannot be loaded ({first_line(error)}); copy or fetch it again."
        raise EngineError(message) from error
    if getattr(model.config, "model_type", "") == "hunyuan_vl":
        number_pictures_by_row(torch, model)
    return processor, quantised(torch, model) if dtype == "int8" else model


def _processor(transformers: Any, folder: Path) -> Any:
    """The processor that makes tensors of pictures and words. It has no part for videos, which needs torchvision."""
    config = transformers.AutoConfig.from_pretrained(folder)
    known = import_module("transformers.models.auto.processing_auto").PROCESSOR_MAPPING
    kind: Any = known.get(type(config), None) or _named_processor(transformers, folder)
    if "video_processor" not in getattr(kind, "get_attributes", list)():
        return transformers.AutoProcessor.from_pretrained(folder, backend="pil")

    class OfPictures(kind):  # type: ignore[misc]
        def __init__(self, image_processor: Any = None, tokenizer: Any = None, chat_template: Any = None) -> None:
            super().__init__(image_processor, tokenizer, None, chat_template=chat_template)

    return OfPictures.from_pretrained(folder, backend="pil")


def _named_processor(transformers: Any, folder: Path) -> Any:
    """The class that the files of a checkpoint name for a kind that has none of its own (GLM-OCR takes GLM-4.6V's)."""
    for file in ("processor_config.json", "preprocessor_config.json", "tokenizer_config.json"):
        try:
            name = json.loads((folder / file).read_text("utf-8")).get("processor_class")
        except (OSError, ValueError, AttributeError):
            continue
        if name and isinstance(getattr(transformers, name, None), type):
            return getattr(transformers, name)
    return transformers.AutoProcessor


def _refuse_unknown(source: Source, folder: Path) -> None:
    """EngineError for a kind of model that transformers has no class for: code that comes with weights is not run."""
    known = import_module("transformers.models.auto.modeling_auto").MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES
    kind = _kind(folder)
    if kind not in known:
        raise EngineError(
            f"{source.model} is a model of the kind {kind!r}, for which transformers has no code of its own that "
            "answers with text to pictures; let a server answer with it (--engine server), or name another --model."
        )


def folder_of(source: Source) -> Path:
    """The checkpoint's folder, fetched from the hub where it is not a local one."""
    local = Path(source.model).expanduser()
    if local.is_dir():
        return local
    if local.is_absolute() or source.model.startswith(".") or source.model.count("/") != 1:
        raise EngineError(f"The folder {source.model} does not exist; give {source.flag} the folder of a checkpoint.")
    hub = library("huggingface_hub")
    wanted = {"revision": source.revision, "ignore_patterns": list(OTHER_MODELS)}
    try:
        return Path(hub.snapshot_download(source.model, local_files_only=True, **wanted))
    except OSError:
        if not hub.constants.HF_HUB_OFFLINE:
            log.warning("Fetching %s from the hub; this takes minutes, once.", source.model)
    try:
        _refuse_unknown(source, Path(hub.snapshot_download(source.model, allow_patterns=["config.json"], **wanted)))
        return Path(hub.snapshot_download(source.model, **wanted))
    except (OSError, ValueError) as error:  # what the hub's client raises are kinds of these
        reason = f"({first_line(error)}); check its name and the network"
        if hub.constants.HF_HUB_OFFLINE:
            reason = "and HF_HUB_OFFLINE forbids to fetch it; fetch it once without that variable"
        message = (
            f"The model {source.model} is not on this machine {reason}, or give {source.flag} the folder of a "
            "checkpoint."
        )
        raise EngineError(message) from error


def first_line(error: BaseException) -> str:
    """The first line of an error, to be put into a sentence."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".:")


def number_pictures_by_row(torch: Any, model: Any) -> None:
    """Let the pictures of each row of a batch count from zero, as in a batch of one.

    transformers 5.23 counts them through the whole batch (HunYuanVLModel.get_rope_index), so that a line's reading
    depends on its row. To be dropped when tests/ocr/vlm/test_checkpoint.py finds that upstream counts by row.
    """
    stock: Callable[..., tuple[torch.Tensor, torch.Tensor]] = model.model.get_rope_index

    def by_row(input_ids: Any, mm_token_type_ids: Any, image_grid_thw: Any = None, attention_mask: Any = None) -> Any:
        if image_grid_thw is None or len(image_grid_thw) != len(input_ids):
            return stock(input_ids, mm_token_type_ids, image_grid_thw, attention_mask)
        rows = [slice(row, row + 1) for row in range(len(input_ids))]
        masks = [None if attention_mask is None else attention_mask[row] for row in rows]
        found = [
            stock(input_ids[row], mm_token_type_ids[row], image_grid_thw[row], mask)
            for row, mask in zip(rows, masks, strict=True)
        ]
        return torch.cat([places for places, _ in found], dim=1), torch.cat([deltas for _, deltas in found])

    model.model.get_rope_index = by_row


def quantised(torch: Any, model: Any) -> Any:
    """The model with the linear layers in whole numbers, which halves the time on a CPU; quality not known."""
    model.lm_head.weight = torch.nn.Parameter(model.lm_head.weight.detach().clone())  # the embedding stays as it is
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated in favour of a package that would be one more to install
        return torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)


def devices(torch: Any, wanted: str) -> list[str]:
    """The devices that are meant: all GPUs for ``auto`` and ``cuda``, else what is named; EngineError where absent."""
    gpus = [f"cuda:{number}" for number in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    has_mps = torch.backends.mps.is_available()
    if wanted == "auto":
        return gpus or (["mps"] if has_mps else ["cpu"])
    if wanted == "cuda" and gpus:
        return gpus
    if wanted in (*gpus, "cpu") or (wanted == "mps" and has_mps):
        return [wanted]
    here = ", ".join([*gpus, *(["mps"] if has_mps else []), "cpu"])
    raise EngineError(f"There is no device {wanted!r} here, only {here}; leave --device out to take the best one.")


def precision(torch: Any, wanted: str, device: str) -> str:
    """The name of the number format: as wanted, or the fastest that the device computes with."""
    if wanted in PRECISIONS:
        if wanted == "int8" and device != "cpu":
            raise EngineError("--dtype int8 is for CPUs; leave it out on a GPU.")
        return PRECISIONS[wanted]
    if wanted != "auto":
        raise EngineError(f"There is no --dtype {wanted!r}; write auto, {', '.join(PRECISIONS)}.")
    if device.startswith("cuda"):
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    if device == "mps":
        return "float16"
    # Without units for it, bf16 is 4 to 6 times slower than fp32 on a CPU: docs/log.md 2026-11-24.
    able = torch.cpu.get_capabilities()
    return "bfloat16" if able.get("amx_bf16") or able.get("avx512_bf16") else "float32"


def library(name: str) -> Any:
    """A library of the extra, by its name; EngineError where it is not installed."""
    try:
        return import_module(name)
    except ImportError as error:
        raise EngineError(f"The engine needs {name}, which cannot be loaded ({error}); {INSTALL}.") from error

"""How the models in RapidOCR's wheel are opened."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from subextract.concurrency.liveness import alive
from subextract.errors import EngineError

DETECTOR, RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
HINT = "run: pip install --force-reinstall rapidocr onnxruntime"


def session(model: str, threads: int | None = None) -> Any:
    """An onnxruntime session for one of the bundled models, whose idle threads sleep.

    onnxruntime's pool spins while it waits, which costs the decoder the cores that it could use meanwhile. RapidOCR
    itself is never imported: it reads a table of a thousand downloads first. EngineError where something is missing.
    """
    return opened(_folder() / model, threads)


def opened(path: Path, threads: int | None = None) -> Any:
    """The same for the file of any model."""
    if not path.is_file():
        raise EngineError(f"the model {path} is missing; {HINT}")
    try:
        import onnxruntime  # type: ignore[import-untyped]
    except ImportError as error:
        raise EngineError(f"onnxruntime cannot be loaded ({error}); {HINT}") from error
    alive()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = threads or min(4, os.cpu_count() or 1)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    made = onnxruntime.InferenceSession(str(path), sess_options=options, providers=["CPUExecutionProvider"])
    alive()
    return made


def _folder() -> Path:
    found = find_spec("rapidocr")
    if found is None or not found.origin:
        raise EngineError(f"RapidOCR is not installed; {HINT}")
    return Path(found.origin).parent / "models"


def symbols(recogniser: Any) -> list[str]:
    """The symbol of each column of the recogniser's answer: nothing, its alphabet, a space."""
    return ["", *recogniser.get_modelmeta().custom_metadata_map["character"].splitlines(), " "]

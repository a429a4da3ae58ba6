"""How a review begins: a sidecar for a subtitle file that was not extracted here, and the data of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from subextract import soft
from subextract.output.naming import review_of
from subextract.review.entries import entry_of
from subextract.review.keeping import about, set_aside
from subextract.review.naming import part_of
from subextract.review.saving import changed_results
from subextract.review.sidecar import Sidecar
from subextract.types import Video

OF_THE_VIDEO = ("width", "height", "duration", "frame_rate", "pixel_aspect")
DOUBTFUL_CUE = 0.9  # score under which the summary of a run calls a cue one of low confidence


def begun(subtitles: Path, video: Video | None) -> Path:
    """Make a sidecar of a subtitle file, which is its one result; InputError and UsageError as ``load`` has them."""
    script, cues = soft.loaded(subtitles)
    path = review_of(subtitles)
    results: Sequence[tuple[Path, str, str | None]] = [(subtitles, subtitles.suffix[1:].lower(), None)]
    with Sidecar(part_of(path), fresh=True) as sidecar:
        sidecar.put(entry_of(cue, number) for number, cue in enumerate(cues, 1))
        known = about(path, video or Video("", 0, 0), results, {})
        written_as = asdict(script) | {"metadata": {}} if script else None
        sidecar.note(**known | {"video": known["video"] if video else None, "written_as": written_as})
    set_aside(path)
    part_of(path).replace(path)
    return path


def document(sidecar: Sidecar) -> dict[str, Any]:
    """All data that the page of a review gets at once: no pictures."""
    video = sidecar.fact("video")
    results = sidecar.fact("results", [])
    return {
        "name": Path(video["path"]).name if video else sidecar.path.stem,
        "video": video and {name: video[name] for name in OF_THE_VIDEO},
        "results": [{"name": Path(result["path"]).name, "format": result["format"]} for result in results],
        "changed": [path.name for path in changed_results(sidecar)],
        "keep": bool(sidecar.fact("keep")),
        "doubtful": DOUBTFUL_CUE,
        "made": sidecar.fact("made", 0),
        "cues": sidecar.entries(),
        "state": sidecar.state(),
    }

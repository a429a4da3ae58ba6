"""Whether a checkpoint that truly reads, tiny as it is, extracts a video by the code that serves the large one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from subextract import Options, extract
from subextract.formats import by_name

FIXTURES = Path(__file__).parent.parent / "fixtures"
CHECKPOINT = FIXTURES / "reading-checkpoint"
TRUTH = (FIXTURES / "capitals.gt.srt").read_text("utf-8")


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize(("engine", "misread"), [("hunyuan", 1), ("cascade", 0)])
def test_the_tiny_checkpoint_extracts_a_video_and_the_second_reader_tells_what_it_misreads(
    engine: str, misread: int
) -> None:
    """It learned to read lines with certain margins, and of one word in this video it may lose the last letter."""
    options = Options(engine=engine, model=str(CHECKPOINT), device="cpu", dtype="fp32")
    cues = extract(FIXTURES / "capitals.mp4", options)
    assert by_name("srt").dumps([replace(cue, text=cue.rival or cue.text) for cue in cues]) == TRUTH
    assert sum(cue.rival is not None for cue in cues) <= misread
    assert all(cue.score is not None and 0.7 < cue.score <= 1 for cue in cues)

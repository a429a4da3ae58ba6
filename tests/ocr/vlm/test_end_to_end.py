"""Whether a checkpoint that truly reads, tiny as it is, extracts a video by the code that serves the large one."""

from __future__ import annotations

import pytest

from subextract import Options, extract
from subextract.formats import by_name
from tests.helpers.files import FIXTURES

CHECKPOINT = FIXTURES / "reading-checkpoint"
TRUTH = (FIXTURES / "capitals.gt.srt").read_text("utf-8")


pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("engine", ["hunyuan", "cascade"])
def test_the_tiny_checkpoint_extracts_a_video_to_the_letter_and_to_the_frame(engine: str) -> None:
    options = Options(engine=engine, model=str(CHECKPOINT), device="cpu", dtype="fp32")
    cues = extract(FIXTURES / "capitals.mp4", options)
    assert by_name("srt").dumps(cues) == TRUTH
    assert [cue.alternative for cue in cues] == [None] * len(cues)
    assert all(cue.score is not None and 0.7 < cue.score <= 1 for cue in cues)

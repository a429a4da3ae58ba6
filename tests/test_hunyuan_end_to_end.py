"""Whether a checkpoint that truly reads, tiny as it is, extracts a video by the code that serves the large one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from subextract import Options, extract
from subextract.formats import by_name

FIXTURES = Path(__file__).parent.parent / "fixtures"
CHECKPOINT = FIXTURES / "reading-checkpoint"
TRUTH = (FIXTURES / "capitals.gt.srt").read_text("utf-8")


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> Iterator[None]:
    """A model this small is slower on several threads, and much slower where others use them, too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("engine", ["hunyuan", "cascade"])
def test_the_tiny_checkpoint_extracts_a_video_to_the_letter_and_to_the_frame(engine: str) -> None:
    options = Options(engine=engine, model=str(CHECKPOINT), device="cpu", dtype="fp32")
    cues = extract(FIXTURES / "capitals.mp4", options)
    assert by_name("srt").dumps(cues) == TRUTH
    assert [cue.rival for cue in cues] == [None] * len(cues)
    assert all(cue.score is not None and 0.7 < cue.score <= 1 for cue in cues)

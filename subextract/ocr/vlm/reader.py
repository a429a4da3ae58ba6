"""How a vision-language model reads the lines of clips without inventing any.

Only boxes in which the detector saw text are shown to it, line by line, so that it cannot join lines. A second reader
sees the same boxes: what cannot be right is asked again on a larger crop, else the second reader's text is kept.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import cv2
import numpy as np

from subextract.ocr.protocols import Reader
from subextract.ocr.vlm.answers import fits, line_of, loops, max_tokens
from subextract.ocr.vlm.profiles import Profile
from subextract.ocr.vlm.protocol import Answer, Model, Question
from subextract.types import Box, Clip, Image, Line

log = logging.getLogger(__name__)

ENLARGED_BY = 0.5  # of its height, by which a box is enlarged for the second question
DOUBT = 0.3  # of the score that is lost where a sure second reader saw something else altogether
KEPT_SCORE = 0.7  # of the second reader's score where the model cannot be right: less than confident
SLIMMEST = 50  # longer side over shorter one, beyond which image processors refuse pictures (200 for Qwen's rule)


@dataclass(frozen=True, slots=True)
class Task:
    """A line to read, and what the second reader saw there."""

    clip: Clip
    box: Box
    seen: Line


class VlmReader:
    """Reads lines with a model, checked by a second reader.

    ``compare`` says whether the second reader knows the script, so that its text counts against the model's.
    """

    def __init__(self, model: Model, profile: Profile, second: Reader, *, compare: bool = True) -> None:
        self._model, self._profile, self._second, self._compare = model, profile, second, compare
        self.batch = model.batch

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        """The lines of each clip in the order of its boxes; boxes are those of the video. Raises EngineError."""
        return self.again(clips, self._second.read(clips))

    def again(self, clips: Sequence[Clip], seen: Sequence[Sequence[Line]]) -> list[list[Line]]:
        """The same, given what the second reader saw."""
        pairs = zip(clips, seen, strict=True)
        tasks = [Task(clip, box, line) for clip, lines in pairs for box, line in zip(clip.lines, lines, strict=True)]
        first = self._lines(tasks, around=0)
        doubtful = [task for task, line in zip(tasks, first, strict=True) if line is None]
        second = iter(self._lines(doubtful, ENLARGED_BY))
        done = (line or next(second) or self._kept(task.seen) for task, line in zip(tasks, first, strict=True))
        return [[next(done) for _ in clip.lines] for clip in clips]

    def close(self) -> None:
        """Let go of the model and the second reader."""
        self._model.close()
        self._second.close()

    def _lines(self, tasks: Sequence[Task], around: float) -> list[Line | None]:
        """A line for each task, None where the answer cannot be right."""
        questions = [
            Question(picture_of(task.clip, task.box, around), self._profile.reading, max_tokens(task.box))
            for task in tasks
        ]
        answers = self._model.answers(questions) if questions else []
        return [self._line(task, answer) for task, answer in zip(tasks, answers, strict=True)]

    def _line(self, task: Task, answer: Answer) -> Line | None:
        text = line_of(answer.text, task.seen.text, tags=self._profile.html)
        if not text or not answer.ended or not fits(text, task.box):
            log.info("The model's answer %r cannot be the line %r.", answer.text[:80], task.seen.text)
            return None
        if self._compare and loops(text, task.seen.text):
            log.info("The model repeats itself: %r for the line %r.", answer.text[:80], task.seen.text)
            return None
        return self._compared(replace(task.seen, text=text, score=answer.score), task.seen)

    def _kept(self, seen: Line) -> Line:
        """The second reader's line, where the model had no answer that can be right."""
        return replace(seen, score=seen.score and KEPT_SCORE * seen.score) if self._compare else Line("", seen.box)

    def _compared(self, line: Line, seen: Line) -> Line:
        """The line, less sure by how much the second reader saw something else, and how sure that one is."""
        if not self._compare or not seen.text or line.text == seen.text:
            return line
        unlike = 1 - SequenceMatcher(None, _plain(line.text), _plain(seen.text), autojunk=False).ratio()
        score = line.score and line.score * (1 - DOUBT * unlike * (seen.score or 0.0))
        return replace(line, score=score, alternative=seen.text if unlike else None)


def _plain(text: str) -> str:
    """Letters and digits alone: readers differ in spaces and the shape of quotes without meaning anything by it."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def picture_of(clip: Clip, box: Box, around: float) -> Image:
    """The picture of a line, with so much of its height around it, as far as the clip's picture goes."""
    margin = round(around * min(box.width, box.height))
    height, width = clip.image.shape[:2]
    place = box.padded(margin, margin, width, height)
    return not_too_slim(np.ascontiguousarray(clip.image[place.top : place.bottom, place.left : place.right]))


def not_too_slim(picture: Image) -> Image:
    """The picture, continued at its edges where it is slimmer than image processors accept."""
    height, width = picture.shape[:2]
    rows = max(0, -(-width // SLIMMEST) - height)
    columns = max(0, -(-height // SLIMMEST) - width)
    if not rows and not columns:
        return picture
    edges = (rows // 2, rows - rows // 2, columns // 2, columns - columns // 2)
    return np.asarray(cv2.copyMakeBorder(picture, *edges, cv2.BORDER_REPLICATE), dtype=np.uint8)

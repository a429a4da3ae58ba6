"""Reads a single picture, or a moment of a video, by the tasks that models know beside subtitles."""

from __future__ import annotations

import json
import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np

from subextract import ocr
from subextract.errors import EngineError, InputError, UsageError
from subextract.media import frames
from subextract.ocr.vlm.profiles import TASKS
from subextract.ocr.vlm.protocol import Question
from subextract.ocr.vlm.reader import not_too_slim
from subextract.ocr.vlm.spotting import spotted, without_places
from subextract.options import Options, parse_time
from subextract.types import Box, Clip, Image, Line

log = logging.getLogger(__name__)

PAGE_TOKENS = 4096  # a page of small print has 2,000; a model that loops goes on to the limit
DETECTED_AT = 960  # px of the longer side; letters of 12 to 40 px are found best
SIDE_ROOM = 0.4  # of its height, by which a box is made wider: detectors leave out a dash or a stop at its ends
FOR_READERS = ("text", "subtitles", "spotting")  # tasks for which a detector and a reader of lines are enough
NEEDS_TEXT = (*FOR_READERS, "translate")  # tasks for which models invent something where there is no text
WITH_VALUE = {"fields": "as in fields=date,total", "translate": "as in translate=en"}

_FENCED = re.compile(r"^\s*```[\w-]*[ \t]*\n(?P<inside>.*?)\n?\s*```\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """The reading of a picture: as text, and as lines or as a JSON value where the task gives them."""

    picture: str
    task: str
    text: str
    lines: tuple[Line, ...] = ()
    value: Any = None
    score: float | None = None


class PictureReader:
    """Does one task with one picture after the other; ``task`` is one of TASKS, some with ``=`` and a value.

    Raises UsageError where the engine does not know the task, EngineError where it cannot run.
    """

    def __init__(self, task: str, options: Options) -> None:
        self.task, self._value = parse_task(task)
        threads = options.threads or None
        self._detector = ocr.detector(threads=threads)
        self._reader = self._model = None
        if options.engine in ocr.VLM_ENGINES:
            self._model, self._profile = ocr.answering(options.engine, options.asked, threads=threads)
            self._prompt = self._profile.prompt(self.task, fields=self._value, language=self._value)
        elif self.task in FOR_READERS:
            self._reader = ocr.reader(options.engine, language=options.language, threads=threads)
        else:
            raise UsageError(
                f"The engine {options.engine!r} reads lines and knows no task {self.task!r}; "
                f"add --engine with one of {', '.join(ocr.VLM_ENGINES)}."
            )

    def read(self, source: str) -> Said:
        """Read the picture in a file, or at ``VIDEO@TIME``."""
        picture = not_too_slim(picture_at(source))
        boxes = self._boxes(picture) if self.task in NEEDS_TEXT else []
        if self.task in NEEDS_TEXT and not boxes:
            log.info("%s shows no text.", source)
            return Said(source, self.task, "")
        return self._asked(source, picture) if self._model else self._read(source, picture, boxes)

    def close(self) -> None:
        """Let go of the engine."""
        for engine in (self._reader, self._model):
            if engine:
                engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _boxes(self, picture: Image) -> list[Box]:
        height, width = picture.shape[:2]
        scale = min(1.0, DETECTED_AT / max(height, width))
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        (found,) = self._detector.detect([np.asarray(small, dtype=np.uint8)])
        scaled = (box.scaled(width / small.shape[1], height / small.shape[0]) for box in found)
        padded = (box.padded(round(SIDE_ROOM * box.height), 0, width, height) for box in scaled)
        return sorted(padded, key=lambda box: (box.top, box.left))

    def _read(self, source: str, picture: Image, boxes: list[Box]) -> Said:
        assert self._reader is not None
        height, width = picture.shape[:2]
        ((*lines,),) = self._reader.read([Clip(0, 0, picture, Box(0, 0, width, height), tuple(boxes))])
        legible = tuple(line for line in lines if line.text and not line.unread)
        for script in sorted({line.unread for line in lines if line.unread}):
            log.warning("%s has text in %s, which nothing here can read; run: %s.", source, *ocr.lacking(script))
        scores = [line.score for line in legible if line.score is not None]
        text = "\n".join(line.text for line in legible)
        return Said(source, self.task, text, legible, score=min(scores, default=None))

    def _asked(self, source: str, picture: Image) -> Said:
        assert self._model is not None
        (answer,) = self._model.answers([Question(picture, self._prompt, PAGE_TOKENS)])
        if not answer.ended:
            log.warning("%s: the answer was cut after %d tokens.", source, PAGE_TOKENS)
        text = unfenced(without_places(answer.text))
        if self.task == "spotting":
            height, width = picture.shape[:2]
            lines = tuple(spotted(answer.text, self._profile.spots, width, height))
            return Said(source, self.task, "\n".join(line.text for line in lines), lines, score=answer.score)
        if self.task == "fields":
            value = as_json(text, source)
            return Said(source, self.task, json.dumps(value, ensure_ascii=False, indent=1), (), value, answer.score)
        return Said(source, self.task, text, score=answer.score)


def parse_task(task: str) -> tuple[str, str]:
    """The name of a task and its value, empty for most; UsageError where it is none of TASKS."""
    name, _, value = task.partition("=")
    if name not in TASKS:
        raise UsageError(f"There is no task {name!r}; the tasks are {', '.join(TASKS)}.")
    if bool(value.strip()) != (name in WITH_VALUE):
        wanted = WITH_VALUE.get(name)
        raise UsageError(
            f"The task {name!r} " + (f"needs a value, {wanted}." if wanted else f"takes no value {value!r}.")
        )
    return name, value.strip()


def picture_at(source: str) -> Image:
    """The picture in a file, or the frame of a video that is shown at a time: ``film.mp4@1:30``."""
    path, at, moment = source.rpartition("@")
    if at and not os.path.exists(source):
        try:
            time = parse_time(moment)
        except ValueError as error:
            raise UsageError(f"{source}: {error}.") from error
        return _frame(path, time or 0)
    try:
        raw = np.frombuffer(Path(source).read_bytes(), np.uint8)
    except OSError as error:
        raise InputError(f"{source} cannot be read ({error.strerror}); check the name and the folder.") from error
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR_RGB) if len(raw) else None
    if picture is None:
        raise InputError(f"{source} is no picture; name a PNG or JPEG, or a time in a video as in film.mp4@1:30.")
    return np.asarray(picture, dtype=np.uint8)


def _frame(path: str, time: int) -> Image:
    for frame in frames(path, start=time):
        height, width = frame.luma.shape
        return frame.colour(Box(0, 0, width, height))
    raise InputError(f"{path} has no picture at {time / 1000:g} s; name an earlier time.")


def unfenced(answer: str) -> str:
    """The answer without the fence that some models put around all of it."""
    found = _FENCED.match(answer)
    return (found["inside"] if found else answer).strip()


def as_json(text: str, source: str) -> Any:
    """The JSON object in an answer; EngineError where there is none."""
    start = text.find("{")
    try:
        value, _ = json.JSONDecoder().raw_decode(text, start if start >= 0 else 0)
    except json.JSONDecodeError as error:
        raise EngineError(
            f"{source}: the model's answer is not the JSON it should be; ask for fewer fields."
        ) from error
    return value

"""How a vision-language model translates what it sees: the picture of a cue, once, with the prompt of its authors.

Such prompts have it say the text first and the translation after; which is which is told by what was read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import reduce
from itertools import groupby
from pathlib import Path

from subextract import ocr
from subextract.errors import DecodeError, InputError
from subextract.languages.names import known
from subextract.media import frames
from subextract.ocr.vlm.protocol import Question
from subextract.ocr.vlm.reader import not_too_slim
from subextract.options import VlmOptions
from subextract.translation.balance import columns
from subextract.translation.checking import LABEL, fault
from subextract.translation.protocols import Passage, Task
from subextract.translation.shape import joined, plain, turns
from subextract.types import Box, Cue

log = logging.getLogger(__name__)

SHOWN_AROUND = 0.5  # of the height of a line, that is shown around the text
ALIKE_LINES = 0.6  # similarity, 0 to 1, from which a line of the answer is one that was read; wrong letters cost little
SPARE_TOKENS, TOKENS_PER_COLUMN = 64, 6  # that an answer may have, and for each column of the text that it says twice


class PictureTranslator:
    """The model of an engine, which looks at each cue of a video. Raises UsageError and EngineError."""

    def __init__(self, video: Path, engine: str, asked: VlmOptions, task: Task) -> None:
        if engine not in ocr.VLM_ENGINES:  # it reads without such a model, which is asked all the same
            engine = "server" if asked.server_url else "hunyuan"
        self._video = video
        self._model, profile = ocr.answering(engine, asked)
        self._prompt = profile.prompt("translate", language=known(task.to).code)
        self._name = [self._model.name, asked.revision, asked.dtype, self._prompt]

    def key(self, passage: Passage, task: Task) -> list[object]:
        """The model, the prompt, and which picture of which file is looked at."""
        status, cue = self._video.stat(), _cue(passage)
        return ["vlm", self._name, status.st_size, status.st_mtime_ns, cue.start, cue.end, cue.text, passage.text]

    def answers(self, passages: Sequence[Passage], task: Task) -> Iterator[tuple[int, str]]:
        """As in Translator: one question for each cue, in batches of the size that the model prefers."""
        cues = [list(same) for _, same in groupby(passages, key=_cue)]
        for first in range(0, len(cues), self._model.batch):
            some = cues[first : first + self._model.batch]
            asked = {index: question for index, own in enumerate(some) if (question := self._question(own[0]))}
            answers = self._model.answers(list(asked.values())) if asked else []
            for index, answer in zip(asked, answers, strict=True):
                if answer.ended:
                    yield from _parted(some[index], answer.text, task)

    def close(self) -> None:
        """Let the model go."""
        self._model.close()

    def _question(self, passage: Passage) -> Question | None:
        """The picture in the middle of a cue, cut to its text; None where nothing can be seen."""
        cue = _cue(passage)
        try:
            for frame in frames(self._video, start=(cue.start + cue.end) // 2):
                height, width = frame.luma.shape
                box = cue.box or Box(0, 0, width, height)
                margin = round(SHOWN_AROUND * box.height / (1 + cue.text.count("\n")))
                picture = not_too_slim(frame.colour(box.padded(margin, margin, width, height)))
                return Question(picture, self._prompt, SPARE_TOKENS + TOKENS_PER_COLUMN * columns(cue.text))
        except (DecodeError, InputError) as error:
            log.info("There is no picture of the cue at %d ms: %s", cue.start, error)
        return None


def _cue(passage: Passage) -> Cue:
    assert passage.cue is not None
    return passage.cue


def _parted(passages: Sequence[Passage], answer: str, task: Task) -> Iterator[tuple[int, str]]:
    """Which part of an answer is the translation of which passage of a cue; nothing where that is not certain."""
    cue = _cue(passages[0])
    read = [turn.words for turn in turns(cue) if turn.says_something]
    found = [turn.words for turn in turns(Cue(cue.start, cue.end, translation_in(answer, cue.text)))]
    if len(read) == 1 and found:
        found = [reduce(joined, found)]
    if len(found) != len(read):
        log.info("The answer %r is no translation of %r.", answer[:80], cue.text)
        return
    said = dict(zip(read, found, strict=True))
    for passage in passages:
        wrong = fault(passage, said[passage.text], task)
        if wrong and wrong.grave:
            log.info("Line %d, %r: %s.", passage.number, said[passage.text], wrong.remark)
        else:
            yield passage.number, said[passage.text]


def translation_in(answer: str, text: str) -> str:
    """The answer without the lines that say the text itself, which come first."""
    rows = [row.strip() for row in answer.splitlines() if row.strip().strip("`#*-—_")]
    read = [_plain(row) for row in text.split("\n")] + [_plain(text)]
    while rows and any(
        SequenceMatcher(None, _plain(rows[0]), row, autojunk=False).ratio() >= ALIKE_LINES for row in read
    ):
        rows = rows[1:]
    return "\n".join(LABEL.sub("", row).strip() for row in rows)


def _plain(text: str) -> str:
    """Letters and digits alone: readers differ in the rest without meaning anything by it."""
    return "".join(letter for letter in plain(text).casefold() if letter.isalnum())

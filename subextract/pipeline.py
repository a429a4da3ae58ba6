"""In which order the stages work, and what runs beside what."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from subextract.media import frames, probe, stills
from subextract.merge import merge
from subextract.ocr.rapid import RapidDetector, RapidReader
from subextract.sampling import Gate
from subextract.survey import survey
from subextract.tracking import track
from subextract.types import Cue

log = logging.getLogger(__name__)
STILLS = 24


def extract(path) -> list[Cue]:
    import time
    t = time.process_time(); t0 = t
    def lap(name):
        nonlocal t
        n = time.process_time(); log.info("%s %.2f", name, n - t); t = n
    video = probe(path)
    detector = RapidDetector(); reader = RapidReader()
    lap("load")
    zones = survey(stills(path, count=STILLS), detector.detect)
    lap("survey")
    clips = list(track(frames(path), zones, detect=detector.detect, gate=Gate))
    lap("track")
    readings = list(zip(clips, reader.read(clips), strict=True))
    lap("read")
    return list(merge(readings))

"""Whether cues are handed out when they are certain, and the result is decided by everything, however a run goes."""

from __future__ import annotations

import functools
import random
import tracemalloc
from collections.abc import Iterable, Sequence
from itertools import pairwise, starmap
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subextract import closer
from subextract.closer import Closer
from subextract.errors import DecodeError, EngineError, Interrupted
from subextract.formats import by_name
from subextract.merge import merge
from subextract.options import Options
from subextract.output import Plan, Writer, plan
from subextract.types import Batch, Clip, Cue, Line
from subextract.verdict import Case, Film, Reading, Round, Seen, Standing, judged, told
from tests.helpers.literal import FILM, HEIGHT, WIDTH, Screen, Shown, a_film, number_of, picture, screen, subtitle

__all__ = ["screen"]

TEN_MINUTES = a_film(10)


def texts(cues: Iterable[Cue]) -> list[str]:
    return [cue.text for cue in cues]


def subtitles(shown: Iterable[Shown]) -> list[str]:
    return [one.said for one in shown if one.said[-1] in ".?!"]


def rounds_of(shown: Sequence[Shown], sizes: Iterable[int]) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """What is settled at which time, where so many texts come at once; and what is decided at the end."""
    case, waiting, settled = Case(FILM), list(shown), []
    for size in sizes:
        some, waiting = waiting[:size], waiting[size:]
        case.add(waiting[0].evidence.start if waiting else FILM.duration, [one.seen() for one in some])
        settled += [(now.time, [seen.told[0].text for seen in now.settled]) for now in case.rounds()]
    return settled, [line.text for _, ((_, (line,)),) in case.decision().found()]


@functools.cache
def one_by_one() -> tuple[list[tuple[int, list[str]]], list[str]]:
    return rounds_of(TEN_MINUTES, [1] * len(TEN_MINUTES))


def test_a_cue_is_settled_when_many_of_its_style_are_known_and_not_before() -> None:
    settled, _ = one_by_one()
    early = {subtitle.said for subtitle in TEN_MINUTES if subtitle.evidence.start < 90_000}
    assert settled[0][0] == 120_000
    assert settled[0][1] == [text for text in subtitles(TEN_MINUTES) if text in early]
    few = [one for one in TEN_MINUTES if one.evidence.start < 30_000]
    assert [some for _, some in rounds_of(few, [len(few)])[0]] == [[]] * 5


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=30))
def test_what_is_settled_does_not_depend_on_how_many_texts_come_at_once(sizes: list[int]) -> None:
    assert rounds_of(TEN_MINUTES, [*sizes, len(TEN_MINUTES)]) == one_by_one()


def test_signs_are_left_out_and_counted_and_kept_where_they_are_wanted() -> None:
    shown = a_film(3)
    case = Case(FILM)
    case.add(180_000, [one.seen() for one in shown])
    decision = case.decision()
    signs = [one.said for one in shown if one.said[-1] not in ".?!"]
    assert [line.text for _, ((_, (line,)),) in decision.found()] == subtitles(shown)
    assert decision.left_out == {"sign": len(signs)}
    case = Case(FILM, keep=frozenset({"sign"}))
    case.add(180_000, [one.seen() for one in shown])
    kept = [(clip.kind, line.text) for _, ((clip, (line,)),) in case.decision().found()]
    assert [text for kind, text in kept if kind == "sign"] == signs


def test_each_style_is_told_with_what_speaks_for_and_against_it() -> None:
    shown = [subtitle(3000 * number, "We never say so again.") for number in range(4)]
    case = Case(FILM)
    case.add(20_000, [one.seen() for one in shown])
    decision = case.decision()
    (line,) = told(decision.texts, decision.verdicts)
    assert line.startswith("4 texts of one style kept, like 'We never say so again.' at 486,620,794,655: log-odds +")
    assert line.count("; for it ") == line.count("; against it ") == 1
    assert 2 <= line.split("; for it ")[1].count(" +") <= 3


# How it comes out of a run


def test_the_result_is_in_order_and_what_was_handed_out_before_is_a_part_of_it(screen: Screen, film: Path) -> None:
    handed: list[tuple[int, str]] = []
    with screen.extraction(film) as extraction:
        for cues in extraction.steps():
            handed += [(extraction.position, cue.text) for cue in cues]
        assert texts(extraction.likely()) == subtitles(screen.texts)
    assert sorted(text for _, text in handed) == sorted(subtitles(screen.texts))
    assert 110_000 < handed[0][0] < 130_000
    assert len({position for position, _ in handed}) > 2
    assert extraction.position == 360_000


def test_what_is_not_certain_is_handed_out_at_the_end_and_nothing_twice(screen: Screen, film: Path) -> None:
    screen.texts = [*screen.texts[:40], subtitle(300_000, "Very much later, and in another place.", 2500)]
    with screen.extraction(film) as extraction:
        handed = list(extraction)
    assert sorted(texts(handed)) == sorted(subtitles(screen.texts))
    assert len(handed) == len(set(handed))


def test_a_video_that_breaks_off_is_decided_by_what_was_found(screen: Screen, film: Path) -> None:
    screen.broken = 200_000
    with screen.extraction(film) as extraction:
        with pytest.raises(DecodeError):
            for _ in extraction.steps():
                pass
        assert texts(extraction.likely()) == subtitles(one for one in screen.texts if one.evidence.start < 200_000)


def test_start_and_end_and_joined_words_pass_through(screen: Screen, film: Path) -> None:
    words = ["One", "by", "one", "they", "all", "come", "out", "again", "now."]
    screen.texts = [subtitle(60_000 + 300 * number, word, 300) for number, word in enumerate(words)]
    screen.texts += [
        subtitle(70_000 + 3000 * number, f"{word.capitalize()} for so long.") for number, word in enumerate(words)
    ]
    with screen.extraction(film, start=50_000, end=75_000, join_words=True) as extraction:
        for _ in extraction.steps():
            pass
    found = texts(extraction.likely())
    assert found[-2:] == ["One for so long.", "By for so long."]
    assert " ".join(found[:-2]) == " ".join(words)
    assert extraction.position == 75_000


# Stopping and going on


def run(film: Path, screen: Screen, stop: int | None = None, **options: Any) -> Plan:
    """One run of the command line, stopped when it has looked so far (ms)."""
    (made,) = plan([film], Options(track="hard", **options))
    assert isinstance(made, Plan)
    with screen.extraction(film, made.past, **options) as extraction, Writer(made, screen.video, extraction) as writer:
        for _ in extraction.steps():
            writer.renew()
            if stop is not None and extraction.position >= stop:
                raise KeyboardInterrupt
        writer.finish({"left_out": extraction.left_out, "skipped_packets": extraction.skipped})
    return made


def stopped(film: Path, screen: Screen, stop: int, **options: Any) -> None:
    with pytest.raises(Interrupted):
        run(film, screen, stop, **options)


@pytest.mark.parametrize("engine", ["rapidocr", "tesseract"])
@pytest.mark.parametrize("stride", [400, 7000])  # others stop at 1000
def test_a_run_that_was_stopped_anywhere_ends_with_the_same_file(
    screen: Screen, film: Path, engine: str, stride: int
) -> None:
    options: dict[str, Any] = {"format": "json", "engine": engine, "keep": ("signs",)}
    run(film, screen, **options)
    result = film.with_name("film.json")
    whole = result.read_bytes()
    chance = random.Random(stride)
    for _ in range(4):
        result.unlink()
        stops = sorted(chance.randint(2000, 355_000) for _ in range(2))
        for stop in stops:
            screen.stride = stride
            stopped(film, screen, stop, **options)
        screen.stride = 1000
        run(film, screen, **options)
        assert result.read_bytes() == whole
        assert not film.with_name("film.json.resume").exists()


def test_a_short_run_that_is_stopped_leaves_what_is_likely_so_far(screen: Screen, film: Path) -> None:
    stopped(film, screen, 30_000)
    early = subtitles(one for one in screen.texts if one.evidence.start < 28_000)
    written = by_name("srt").loads(film.with_name("film.srt").read_text())
    assert texts(written)[: len(early)] == early
    assert len(written) - len(early) <= 2


def test_a_resume_file_that_was_torn_counts_as_far_as_it_was_saved(screen: Screen, film: Path) -> None:
    run(film, screen)
    result, trail = film.with_name("film.srt"), film.with_name("film.srt.resume")
    whole = result.read_text()
    result.unlink()
    stopped(film, screen, 200_000)
    trail.write_bytes(trail.read_bytes() + b'{"seen":[1000,20')
    made = run(film, screen)
    assert made.past is not None
    assert made.past.position >= 200_000
    assert result.read_text() == whole


def test_what_is_new_is_added_to_the_resume_file_and_nothing_is_written_again(screen: Screen, film: Path) -> None:
    (made,) = plan([film], Options(track="hard"))
    assert isinstance(made, Plan)
    trail, seconds, sizes = film.with_name("film.srt.resume"), [0.0], [0]
    with screen.extraction(film) as extraction:
        writer = Writer(made, screen.video, extraction, now=lambda: seconds[0])
        with writer:
            for _ in extraction.steps():
                seconds[0] += 2
                writer.renew()
                sizes.append(trail.stat().st_size)
            writer.discard()
    assert sizes == sorted(sizes)
    assert max(after - before for before, after in pairwise(sizes)) < 12_000
    assert trail.exists() is False


# A costly reader


def test_a_costly_reader_is_shown_only_what_is_kept_and_says_what_is_told(screen: Screen, film: Path) -> None:
    with screen.extraction(film, engine="tesseract", language="en") as extraction:
        for _ in extraction.steps():
            pass
    assert texts(extraction.likely()) == [f"{said} (costly)" for said in subtitles(screen.texts)]
    wanted = [number for number, one in enumerate(screen.texts) if one.said[-1] in ".?!"]
    assert sorted(screen.readers["rapidocr"].shown) == list(range(len(screen.texts)))
    shown = screen.readers["tesseract"].shown
    assert set(wanted) <= set(shown)
    assert len(shown) == len(set(shown))
    assert len(set(shown) - set(wanted)) <= 0.1 * len(wanted)


def test_where_the_quick_reader_cannot_read_the_language_the_other_one_gives_the_evidence(
    screen: Screen, film: Path
) -> None:
    with screen.extraction(film, engine="tesseract", language="ru") as extraction:
        for _ in extraction.steps():
            pass
    assert "rapidocr" not in screen.readers
    assert sorted(screen.readers["tesseract"].shown) == list(range(len(screen.texts)))


def test_a_costly_reader_that_is_gone_ends_the_run_and_the_next_one_reads_the_rest(screen: Screen, film: Path) -> None:
    run(film, screen, engine="tesseract")
    result = film.with_name("film.srt")
    whole = result.read_text()
    result.unlink()
    reader = screen.readers["tesseract"]
    reader.shown.clear()
    working, calls = reader.read, [0]

    def read(clips: Sequence[Clip]) -> list[list[Line]]:
        calls[0] += 1
        if calls[0] == 4:
            raise EngineError("The server is gone.")
        return working(clips)

    reader.read = read  # type: ignore[method-assign]
    with pytest.raises(EngineError):
        run(film, screen, engine="tesseract")
    assert not result.exists()
    reader.read = working  # type: ignore[method-assign]
    run(film, screen, engine="tesseract")
    assert result.read_text() == whole


class Shelf:
    """A closer look at clips of which only the numbers count."""

    def __init__(self) -> None:
        self.shown: list[int] = []
        self.closer = Closer(self._read, min_lines=12)

    def _read(self, clips: Sequence[Clip]) -> Sequence[Reading]:
        self.shown += [number_of(clip.image) for clip in clips]
        return [(clip, [Line("closely")]) for clip in clips]

    def put(self, number: int, start: int) -> Seen:
        clip = subtitle(start, "We never say so again.").clip(number)
        seen = Seen.of(clip, [Line("quickly")])
        self.closer.wait(seen, clip)
        return seen

    def since(self) -> int | None:
        """From when (ms) on pictures wait."""
        return self.closer.since

    def look(self, time: int, **standings: Standing) -> None:
        for _ in self.closer.look(Round(time, (), {int(key[1:]): each for key, each in standings.items()})):
            pass


def test_pictures_wait_five_minutes_at_most_and_those_of_other_text_not_so_long() -> None:
    shelf = Shelf()
    one, two, three, four = (shelf.put(number, 1000 * number) for number in range(1, 5))
    standings = dict(zip((one, two, three), (Standing.HOPELESS, Standing.UNLIKELY, Standing.SETTLED), strict=True))
    known = {f"_{id(seen)}": standing for seen, standing in standings.items()}
    shelf.look(120_000, **known)
    assert shelf.shown == [3]
    assert shelf.since() == 2000
    shelf.look(302_500, **known)
    assert shelf.since() == 4000
    shelf.look(304_500)
    assert shelf.shown == [3, 4]
    assert [seen.told[0].text for seen in (one, two, three, four)] == ["quickly", "quickly", "closely", "closely"]
    assert (shelf.since(), shelf.closer.size) == (None, 0)


def test_pictures_that_wait_never_take_more_than_their_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    shelf.put(0, 0)
    monkeypatch.setattr(closer, "MAX_WAITING_BYTES", 50 * shelf.closer.size)
    for number in range(1, 200):
        shelf.put(number, 10 * number)
        for _ in shelf.closer.make_room():
            pass
        assert shelf.closer.size <= closer.MAX_WAITING_BYTES
    assert shelf.shown == list(range(len(shelf.shown)))
    assert len(shelf.shown) >= 140


def test_the_pictures_come_back_to_the_letter() -> None:
    shelf = Shelf()
    clip = subtitle(0, "Say so.").clip(70_001)
    seen = Seen.of(clip, [Line("quickly")])
    shelf.closer.wait(seen, clip)
    shelf.look(1, **{f"_{id(seen)}": Standing.SETTLED})
    assert shelf.shown == [70_001]
    assert picture(70_001).tobytes() == clip.image.tobytes()


# What a long film costs


def test_a_long_film_takes_little_time_and_memory() -> None:
    shown = a_film(90, pause=5000)
    film = Film(WIDTH, HEIGHT, 90 * 60_000)
    tracemalloc.start()
    seen = [one.seen() for one in shown]
    memory = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(shown) > 1500
    assert memory < 25 << 20
    case = Case(film)
    began = process_time()
    for start in range(0, len(seen), 12):
        case.add(seen[start].clip.start, seen[start : start + 12])
        for _ in case.rounds():
            pass
    cues = [cue for _, some in merge(starmap(Batch[Reading], case.decision().found())) for cue in some]
    assert process_time() - began < 15  # some 2 s; a machine that is busy takes longer
    assert len(cues) > 1000


def test_the_company_of_a_text_is_the_same_however_long_others_stay() -> None:
    stays = [subtitle(0, "Never going away.", 400_000), *TEN_MINUTES[:60]]
    verdicts = judged([text for one in stays for text in one.seen().texts], FILM)
    assert verdicts[0].pieces["several at once"] == 1.0  # each of the others shows beside it
    assert len(verdicts) == 61

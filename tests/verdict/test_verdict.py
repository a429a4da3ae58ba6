"""Whether the verdict finds the subtitles among all texts of a film, on literal films of clear cases."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from subextract.types import Box, Evidence, Look
from subextract.verdict import Film, Judged, Text, judged
from subextract.verdict.blocks import ONE_LOOK, Block, blocks_of, distance, distinct, stacked
from subextract.verdict.judging import chance, weighed
from subextract.verdict.pieces import Company, Leader, of_kinship, of_look, of_place, of_reading, of_stay, of_style
from subextract.verdict.styles import Style, apart, same_column, styles_of

WIDTH, HEIGHT = 1280, 720
LOW = 670  # the bottom of the boxes of subtitles
LETTER = 0.5  # of the height of a line: the mean width of a letter

WHITE = Look(28.0, 4.0, (250, 250, 250), (12, 12, 12), 8.0, 12.0, 60.0)
SMALL = replace(WHITE, height=19.0, stroke=2.8)
TALL = replace(WHITE, height=42.0, stroke=6.0, fill=(255, 230, 40))
PAINTED = Look(34.0, 6.0, (150, 40, 40), (205, 200, 185), 45.0, 40.0, 12.0)
PLATE = Look(24.0, 4.0, (20, 30, 90), (236, 236, 240), 6.0, 8.0, 4.0)

SAID = (
    *("Where were you last night?", "At home, as always.", "I do not believe that.", "Then ask my sister."),
    *("She has gone to the sea.", "So I heard.", "Who told you so?", "Nobody in particular."),
    *("People talk too much here.", "They always did.", "Shall we go now?", "Not without the others."),
    *("It will be dark by then.", "I know the way.", "You said that before.", "And I was right, wasn't I?"),
    *("Only about the bridge.", "Give me the lamp.", "It's out of oil.", "Of course it is."),
)


class At(NamedTuple):
    """Where a line stands: the middle of its box, its bottom, and how high it is."""

    middle: int = WIDTH // 2
    bottom: int = LOW
    height: int = 40


AT_THE_FOOT = At()


def text(
    said: str, start: int, end: int, *, look: Look | None = WHITE, at: At = AT_THE_FOOT, **known: bool | float
) -> Text:
    """A line of text: its box is as wide as its letters; ``known`` is what else its Evidence says."""
    wide = round(LETTER * at.height * len(said) / 2)
    box = Box(at.middle - wide, at.bottom - at.height, at.middle + wide, at.bottom)
    return Text(replace(Evidence(start, end, box, look), **known), said, 0.98)  # type: ignore[arg-type]


def talk(count: int = 40, *, first: int = 2000, every: int = 4000) -> list[Text]:
    """Subtitles, each for two seconds."""
    return [
        text(SAID[number % len(SAID)], first + every * number, first + every * number + 2000 + 10 * number)
        for number in range(count)
    ]


def verdicts(*texts: Text, duration: int = 170_000) -> list[Judged]:
    return judged(texts, Film(WIDTH, HEIGHT, duration))


def kept(*texts: Text, duration: int = 170_000) -> list[str]:
    """What the subtitles among the texts say, each once."""
    found = zip(texts, verdicts(*texts, duration=duration), strict=True)
    return list(dict.fromkeys(one.said for one, verdict in found if verdict.is_subtitle))


# Blocks: lines that belong together


def blocks(*texts: Text) -> list[list[str]]:
    return [[one.said for one in block.texts] for block in blocks_of(texts)]


UPPER = text("Where were you", 1000, 3000, at=At(bottom=LOW - 44))
LOWER = text("last night?", 1000, 3000)


def test_lines_below_one_another_that_come_and_go_together_are_one_block_from_the_top() -> None:
    assert blocks(LOWER, UPPER) == [["Where were you", "last night?"]]
    (block,) = blocks_of([LOWER, UPPER])
    assert (block.start, block.end, block.numbers) == (1000, 3000, [1, 0])
    assert block.box == UPPER.evidence.box.union(LOWER.evidence.box)
    assert block.said == "Where were you last night?"
    assert block.main == UPPER


@pytest.mark.parametrize(
    "other",
    [
        text("Where were you", 1200, 3000, at=At(bottom=LOW - 44)),
        text("Where were you", 1000, 3400, at=At(bottom=LOW - 44)),
        text("Where were you", 1000, 3000, at=At(bottom=LOW - 200)),
        text("Where were you", 1000, 3000, at=At(bottom=LOW - 44, middle=200)),
        text("Where were you", 1000, 3000, at=At(bottom=LOW - 44), look=PAINTED),
        replace(UPPER, vertical=True),
    ],
    ids=["comes later", "goes later", "far above", "beside it", "another look", "a column"],
)
def test_lines_that_differ_in_any_of_that_are_two_blocks(other: Text) -> None:
    assert sorted(blocks(LOWER, other)) == [["Where were you"], ["last night?"]]


def test_blocks_come_in_order_of_start() -> None:
    assert blocks(*reversed(talk(5))) == [[said] for said in SAID[:5]]


def test_boxes_that_overlap_a_little_are_stacked_and_those_beside_one_another_are_not() -> None:
    assert stacked(Box(0, 0, 100, 30), Box(20, 28, 80, 60))
    assert stacked(Box(0, 0, 100, 30), Box(20, 50, 80, 80))
    assert stacked(Box(0, 0, 100, 80), Box(10, 37, 90, 117))  # close lines, in boxes with room
    assert not stacked(Box(0, 0, 100, 80), Box(10, 20, 90, 100))  # one row
    assert not stacked(Box(0, 0, 100, 30), Box(20, 80, 80, 110))
    assert not stacked(Box(0, 0, 100, 30), Box(100, 32, 200, 60))


@pytest.mark.parametrize(
    ("other", "is_one"),
    [
        (WHITE, True),
        (replace(WHITE, height=24.0, stroke=3.6), True),
        (replace(WHITE, fill=(225, 228, 220)), True),
        (replace(WHITE, height=60.0), False),
        (replace(WHITE, fill=(255, 255, 40)), False),
        (replace(WHITE, fill=(12, 12, 12), edge=(250, 250, 250)), True),  # which is the edge is hard to tell
        (None, True),
    ],
    ids=["the same", "without tall letters", "smeared", "twice as high", "yellow", "turned", "not measured"],
)
def test_two_looks_are_one_as_far_as_they_are_near(other: Look | None, is_one: bool) -> None:
    assert (distance(WHITE, other) < ONE_LOOK) == is_one
    assert distance(WHITE, other) == distance(other, WHITE)


# Styles: blocks of one look at one column


def styles(*texts: Text) -> list[list[str]]:
    return [[block.said for block in style.blocks] for style in styles_of(blocks_of(texts), WIDTH)]


def test_blocks_of_one_look_are_one_style_and_those_of_another_one_their_own() -> None:
    sign = text("BAKERY", 5000, 8000, look=PAINTED, at=At(middle=300, bottom=200))
    assert styles(*talk(3), sign) == [list(SAID[:3]), ["BAKERY"]]


def test_a_style_is_known_by_the_block_with_most_letters() -> None:
    assert Style(blocks_of(talk(4))).model.said == SAID[0]


@pytest.mark.parametrize(
    ("box", "shared"),
    [
        (Box(600, 0, 680, 30), True),
        (Box(400, 0, 560, 30), True),
        (Box(700, 0, 880, 30), True),
        (Box(100, 0, 300, 30), False),
    ],
    ids=["one middle", "one left edge", "one right edge", "nothing"],
)
def test_boxes_share_a_column_by_their_middle_or_either_edge(box: Box, shared: bool) -> None:
    assert same_column(Box(400, 600, 880, 640), box, WIDTH) == shared


def test_blocks_of_one_look_are_further_apart_at_another_column() -> None:
    here, there, left = (blocks_of([text("Who is it?", 0, 9, at=At(middle=middle))])[0] for middle in (640, 650, 300))
    assert apart(here, there, WIDTH) == 0.0
    assert apart(here, left, WIDTH) == 0.5


# Pieces of evidence


def block(said: str, start: int = 0, end: int = 2000, **how: object) -> Block:
    return blocks_of([text(said, start, end, **how)])[0]  # type: ignore[arg-type]


def only(found: dict[str, float], *names: str) -> dict[str, float]:
    """The pieces of a group that are not zero."""
    return {name: round(found[name], 2) for name in names if found[name]}


WORDS = ("one word", "ends as a sentence", "begins small or with a dash", "capitals only", "title case")
MARKS = ("digits", "label marks", "no letters")


@pytest.mark.parametrize(
    ("said", "pieces"),
    [
        ("Where were you?", {"ends as a sentence": 1.0}),
        ("- where were you", {"begins small or with a dash": 1.0}),
        ("FISH AND CHIPS", {"capitals only": 1.0}),
        ("Anna Berg", {"title case": 1.0}),
        ("No", {"one word": 1.0}),
        ("2 : 1", {"digits": 0.67, "no letters": 1.0}),
        ("@news", {"one word": 1.0, "label marks": 1.0}),
        ("今天怎么来得这么早？", {"ends as a sentence": 1.0}),
    ],
)
def test_the_words_of_a_block_say_what_they_are(said: str, pieces: dict[str, float]) -> None:
    assert only(dict(of_reading(block(said))), *WORDS, *MARKS) == pieces


def test_more_words_count_more_and_an_unsure_reading_is_unsure() -> None:
    few, many = (of_reading(block(said))["words"] for said in ("Go on.", "Go on before it is too late for us."))
    assert 0 < few < many <= 1
    sure, unsure = text("Go on.", 0, 2000), replace(text("Go on.", 0, 2000), score=0.6)
    assert of_reading(blocks_of([sure])[0])["unsure"] < 0.1
    assert of_reading(blocks_of([unsure])[0])["unsure"] == 1.0


@pytest.mark.parametrize(("end", "unusual"), [(1800, 0.0), (60_000, 1.0), (200, 1.0)])
def test_a_text_that_stays_far_too_long_or_short_to_be_read_has_an_unusual_pace(end: int, unusual: float) -> None:
    found = of_reading(block("Where were you last night?", 0, end))["unusual pace"]
    assert found == pytest.approx(unusual, abs=0.35)


def test_the_place_of_a_block_counts_from_the_middle_and_the_foot_of_the_picture() -> None:
    film = Film(WIDTH, HEIGHT, 60_000)
    names = ("off the middle", "low", "high", "touches a side", "small letters", "large letters")
    assert only(dict(of_place(block("Who is it?"), film)), *names) == {"low": 1.0}
    corner = of_place(block("LIVE", at=At(middle=1240, bottom=40, height=20)), film)
    assert only(dict(corner), *names) == {"off the middle": 1.0, "high": 1.0, "small letters": 0.61}
    assert only(dict(of_place(block("END", at=At(bottom=460, height=200)), film)), *names) == {"large letters": 1.0}


def test_how_a_block_comes_stays_and_goes() -> None:
    film = Film(WIDTH, HEIGHT, 60_000)
    names = ("comes with a cut", "goes with a cut", "comes and goes with cuts", "throughout", "brief", "in its stead")
    assert only(dict(of_stay(block("Who is it?"), film)), *names) == {}
    cut = of_stay(block("Who is it?", cut_in=True, cut_out=True), film)
    assert only(dict(cut), *names) == {name: 1.0 for name in names[:3]}
    assert only(dict(of_stay(block("Who?", 0, 200, follows=True), film)), *names) == {"brief": 1.0, "in its stead": 1.0}
    ever = of_stay(block("LIVE", 0, 60_000, from_first=True, to_last=True, found=0.25, steadiness=0.85), film)
    assert only(dict(ever), *names) == {"throughout": 1.0}
    assert (ever["long"], ever["seldom found"], round(ever["unsteady"], 2)) == (1.0, 0.75, 0.5)


def test_the_look_of_a_block() -> None:
    found = of_look(block("Who is it?"))
    assert found["contrast"] == pytest.approx(0.93, abs=0.01)
    assert (found["coloured"], found["plain background"]) == (0.0, 0.0)
    painted = of_look(block("BAKERY", look=PAINTED))
    assert painted["coloured"] == pytest.approx(0.55)
    assert painted["uneven fill"] > 0.5 > found["uneven fill"]
    assert of_look(block("BAKERY", look=None)) == {"no look": 1.0}


def test_company_is_what_is_up_for_long_enough_at_the_same_time() -> None:
    one, two, touching, after = blocks_of(
        [
            text("One", 0, 2000),
            text("Two", 1500, 4000, at=At(bottom=200)),
            text("Three", 1900, 2100, at=At(bottom=300)),
            text("Four", 4000, 5000),
        ]
    )
    company = Company([after, touching, two, one])
    assert company.of(one) == [two]
    assert company.of(two) == [one]
    assert company.of(touching) == []
    assert company.of(after) == []


def of(*texts: Text) -> dict[str, float]:
    """What the texts, all of one style, tell together."""
    found = blocks_of(texts)
    return dict(of_style(Style(found), Company(found), Film(WIDTH, HEIGHT, 160_000)))


def test_many_texts_in_one_place_are_unlike_one_text_that_comes_again() -> None:
    many, again = of(*talk()), of(*(text("LIVE", 4000 * number, 4000 * number + 3000) for number in range(8)))
    assert (many["several texts"], many["alone of its style"], many["the same again"]) == (1.0, 0.0, 0.5)
    assert (again["several texts"], again["alone of its style"], again["the same again"]) == (0.0, 1.0, 0.875)
    assert (many["one column"], many["one level"], many["several at once"]) == (1.0, 1.0, 0.0)
    assert many["widths vary"] > 0.3 > again["widths vary"]


def test_texts_of_one_style_that_are_up_at_once_and_not_below_one_another_are_several() -> None:
    both = [text("Left", 0, 3000, at=At(middle=300)), text("Right", 1000, 4000, at=At(middle=900))]
    assert of(*both)["several at once"] == 1.0
    assert of(*both)["one column"] < 1.0


def test_how_a_block_lies_to_the_style_that_leads() -> None:
    leader = Style(blocks_of(talk(5)))
    turn = block("THE SEA! THE SEA!", 4030, 5900, look=TALL, at=At(height=60))
    aside = block("BAKERY", 2500, 3500, look=PAINTED, at=At(middle=200, bottom=200))
    company, film = Company([*leader.blocks, turn, aside]), Film(WIDTH, HEIGHT, 60_000)
    own = of_kinship(leader.blocks[0], leader, Leader(leader), company, film)
    assert own["of the leading style"] == 1.0
    assert own["looks unlike the leader"] + own["off the leader's level"] + own["another script"] == 0.0
    shouted = of_kinship(turn, Style([turn]), Leader(leader), company, film)
    assert (shouted["in turn with the leader"], shouted["apart from the leader"]) == (1.0, 0.0)
    assert shouted["not the leader's size"] > 0.5
    other = of_kinship(aside, Style([aside]), Leader(leader), company, film)
    assert (other["in turn with the leader"], other["apart from the leader"]) == (0.0, 1.0)
    assert (other["while the leader shows"], other["off the leader's level"]) == (1.0, 1.0)
    chinese = block("今天怎么来得这么早？", 2500, 3500)
    assert of_kinship(chinese, Style([chinese]), Leader(leader), company, film)["another script"] == 1.0


def test_pieces_without_a_weight_mean_nothing_and_odds_of_zero_are_a_half() -> None:
    assert weighed({"words": 0.5, "unheard of": 9.0}, {"base": 1.0, "words": 2.0}) == 2.0
    assert chance(0.0) == 0.5
    assert chance(1e9) == pytest.approx(1.0)


# Films


def test_no_texts_are_no_verdicts() -> None:
    assert judged([], Film(WIDTH, HEIGHT, 60_000)) == []


def test_of_forty_lines_and_one_lower_third_the_lines_are_kept() -> None:
    name = text("ANNA BERG", 60_500, 64_500, look=PLATE, at=At(250, 600, 36))
    job = text("HARBOUR MASTER", 60_500, 64_500, look=PLATE, at=At(250, 640, 34))
    assert kept(*talk(), name, job) == list(SAID)


def test_a_mark_in_the_corner_is_no_subtitle_though_it_comes_again_and_again() -> None:
    mark = [
        text("CHANNEL 7", 20_000 * number, 20_000 * number + 18_000, look=SMALL, at=At(1180, 60, 26))
        for number in range(8)
    ]
    assert kept(*talk(), *mark) == list(SAID)


def test_a_score_that_changes_is_no_subtitle() -> None:
    score = [
        text(
            f"ROM {number} : {number // 2} BER",
            19_000 * number,
            19_000 * number + 19_000,
            look=PLATE,
            at=At(middle=150, bottom=60),
        )
        for number in range(8)
    ]
    assert kept(*talk(), *score) == list(SAID)


def test_chat_at_the_side_is_no_subtitle() -> None:
    chat = [
        text(
            f"user{number}: {SAID[-number % 20].lower().rstrip('.')}",
            *(3000 * number, 3000 * number + 11_000),
            look=replace(SMALL, edge=(60, 60, 70), background_spread=10.0),
            at=At(middle=1120, bottom=300 + 30 * (number % 6), height=24),
        )
        for number in range(50)
    ]
    assert kept(*talk(), *chat) == list(SAID)


def test_a_sign_in_one_shot_is_no_subtitle() -> None:
    shot = {"cut_in": True, "cut_out": True, "steadiness": 0.9}
    sign = text("BAKERY", 41_000, 44_000, look=PAINTED, at=At(middle=380, bottom=300, height=50), **shot)
    assert kept(*talk(), sign) == list(SAID)
    assert kept(sign) == []


def test_a_single_subtitle_in_a_video_is_kept() -> None:
    assert kept(text("I never said that to anybody.", 9000, 11_500)) == ["I never said that to anybody."]


def test_a_title_in_the_middle_of_the_picture_is_no_subtitle() -> None:
    title = text("THE LONG ROAD", 100, 4000, look=TALL, at=At(bottom=400, height=90))
    assert kept(*talk(first=8000), title) == list(SAID)


def test_texts_all_over_the_picture_at_once_are_no_subtitles() -> None:
    page = [
        text(
            name,
            165_000,
            168_000,
            look=SMALL,
            at=At(300 + 340 * (number % 3), 150 + 60 * number, 28),
        )
        for number, name in enumerate(("Anna Berg", "Carl Dahl", "Eva Frank", "Gerd Holm", "Ida Jensen", "Kai Lund"))
    ]
    assert kept(*talk(), *page) == list(SAID)


def test_both_lines_of_a_bilingual_pair_of_two_sizes_are_kept() -> None:
    chinese = ("你今天怎么来得这么早？", "火车提前二十分钟到了。", "那我们先去喝杯热茶吧。", "好，不过这次我请客。")
    pairs = [
        (
            text(chinese[number % 4], 2000 + 4000 * number, 4200 + 4000 * number, at=At(bottom=LOW - 34, height=48)),
            text(SAID[number % 20], 2000 + 4000 * number, 4200 + 4000 * number, look=SMALL, at=At(height=28)),
        )
        for number in range(20)
    ]
    assert set(kept(*(one for pair in pairs for one in pair))) == {*chinese, *SAID}


def test_a_shouted_line_of_another_look_in_the_place_and_turn_of_subtitles_is_kept() -> None:
    lines = talk()
    turn = lines[10].evidence.end
    shout = text("Get out of there, now!", turn, turn + 1500, look=TALL, at=At(height=56))
    assert kept(*lines, shout) == [*SAID, "Get out of there, now!"]


def test_a_subtitle_that_stays_for_half_a_minute_between_short_ones_is_kept() -> None:
    lines = talk()
    song = text("La la la, and so it goes on and on.", 170_000, 200_000)
    assert kept(*lines, song, duration=210_000) == [*SAID, "La la la, and so it goes on and on."]


def test_of_a_text_seen_twice_the_whole_one_stays_and_not_a_word_of_it_that_was_up_for_longer() -> None:
    whole = text("We have to leave before sunrise.", 2533, 2933)
    word = text("sunrise.", 2466, 3000, at=At(middle=WIDTH // 2 + 200))
    assert distinct([word, whole]) == [whole]


def test_what_only_a_text_that_goes_had_hidden_stays() -> None:
    """In one band a line was followed in short stays, in another in two long ones, the first of which ends late."""
    said = "Isn't there another way out?"
    stays = [(13_960, 14_300), (14_160, 16_180), (14_300, 14_860), (14_860, 15_060), (14_860, 17_420)]
    left = distinct([text(said, *stay) for stay in stays])
    assert [(one.evidence.start, one.evidence.end) for one in left] == [stays[0], stays[2], stays[4]]


def test_of_a_text_seen_twice_the_sure_one_stays_though_another_one_has_more_letters() -> None:
    sure = text("We have to leave before sunrise.", 2500, 3500)
    garbled = replace(text("lWe have, to leave before sunrise. NOW", 2500, 3500), score=0.75)
    assert distinct([garbled, sure]) == [sure]
    score, over_ticker = text("SCORE 2249", 2500, 2900), text("hSCORE's 2249e. - Stop! Don't ope", 2500, 2900)
    assert distinct([replace(over_ticker, score=0.8), replace(score, score=0.95)])[0].said == "SCORE 2249"

"""Whether every cue comes out translated or marked, in its place and form, whatever the translator does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import subextract
from subextract import Options
from subextract.errors import EngineError, UsageError
from subextract.formats import by_name
from subextract.formats.styled import plain_of
from subextract.translation import Passage, Task, Translation
from subextract.translation.cache import Cache
from subextract.translation.server import ServerTranslator
from subextract.translation.shape import dressed, turns
from subextract.translation.translating import LineLimits, translated
from subextract.types import Box, Cue, Word
from tests.helpers.foreign import Translating, foreign, saying
from tests.helpers.served import Fault, Handler, cut, damaged, other, plain, running, slow, status

IN_MEMORY = Path(":memory:")
TASK, WAY = Task("de", "en"), LineLimits.of(Options().translating)
SAID = [
    "Good evening.",
    "Where have you been all this time?",
    "At home.",
    "I waited at the station until midnight.",
    "Sorry.",
    "You should have called, or have written!",
    "There was no telephone.",
    "No?",
    "The train leaves at 10:45 from platform 3.",
]


@pytest.fixture(autouse=True, scope="module")
def _quick_and_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.001)
        patched.setattr("openai._base_client.MAX_RETRY_DELAY", 0.001)
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def server() -> Iterator[Translating]:
    with running(Translating()) as found:
        yield found


@pytest.fixture
def fake(server: Translating) -> Translating:
    server.faults, server.asked, server.keys, server.models = [], [], [], ["little-chat"]
    return server


def film(texts: Sequence[str], **more: Any) -> list[Cue]:
    return [Cue(4_000 * number, 4_000 * number + 3_500, text, **more) for number, text in enumerate(texts)]


def german(cues: Sequence[Cue]) -> list[Cue]:
    return [replace(cue, text=foreign(cue.text), original=cue.text, language="de") for cue in cues]


def ask(
    fake: Translating,
    cues: Sequence[Cue],
    task: Task = TASK,
    way: LineLimits = WAY,
    cache: Path = IN_MEMORY,
) -> Translation:
    translator = ServerTranslator(fake.url, requests=2)
    with Cache(cache) as remembered:
        found = translated(cues, translator, task, cache=remembered, way=way)
    translator.close()
    return found


def test_every_cue_is_translated_and_keeps_its_times_and_its_place(fake: Translating) -> None:
    cues = film(SAID, box=Box(1, 2, 3, 4), score=0.9, kind="sign", forced=True, alternative="Good even")
    assert ask(fake, cues) == Translation([replace(cue, alternative=None) for cue in german(cues)])
    assert fake.questions == [SAID]


def test_lines_are_asked_for_with_what_is_said_around_them(fake: Translating) -> None:
    cues = film([f"Line {number}." for number in range(1, 31)])
    ask(fake, cues, Task("pt-BR", "zh-Hant", "Heat: a thief.", {"line 25": "Linha 25"}), WAY._replace(context=2))
    asked = [json.loads(body["messages"][1]["content"]) for body in fake.asked]  # line 25 more than once
    first, second = (next(each for each in asked if each["lines"][0]["id"] == number) for number in ("1", "21"))
    assert first["after"] == ["Line 21.", "Line 22."]
    assert [line["id"] for line in first["lines"]] == [str(number) for number in range(1, 21)]
    assert first["lines"][0] == {"id": "1", "text": "Line 1.", "most": 70}
    assert second["before"] == ["Line 19.", "Line 20."]
    assert (second["film"], second["glossary"]) == ("Heat: a thief.", {"line 25": "Linha 25"})
    rules = fake.asked[0]["messages"][0]["content"]
    assert rules.startswith("You translate the subtitles of a film from Traditional Chinese into Brazilian Portuguese.")


def test_the_answer_is_held_to_its_form_and_nothing_is_left_to_chance(fake: Translating) -> None:
    ask(fake, film(["Hello.", "You."]))
    (asked,) = fake.asked
    schema = asked["response_format"]["json_schema"]["schema"]
    assert (schema["required"], schema["additionalProperties"]) == (["1", "2"], False)
    assert (asked["temperature"], asked.get("stream")) == (0.0, None)


def test_a_server_that_knows_no_form_is_asked_without(fake: Translating) -> None:
    fake.faults = [status(400, "response_format is not supported")]
    assert ask(fake, film(SAID)).failed == 0
    assert ["response_format" in body for body in fake.asked] == [True, False]


def test_a_server_that_knows_no_settings_is_asked_without_any(fake: Translating) -> None:
    fake.faults = [status(400, "response_format is not supported"), status(400, "max_tokens is not supported")]
    assert ask(fake, film(SAID)).failed == 0
    assert [sorted(body) for body in fake.asked] == [
        ["max_tokens", "messages", "model", "response_format", "temperature"],
        ["max_tokens", "messages", "model", "temperature"],
        ["messages", "model"],
    ]


def test_a_model_that_knows_no_system_message_is_told_the_rules_with_the_lines(fake: Translating) -> None:
    def no_system(handler: Handler) -> bool:
        return len(fake.asked[-1]["messages"]) == 2 and status(400, "System role not supported")(handler)

    fake.faults = [no_system] * 9
    assert ask(fake, film(SAID)).failed == 0
    (message,) = fake.asked[-1]["messages"]
    assert message["content"].startswith("You translate the subtitles of a film from English into German.")


@given(text=st.text(st.sampled_from("ab .,!-–♪#<>&/i\n你好。「」안ก12") | st.characters(), max_size=60))
def test_a_cue_that_is_taken_apart_and_put_together_says_what_it_said(text: str) -> None:
    cue = Cue(0, 1_000, text)
    whole = plain_of(dressed(turns(cue), 42))
    assert "".join(whole.split()) == "".join(re.sub(r"</?[ibu]>", "", text).split())


@pytest.mark.parametrize(
    "text",
    [
        "- Who is there?\n- Nobody.",
        "–Who is there?\n–Nobody at all.",
        "♪ I walk along the road ♪",
        "♪ I walk along the road\nand never look behind ♪",
        "# I walk along the road #",
        "- ♪ Along the road ♪\n- Be quiet!",
        "In 1984 he had 3 sons,\n10,000 sheep and -5 degrees.",
        "A line that is long enough to stand alone,\nand another one below it.",
        "[door opens]\n...",
        "...",
        "1984",
        "♪♪",
    ],
)
def test_what_stands_around_words_survives(fake: Translating, text: str) -> None:
    (cue,) = ask(fake, film([text])).cues
    assert cue.text == foreign(text)


@pytest.mark.parametrize(
    "styled",
    [
        "<i>Who is there?</i>",
        "<i>A voice from far away,\nand nobody to be seen.</i>",
        "<b>Title</b>\nand the words of a man",
        "- <i>On the telephone.</i>\n- In the room.",
        "We were on the <i>Titanic</i> when it sank,\n&amp; nobody knew where it lay.",
    ],
)
def test_italics_survive(fake: Translating, styled: str) -> None:
    text = by_name("vtt").loads(f"WEBVTT\n\n00:01.000 --> 00:03.000\n{styled}")[0].text
    (cue,) = ask(fake, film([text], styled=styled)).cues
    assert cue.styled == foreign(styled.replace("&amp;", "&")).replace("&", "&amp;")
    assert cue.text == foreign(text)


def test_lines_in_italics_of_a_picture_stay_so(fake: Translating) -> None:
    (cue,) = ask(fake, film(["A voice from far away.\nWho is there?"], italics=(0,))).cues
    assert cue.styled == foreign("<i>A voice from far away.</i>\nWho is there?")
    assert cue.italics == ()


def test_italics_that_the_model_drops_stay_around_words_that_it_keeps(fake: Translating) -> None:
    fake.faults = [saying(lambda right: {"1": "Wir sind auf der Titanic."})] * 2
    (cue,) = ask(fake, film(["We are on the Titanic."], styled="We are on the <i>Titanic</i>.")).cues
    assert (cue.styled, cue.text) == ("Wir sind auf der <i>Titanic</i>.", "Wir sind auf der Titanic.")


def test_lines_are_balanced_to_the_width_and_wide_letters_count_twice(fake: Translating) -> None:
    said = {
        "1": "Das ist ein Satz, der für eine Zeile viel zu lang geraten ist, und noch mehr.",
        "2": "私はそれを知りませんでした、でも今は知っています。",
    }
    fake.faults = [saying(lambda right: {"1": said["1"]})]
    assert ask(fake, film(["x x x x x x x x x x x x x x"])).cues[0].text == (
        "Das ist ein Satz, der für eine Zeile\nviel zu lang geraten ist, und noch mehr."
    )
    fake.faults = [saying(lambda right: {"1": said["2"]})]
    assert ask(fake, film(["I did not know it, but now I do."]), Task("ja"), WAY._replace(width=30)).cues[0].text == (
        "私はそれを知りませんでした、\nでも今は知っています。"
    )


def test_what_cannot_be_read_in_its_time_is_asked_for_again(fake: Translating) -> None:
    fake.faults = [saying(lambda right: {"1": "Guten Abend, meine sehr verehrten Herren!"})]
    (cue,) = ask(fake, [Cue(0, 1_000, "Good evening.")]).cues
    assert cue.text == foreign("Good evening.")
    assert json.loads(fake.asked[1]["messages"][1]["content"])["lines"] == [
        {"id": "1", "text": "Good evening.", "most": 20, "wrong": "shorten it to at most 20 letters"}
    ]


def test_cues_in_the_language_already_stay_as_they_are_and_are_not_asked_for(fake: Translating) -> None:
    cues = film(["Guten Abend."], language="de") + film(["Good evening."], language="en")
    assert ask(fake, cues).cues == [cues[0], *german(cues[1:])]
    assert fake.questions == [["Good evening."]]


def test_words_alone_do_not_say_that_there_is_nothing_to_translate(fake: Translating) -> None:
    """Danish and Norwegian, Czech and Slovak are easily taken for one another."""
    cues = film(SAID[:3])
    assert [cue.original for cue in ask(fake, cues, Task("en")).cues] == SAID[:3]


def test_a_bilingual_cue_keeps_the_order_and_its_styles(fake: Translating) -> None:
    cue = Cue(0, 3_000, "- Who is there?\n- Me.", styled="- <i>Who is there?</i>\n- Me.")
    above, below = (ask(fake, [cue], way=WAY._replace(bilingual=order)).cues[0] for order in ("above", "below"))
    assert above.text == f"{foreign(cue.text)}\n{cue.text}"
    assert below.styled == f"{cue.styled}\n{foreign(cue.styled or '')}"
    assert below.original == cue.text


def test_a_translation_has_no_times_of_words_and_what_is_in_the_language_already_keeps_its_own(
    fake: Translating,
) -> None:
    cue = Cue(0, 3_000, "Stop here", words=(Word(0, 1_000, "Stop"), Word(1_000, 3_000, "here")))
    (found,) = ask(fake, [cue], way=WAY._replace(bilingual="below")).cues
    assert (found.original, found.words) == ("Stop here", ())
    there = replace(cue, language="de")
    assert ask(fake, [there]).cues == [there]


def test_the_style_and_the_place_of_a_script_s_event_stay(fake: Translating) -> None:
    cue = Cue(0, 3_000, "Stop here", markup=r"0,Sign,,0,0,0,,{\pos(10,20)\k30}Stop {\i1}here{\i0}")
    (found,) = ask(fake, [cue]).cues
    assert found.markup == rf"0,Sign,,0,0,0,,{{\pos(10,20)}}{foreign('Stop here')}"


def test_columns_of_text_are_rows_in_a_language_that_knows_no_columns(fake: Translating) -> None:
    cue = Cue(0, 3_000, "こんにちは", vertical=True)
    fake.faults = [saying(lambda right: {"1": "Guten Tag"}), saying(lambda right: {"1": "你好"})]
    assert [ask(fake, [cue], Task(to, "ja")).cues[0].vertical for to in ("de", "zh")] == [False, True]


# What models and servers do wrong.


def without(number: int) -> Callable[[dict[str, str]], object]:
    return lambda right: {one: text for one, text in right.items() if one != str(number)}


def joined(right: dict[str, str]) -> object:
    """The second line in the first one, and nothing in its place."""
    numbers = list(right)
    return right if len(right) < 2 else right | {numbers[0]: f"{right[numbers[0]]} {right[numbers[1]]}", numbers[1]: ""}


def moved(right: dict[str, str]) -> object:
    """Each line has the translation of the next one, the last one once more its own."""
    texts = list(right.values())
    return dict(zip(right, [*texts[1:], *texts[-1:]], strict=True))


def twice(right: dict[str, str]) -> object:
    pairs = [f"{json.dumps(number)}: {json.dumps(text)}" for number, text in right.items()]
    return "{" + ", ".join([*pairs, f'"{next(iter(right))}": "anderes"']) + "}"


ANSWERS: dict[str, Callable[[dict[str, str]], object]] = {
    "too few": lambda right: dict(list(right.items())[::2]),
    "none": lambda right: {},
    "joined": joined,
    "twice": twice,
    "empty": lambda right: dict.fromkeys(right, " "),
    "prose": lambda right: "I am sorry, I cannot translate this. Shall I try something else?",
    "no JSON": lambda right: json.dumps(right)[:-3],
    "a list": lambda right: list(right.values()),
    "numbers": lambda right: dict.fromkeys(right, 7),
    "all the same": lambda right: dict.fromkeys(right, "Immer dasselbe."),
    "notes": lambda right: {one: f"{text} (Note: literally so)" for one, text in right.items()},
    "labels": lambda right: {one: f"Translation: {text}" for one, text in right.items()},
    "other numbers": lambda right: {one: re.sub(r"\d", "7", text) for one, text in right.items()},
    "a speech": lambda right: {one: f"{text} und so weiter" + " bla" * 90 for one, text in right.items()},
}
HARMLESS: dict[str, Callable[[dict[str, str]], object]] = {
    "right": lambda right: right,
    "a fence": lambda right: f"Here you are:\n```json\n{json.dumps(right)}\n```\nAnything else?",
    "thoughts": lambda right: f'<think>{{"1": "no"}}</think>{json.dumps(right)}',
    "more than asked": lambda right: right | {"999": "mehr"},
}
SERVERS: dict[str, Fault] = {
    "429": status(429), "slow": slow, "500": status(500), "503": status(503), "400": status(400),
    "cut": cut, "plain": plain, "damaged": damaged, "other": other,
}  # fmt: skip


@pytest.mark.parametrize("answer", [*ANSWERS, *HARMLESS])
def test_one_wrong_answer_is_mended(fake: Translating, answer: str) -> None:
    fake.faults = [saying((ANSWERS | HARMLESS)[answer])]
    assert ask(fake, film(SAID)) == Translation(german(film(SAID)))
    assert len(fake.asked) == (1 if answer in HARMLESS else 2)


def test_translations_that_moved_by_a_line_are_not_taken(fake: Translating) -> None:
    fake.faults = [saying(moved)]
    assert ask(fake, film(SAID)) == Translation(german(film(SAID)))


def test_only_what_is_missing_is_asked_for_again_and_then_each_line_by_itself(fake: Translating) -> None:
    fake.faults = [saying(without(4)), saying(lambda right: {"4": right["4"]})]
    assert ask(fake, film(SAID)) == Translation(german(film(SAID)))
    assert fake.questions == [SAID, SAID[2:5], *([text] for text in SAID[2:5])]


def test_what_never_comes_stays_in_the_original_language_and_is_marked(fake: Translating) -> None:
    fake.faults = [saying(without(1)), saying(without(1)), saying(without(1))]
    found = ask(fake, film(["Good evening.", "At home."]))
    assert found.cues == [replace(film(["Good evening."])[0], untranslated=True), *german(film(["", "At home."])[1:])]
    error = found.failure()
    assert error is not None
    assert (error.exit_code, str(error)) == (
        9,
        "1 of 2 cues could not be translated: they stay as they were.",
    )


def test_what_one_speaker_says_alone_is_no_translation_of_a_cue(fake: Translating) -> None:
    fake.faults = [saying(without(2))] * 4
    cue = Cue(0, 3_000, "- Who is there?\n- Nobody.")
    assert ask(fake, [cue]).cues == [replace(cue, untranslated=True)]


@pytest.mark.parametrize(
    "said", ["Where have you been all this time?", "Где ты был всё это время", "你这段时间都在哪里呢"]
)
def test_what_is_not_in_the_language_is_no_translation(fake: Translating, said: str) -> None:
    fake.faults = [saying(lambda right: {"1": said})] * 2
    assert ask(fake, film(["Where have you been all this time?"])).failed == 1


def test_the_glossary_is_insisted_on_but_a_line_is_not_lost_for_it(fake: Translating) -> None:
    task = Task("de", "en", glossary={"station": "Bahnhof"})
    fake.faults = [saying(lambda right: {"1": "Zur Station!"}), saying(lambda right: {"1": "Zum Bahnhof!"})]
    assert ask(fake, film(["To the station!"]), task).cues[0].text == "Zum Bahnhof!"
    fake.faults = [saying(lambda right: {"1": "Zur Station!"})] * 2
    assert ask(fake, film(["To the station!"]), task).cues[0].text == "Zur Station!"


@pytest.mark.parametrize(
    ("original", "said", "to", "holds"),
    [
        ("It costs 10,000 euros.", "Es kostet 10.000 Euro.", "de", True),
        ("It costs 10,000 yen.", "1万円です。", "ja", True),
        ("Room ３", "Zimmer 3", "de", True),
        ("Room 3", "Zimmer drei", "de", True),
        ("Room 3", "Zimmer 4", "de", False),
        ("Room 3", "Zimmer", "de", True),
        ("1.5 miles", "1,5 Meilen", "de", True),
    ],
)
def test_a_number_is_the_same_however_it_is_written_and_never_another(
    fake: Translating, original: str, said: str, to: str, holds: bool
) -> None:
    fake.faults = [saying(lambda right: {"1": said})] * 3
    assert (ask(fake, film([original]), Task(to, "en")).failed == 0) is holds


def test_a_server_that_goes_away_is_not_asked_for_every_line_and_what_it_said_stays(fake: Translating) -> None:
    fake.faults = [saying(lambda right: right)] + [status(500, "gone")] * 100
    cues = film([f"Line {number}, please." for number in range(400)])
    translator = ServerTranslator(fake.url, requests=1)
    with Cache(IN_MEMORY) as cache:
        found = translated(cues, translator, TASK, cache=cache, way=WAY)
    assert found.cues == [*german(cues[:20]), *(replace(cue, untranslated=True) for cue in cues[20:])]
    assert isinstance(found.trouble, EngineError)
    assert len(fake.asked) <= 1 + 5 * 4


def test_a_server_that_is_asked_too_often_is_asked_more_slowly(fake: Translating) -> None:
    fake.faults = [status(429)] * 23
    assert ask(fake, film(SAID)) == Translation(german(film(SAID)))


def test_answers_that_come_late_come_to_their_lines(fake: Translating) -> None:
    cues = film([f"Line {number}, please." for number in range(60)])
    fake.faults = [slow]
    assert ask(fake, cues) == Translation(german(cues))


def test_a_server_that_takes_too_long_leaves_its_lines_as_they_are(
    fake: Translating, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subextract.translation.server.WINDOW_SECONDS", 0.1)
    fake.faults = [slow] * 5
    found = ask(fake, film(SAID))
    assert (found.failed, "takes too long" in str(found.trouble)) == (9, True)


@pytest.mark.parametrize(
    ("text", "source", "failed"),
    [
        ("See you tomorrow at the station.", "zh", 0),
        ("We will see each other tomorrow, my friend.", "de", 0),
        ("Wir sehen uns morgen wieder, mein Freund.", "de", 1),
        ("See you tomorrow at the station.", None, 1),
        ("NASA", "de", 0),
    ],
)
def test_a_line_that_was_in_the_language_all_the_time_may_stay(
    fake: Translating, text: str, source: str | None, failed: int
) -> None:
    fake.faults = [saying(lambda right: {"1": text})] * 2
    assert ask(fake, [Cue(0, 3_000, text)], Task("en", source)).failed == failed


@pytest.mark.parametrize(("to", "failed"), [("sr", 0), ("sr-Cyrl", 1), ("ru", 1)])
def test_a_language_of_two_scripts_may_be_written_in_either(fake: Translating, to: str, failed: int) -> None:
    fake.faults = [saying(lambda right: {"1": "Gde si bio sve ovo vreme?"})] * 2
    assert ask(fake, film(["Where have you been all this time?"]), Task(to, "en")).failed == failed


def test_lines_at_which_a_server_always_fails_do_not_stop_the_others(
    fake: Translating, caplog: pytest.LogCaptureFixture
) -> None:
    def choking(handler: Handler) -> bool:
        return "Line 7, please." in fake.questions[-1] and status(500)(handler)

    fake.faults = [choking] * 40
    translator = ServerTranslator(fake.url, requests=1)
    with Cache(IN_MEMORY) as cache:
        found = translated(film([f"Line {n}, please." for n in range(60)]), translator, TASK, cache=cache, way=WAY)
    assert [cue.untranslated for cue in found.cues] == [True] * 20 + [False] * 40
    assert found.trouble is None
    assert "refuses (Error code: 500 - no)" in caplog.text


WORDS = st.sampled_from(
    ["home", "No", "Titanic", "away?", "12", "I waited", "all the time,", "10:45", "♪", "-", "end."]
)
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=2).map("\n".join)
UNSEEN = "all the same"  # where only one line is asked for, that is a translation like any other
SAYINGS = [saying(answer) for name, answer in (ANSWERS | HARMLESS).items() if name != UNSEEN]
FAULTS = st.sampled_from([*SAYINGS, *SERVERS.values()])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=30), faults=st.lists(FAULTS, max_size=12))
def test_whatever_goes_wrong_no_cue_is_lost_or_takes_the_place_of_another(
    fake: Translating, texts: list[str], faults: list[Fault]
) -> None:
    cues, fake.faults = film(texts), []
    right = ask(fake, cues).cues
    fake.faults = list(faults)
    found = ask(fake, cues)
    marked = [replace(cue, untranslated=True) for cue in cues]
    assert all(cue in either for cue, *either in zip(found.cues, right, marked, strict=True))
    assert found.failed == sum(cue.untranslated for cue in found.cues)


# What is known is not asked for again.


def test_a_line_is_asked_for_once_and_a_run_that_was_stopped_goes_on(fake: Translating, tmp_path: Path) -> None:
    cues = film([f"Line {number}, please." for number in range(60)])
    fake.faults = [saying(lambda right: right)] * 2 + [status(400)] * 200
    assert 0 < ask(fake, cues, cache=tmp_path / "known.db").failed < 60
    fake.faults, before = [], len(fake.asked)
    assert ask(fake, cues, cache=tmp_path / "known.db") == Translation(german(cues))
    again = [text for texts in fake.questions[before:] for text in texts]
    assert len(again) == len(set(again)) < 60
    fake.asked = []
    assert ask(fake, cues, cache=tmp_path / "known.db") == Translation(german(cues))
    assert fake.asked == []


def test_equal_lines_with_equal_lines_around_them_are_asked_for_together(fake: Translating) -> None:
    ask(fake, film(["No!", "At home.", "No!", "At home.", "No!"]), way=WAY._replace(context=0))
    assert fake.questions == [["No!", "At home."]]


@pytest.mark.parametrize(
    ("task", "way", "model"),
    [
        (Task("fr", "en"), WAY, "little-chat"),
        (Task("de", "sv"), WAY, "little-chat"),
        (Task("de", "en", about="A western."), WAY, "little-chat"),
        (Task("de", "en", glossary={"home": "Heim"}), WAY, "little-chat"),
        (TASK, WAY._replace(context=1), "little-chat"),
        (TASK, WAY, "other-chat"),
    ],
)
def test_what_decides_the_answer_decides_whether_it_is_known(
    fake: Translating, tmp_path: Path, task: Task, way: LineLimits, model: str
) -> None:
    cues = film(["Good evening.", "At home.", "Sorry."])
    ask(fake, cues, cache=tmp_path / "known.db")
    fake.asked, fake.models = [], [model]
    ask(fake, cues, task, way, tmp_path / "known.db")
    assert fake.asked != []


def test_a_cache_that_cannot_be_used_costs_only_itself(
    fake: Translating, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "known.db").write_bytes(b"this is no database, but long enough to be taken for one" * 30)
    assert ask(fake, film(SAID), cache=tmp_path / "known.db").failed == 0
    assert "Translations are not remembered, because" in caplog.text


def test_the_key_is_nowhere_but_in_the_request(
    fake: Translating, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "key").write_text("very-secret\n")
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(tmp_path / "key"))
    caplog.set_level("DEBUG")
    fake.faults = [status(500), status(400), saying(lambda right: "")]
    found = ask(fake, film(SAID), cache=tmp_path / "known.db")
    assert {*fake.keys} == {"Bearer very-secret"}
    assert "very-secret" not in caplog.text + by_name("json").dumps(found.cues)
    assert b"very-secret" not in b"".join(each.read_bytes() for each in tmp_path.glob("known.db*"))


# In Python.


def test_cues_are_translated_from_python(fake: Translating) -> None:
    cues = film(SAID)
    seen: list[tuple[int, int | None]] = []
    options = Options(translator_url=fake.url, language="en")
    assert subextract.translate(cues, to="de", options=options, on_progress=lambda *at: seen.append(at)) == german(cues)
    assert seen[-1] == (9, 9)


class Shouting:
    """A translator of somebody's own."""

    def key(self, passage: Passage, task: Task) -> list[object]:
        return ["shouting", passage.text]

    def answers(self, passages: Sequence[Passage], task: Task) -> Iterator[tuple[int, str]]:
        for passage in passages:
            if "not" not in passage.text:
                yield passage.number, f"{passage.text.upper()}!"

    def close(self) -> None:
        """Holds nothing."""


def test_a_translator_of_one_s_own_will_do(caplog: pytest.LogCaptureFixture) -> None:
    cues = film(["yes", "not this", "yes"])
    found = subextract.translate(cues, to="de", translator=Shouting())
    assert [(cue.text, cue.untranslated) for cue in found] == [("YES!", False), ("not this", True), ("YES!", False)]
    assert "1 of 3 cues could not be translated" in caplog.text


def test_without_a_language_or_a_server_there_is_a_sentence(fake: Translating) -> None:
    with pytest.raises(UsageError, match="no language to translate into"):
        subextract.translate([])
    with pytest.raises(UsageError, match="needs --translator-url"):
        subextract.translate([], to="de")
    fake.models = ["one", "two"]
    with pytest.raises(EngineError, match="has several models; add --translator-model with one of one, two"):
        subextract.translate([], to="de", options=Options(translator_url=fake.url))

"""Whether models in this process are loaded, told the languages and asked in batches as each by itself.

The checkpoints are tiny and their weights are chance: what they say means nothing, but is always the same.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import subextract
from subextract import Options
from subextract.errors import EngineError, UsageError
from subextract.ocr.vlm.loading import Source
from subextract.translation import Passage, Task
from subextract.translation import models as models_module
from subextract.translation.families import told
from subextract.translation.local import LocalTranslator, _loaded
from subextract.translation.models import batches
from subextract.types import Cue
from tests.helpers import textmodels
from tests.helpers.textmodels import SENTENCES

pytestmark = pytest.mark.usefixtures("one_thread")
TASK = Task("de", "en")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkpoint of each family."""
    folder = tmp_path_factory.mktemp("models")
    textmodels.marian(folder / "marian", "eng", "deu")
    textmodels.marian(folder / "marian-many", "en", "ROMANCE", (">>fra<<", ">>pt_br<<", ">>cmn_Hans<<"))
    textmodels.m2m100(folder / "m2m100")
    textmodels.nllb(folder / "nllb")
    textmodels.chat(folder / "chat")
    return folder


def loaded(folder: Path, name: str) -> models_module.SentenceModel | models_module.ChatModel:
    return _loaded(Source(str(folder / name), device="cpu"), "float32")


@pytest.mark.parametrize("name", ["marian", "m2m100", "nllb", "chat"])
def test_a_batch_says_what_each_text_alone_becomes(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models_module, "TEXTS_ON_CPU", 3)
    model = loaded(folder, name)
    texts = [*SENTENCES, "Good evening. At home. No train!", SENTENCES[0]]
    together = model.say(texts, TASK)
    assert together == [model.say([text], TASK)[0] for text in texts]
    assert together[0] == together[-1]
    assert len({*together}) > 2


def test_two_sentences_are_translated_each_by_itself(folder: Path) -> None:
    model = loaded(folder, "marian")
    first, second, both = model.say(["At home.", "Good evening!", "At home. Good evening!"], TASK)
    assert both == f"{first} {second}".strip()


def test_batches_are_of_about_one_length_and_their_limit_depends_on_nothing_else() -> None:
    found = list(batches(["a", "bbbb", "c", "dd", "e"], [5, 40, 16, 17, 1], 2))
    assert found == [(48, ["e", "a"]), (48, ["c"]), (80, ["dd"]), (112, ["bbbb"])]


@pytest.mark.parametrize(
    ("name", "task", "before", "source", "target"),
    [
        ("marian", Task("de", "en"), "", None, None),
        ("marian", Task("ger", None), "", None, None),
        ("marian-many", Task("fr", "en"), ">>fra<< ", None, None),
        ("marian-many", Task("pt-BR", "en"), ">>pt_br<< ", None, None),
        ("marian-many", Task("zh-Hans", "en"), ">>cmn_Hans<< ", None, None),
        ("m2m100", Task("de", "en"), "", "en", "__de__"),
        ("m2m100", Task("zh-Hant", "nb"), "", "no", "__zh__"),
        ("m2m100", Task("fil", "he"), "", "he", "__tl__"),
        ("nllb", Task("de", "en"), "", "eng_Latn", "deu_Latn"),
        ("nllb", Task("zh-Hant", "zh"), "", "zho_Hans", "zho_Hant"),
        ("nllb", Task("sr", "ar"), "", "arb_Arab", "srp_Cyrl"),
        ("nllb", Task("ko", "fa"), "", "pes_Arab", "kor_Hang"),
        ("nllb", Task("et", "ja"), "", "jpn_Jpan", "est_Latn"),
        ("nllb", Task("pt-BR", "lv"), "", "lvs_Latn", "por_Latn"),
    ],
)
def test_each_family_is_told_the_languages_in_its_own_codes(
    folder: Path, name: str, task: Task, before: str, source: str | None, target: str | None
) -> None:
    tokenizer = loaded(folder, name)._tokenizer
    how = told(tokenizer, name, task)
    assert how.before == before
    if target:
        assert tokenizer.src_lang == source
        assert tokenizer.convert_ids_to_tokens(how.settings["forced_bos_token_id"]) == target


@pytest.mark.parametrize(
    ("name", "task", "sentence"),
    [
        ("marian", Task("fr", "en"), "translates into German, not into French; name another model with"),
        ("marian", Task("de", "ja"), "translates from English, not from Japanese; name another model with"),
        ("marian-many", Task("de", "en"), "does not know German, only cmn_Hans, fra, pt_br; name another model"),
        ("m2m100", Task("eu", "en"), "does not translate into Basque, only af, am, ar, ast, az, ba, be, bg, bn, br"),
        ("m2m100", Task("en", "eu"), "does not translate from Basque, only"),
        ("nllb", Task("la", "en"), "does not translate into Latin, only ace_Arab"),
    ],
)
def test_a_pair_that_the_model_lacks_is_told_at_once(folder: Path, name: str, task: Task, sentence: str) -> None:
    with pytest.raises(EngineError) as error:
        LocalTranslator(str(folder / name), task, device="cpu")
    assert str(error.value).startswith(f"{folder / name} {sentence}")


def test_a_model_that_must_know_from_which_language_says_so(folder: Path) -> None:
    translator = LocalTranslator(str(folder / "m2m100"), Task("de"), device="cpu")
    with pytest.raises(UsageError, match=r"The language of the subtitles is not certain; name it, as in --from en"):
        list(translator.answers([Passage(1, "x")], Task("de")))


@pytest.mark.parametrize("name", ["marian", "m2m100", "nllb", "chat"])
def test_cues_stay_as_many_and_where_they_were(
    folder: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cues = [Cue(1000 * number, 1000 * number + 900, f"- {text}\n- No.") for number, text in enumerate(SENTENCES)]
    options = Options(translator_model=str(folder / name), device="cpu", language="en")
    found = subextract.translate(cues, to="de", translator="local", options=options)
    assert [(cue.start, cue.end) for cue in found] == [(cue.start, cue.end) for cue in cues]
    for cue, before in zip(found, cues, strict=True):
        assert cue == replace(before, untranslated=True) or (cue.original, cue.language) == (before.text, "de")
        assert cue.untranslated or [line[:2] for line in cue.text.split("\n")][:1] == ["- "]


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: (folder / "config.json").write_text("{"), "cannot be loaded ("),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x"), "cannot be loaded ("),
        (
            lambda folder: (folder / "chat_template.jinja").unlink(),
            "is neither a translator nor a chat model; name one",
        ),
    ],
)
def test_a_broken_model_is_told_in_one_sentence(folder: Path, tmp_path: Path, damage: object, sentence: str) -> None:
    broken = textmodels.chat(tmp_path / "broken")
    assert callable(damage)
    damage(broken)
    with pytest.raises(EngineError) as error:
        LocalTranslator(str(broken), TASK, device="cpu")
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_model_that_is_not_here_is_told_with_its_flag() -> None:
    with pytest.raises(EngineError, match=r"The folder /no/where does not exist; give --translator-model the folder"):
        LocalTranslator("/no/where", TASK)

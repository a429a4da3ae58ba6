"""Whether every detector and reader does what the pipeline expects, and each language finds a reader that knows it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from fixtures.checkpoints import random_checkpoint
from subextract import ocr
from subextract.errors import EngineError, UsageError
from subextract.ocr import ink
from subextract.ocr.languages import LANGUAGES, Language, describe, is_right_to_left, refuse_unreadable
from subextract.ocr.seams import Detector, Engine, Reader
from subextract.ocr.tesseract import Reading, TesseractReader, Word, end_first, right_to_left, tidy, with_comma
from subextract.options import Asked
from subextract.types import Box, Clip, Image, Line, Luma

Colour = tuple[int, int, int]

FONT = cv2.FONT_HERSHEY_SIMPLEX
WHITE, BLACK, GREEN, CYAN, GREY = (255, 255, 255), (0, 0, 0), (60, 110, 50), (0, 230, 250), (190, 180, 175)
ROOM = 8  # px between the letters and the edge of their box


def flat(colour: Colour, width: int = 480, height: int = 60) -> Image:
    return np.full((height, width, 3), colour, np.uint8)


def painted(ground: Image, text: str, *, fill: Colour = WHITE, outline: Colour = BLACK, top: int = 10) -> Image:
    """The picture with a line of outlined letters, 22 px high, that begins at column 40 below ``top``."""
    letters = np.zeros(ground.shape[:2], np.uint8)
    cv2.putText(letters, text, (40, top + 26), FONT, 1, 255, 2, cv2.LINE_AA)
    image = ground.astype(np.float32)
    for colour, mask in ((outline, cv2.dilate(letters, np.ones((5, 5), np.uint8))), (fill, letters)):
        share = (mask[..., None] / 255).astype(np.float32)
        image += (np.array(colour, np.float32) - image) * share
    return image.round().astype(np.uint8)


def box_of(text: str, top: int = 10) -> Box:
    width, height = cv2.getTextSize(text, FONT, 1, 2)[0]
    return Box(40 - ROOM, top + 26 - height - ROOM, 40 + width + ROOM, top + 26 + ROOM)


def clip_of(*texts: str, ground: Colour = GREEN, at: tuple[int, int] = (100, 500)) -> Clip:
    image = flat(ground, height=50 * len(texts) + 10)
    for number, text in enumerate(texts):
        image = painted(image, text, top=10 + 50 * number)
    lines = tuple(box_of(text, 10 + 50 * number) for number, text in enumerate(texts))
    return Clip(0, 1000, image, Box(*at, at[0] + image.shape[1], at[1] + image.shape[0]), lines)


def moved(clip: Clip) -> list[Box | None]:
    return [box.moved(clip.box.left, clip.box.top) for box in clip.lines]


# --- readers -----------------------------------------------------------------------------------------------------

FAKE = """#!{python}
import os, sys
with open({log!r}, "a") as log:
    print(*sys.argv[1:], "threads", os.environ["OMP_THREAD_LIMIT"], file=log)
if sys.argv[1] == "--list-langs":
    print("List of available languages (3):", "ara", "eng", "kor", sep="\\n")
    sys.exit()
names = open(sys.argv[1]).read().split()
with open(sys.argv[2] + ".txt", "w") as text, open(sys.argv[2] + ".tsv", "w") as table:
    print("level", "page_num", "block_num", "and so on", sep="\\t", file=table)
    for number, name in enumerate(names, 1):
        width = int.from_bytes(open(name, "rb").read()[16:20], "big")
        print(1, number, 0, 0, 0, 0, 0, 0, width, 60, -1, "", sep="\\t", file=table)
        for word, (said, sure) in enumerate((("wide", 96), (width, 90)), 1):
            print(5, number, 1, 1, 1, word, 12, 12, 20, 20, sure, said, sep="\\t", file=table)
        print("wide ", width, "\\n", sep="", end="" if number == len(names) else "\\f", file=text)
"""


@pytest.fixture
def fake_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that says how wide each page is; the path is that of the list of its calls."""
    log, program = tmp_path / "calls.log", tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(FAKE.format(python=sys.executable, log=str(log)), "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return log


def tesseract_packs() -> set[str]:
    if not shutil.which("tesseract"):
        return set()
    return set(subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True).stdout.splitlines()[1:])


class Counting:
    """The simplest reader: says how wide each line is."""

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        return [
            [Line(f"wide {box.width}", box.moved(clip.box.left, clip.box.top)) for box in clip.lines] for clip in clips
        ]

    def close(self) -> None:
        pass


class Subject(NamedTuple):
    """A reader under test; ``reads``: it reads what is painted, so that the text itself is known."""

    reader: Reader
    reads: bool


@pytest.fixture(scope="module")
def rapid() -> Reader:
    return ocr.reader("rapidocr", language="en")


@pytest.fixture(scope="module")
def tiny(one_thread: None, tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """A model with random weights, which reads nothing sensible."""
    folder = random_checkpoint(tmp_path_factory.mktemp("checkpoints") / "hunyuan")
    return Asked(model=str(folder), device="cpu", dtype="fp32")


@pytest.fixture(params=["counting", "rapidocr", "fake tesseract", "tesseract", "hunyuan", "cascade"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    name = request.param
    if name == "tesseract" and "eng" not in tesseract_packs():
        pytest.skip("needs the program Tesseract and its pack eng: apt-get install tesseract-ocr")
    if name == "fake tesseract":
        request.getfixturevalue("fake_tesseract")
    made: dict[str, Callable[[], Reader]] = {
        "counting": Counting,
        "rapidocr": lambda: request.getfixturevalue("rapid"),
        "fake tesseract": lambda: ocr.reader("tesseract", language="ko"),
        "tesseract": lambda: ocr.reader("tesseract", language="en"),
        "hunyuan": lambda: ocr.reader("hunyuan", asked=request.getfixturevalue("tiny")),
        "cascade": lambda: ocr.reader("cascade", asked=request.getfixturevalue("tiny")),
    }
    reader = made[name]()
    yield Subject(reader, reads=name in ("rapidocr", "tesseract"))
    reader.close()


def test_a_reader_answers_nothing_with_nothing(subject: Subject) -> None:
    assert subject.reader.read([]) == []


def test_a_clip_without_lines_has_no_text(subject: Subject) -> None:
    empty = Clip(0, 1000, flat(GREEN), Box(0, 0, 480, 60))
    assert subject.reader.read([empty, empty]) == [[], []]
    assert [len(lines) for lines in subject.reader.read([empty, clip_of("Good evening"), empty])] == [0, 1, 0]


def test_lines_come_in_the_order_of_their_boxes_in_pixels_of_the_video(subject: Subject) -> None:
    clip = clip_of("Where were you", "last night?")
    turned = Clip(0, 1000, clip.image, clip.box, clip.lines[::-1])
    (first,), (second,) = (subject.reader.read([one]) for one in (clip, turned))
    assert [line.box for line in first] == moved(clip)
    assert [line.box for line in second] == moved(turned)
    assert [line.text for line in second] == [line.text for line in first][::-1]
    if subject.reads:
        assert [line.text for line in first] == ["Where were you", "last night?"]


def test_a_score_is_a_share_or_unknown(subject: Subject) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 480, 3)).astype(np.uint8)
    unreadable = Clip(0, 1000, noise, Box(0, 0, 480, 60), (Box(10, 10, 300, 40),))
    lines = [line for found in subject.reader.read([clip_of("Good evening"), unreadable]) for line in found]
    assert len(lines) == 2
    assert all(line.score is None or 0 <= line.score <= 1 for line in lines)


def test_a_batch_is_read_like_one_clip_after_the_other(subject: Subject) -> None:
    clips = [clip_of("Good evening"), clip_of("Where were you", "last night?"), clip_of("No")]
    together = subject.reader.read(clips)
    alone = [subject.reader.read([clip])[0] for clip in clips]
    assert [[(line.text, line.box) for line in one] for one in together] == [
        [(line.text, line.box) for line in one] for one in alone
    ]


@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(479, 59, 480, 60), Box(0, 0, 480, 60), Box(0, 0, 480, 3)])
def test_a_box_of_any_size_is_one_line(subject: Subject, box: Box) -> None:
    (lines,) = subject.reader.read([Clip(0, 1000, flat(GREEN), Box(5, 7, 485, 67), (box,))])
    assert [line.box for line in lines] == [box.moved(5, 7)]


def test_a_reader_can_be_closed_twice(subject: Subject) -> None:
    subject.reader.close()
    subject.reader.close()


# --- detectors ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def detector() -> Detector:
    return ocr.detector()


def test_who_finds_and_who_reads_use_as_many_threads_as_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rapid = import_module("subextract.ocr.rapid")
    told: list[int | None] = []
    monkeypatch.setattr(rapid, "session", lambda model, threads: told.append(threads))
    monkeypatch.setattr(rapid, "symbols", lambda recogniser: [])
    ocr.detector(threads=1)
    ocr.detector()
    ocr.reader(threads=2)
    ocr.reader()
    checkpoint = import_module("subextract.ocr.checkpoint")
    monkeypatch.setattr(checkpoint, "Checkpoint", lambda *_, threads: SimpleNamespace(batch=told.append(threads)))
    ocr.reader("hunyuan", threads=3)  # and the reader that checks it
    assert told == [1, None, 2, None, 3, 3]


def test_a_detector_answers_nothing_with_nothing(detector: Detector) -> None:
    assert detector.detect([]) == []


def test_two_lines_are_found_where_they_are(detector: Detector) -> None:
    clip = clip_of("Where were you", "last night?")
    (boxes,) = detector.detect([clip.image])
    assert len(boxes) == 2
    for found, true in zip(sorted(boxes, key=lambda box: box.top), clip.lines, strict=True):
        assert found.intersection(true).area > 0.7 * found.union(true).area


@pytest.mark.parametrize(
    "picture",
    [
        flat(GREEN),
        np.random.default_rng(1).integers(0, 255, (96, 320, 3)).astype(np.uint8),
        np.tile(np.linspace(0, 255, 320).astype(np.uint8)[None, :, None], (96, 1, 3)),
    ],
    ids=["flat", "noise", "gradient"],
)
def test_a_picture_without_text_has_no_lines(detector: Detector, picture: Image) -> None:
    assert detector.detect([picture]) == [[]]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (33, 17), (481, 59)])
def test_a_picture_of_any_size_is_looked_at(detector: Detector, width: int, height: int) -> None:
    assert detector.detect([flat(GREEN, width, height)]) == [[]]


def test_boxes_lie_inside_of_their_picture(detector: Detector) -> None:
    image = painted(flat(GREEN), "Where were you last night?")[:, 50:333]
    (boxes,) = detector.detect([image])
    assert boxes
    assert all(box.intersection(Box(0, 0, 283, 60)) == box for box in boxes)


# --- the registry ------------------------------------------------------------------------------------------------


def test_an_unknown_engine_is_refused_with_the_closest_one() -> None:
    with pytest.raises(UsageError) as refusal:
        ocr.reader("tesserakt", language="ko")
    assert str(refusal.value) == (
        "There is no engine 'tesserakt'; did you mean 'tesseract'? The engines are rapidocr, tesseract, "
        "hunyuan, server, cascade."
    )


def test_engines_say_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [(one.name, one.missing) for one in ocr.engines()] == [
        ("rapidocr", None),
        ("tesseract", "Not installed; run: apt-get install tesseract-ocr, or brew install tesseract."),
        ("hunyuan", None),
        ("server", None),
        ("cascade", None),
    ]


def test_engines_are_listed_without_loading_their_libraries() -> None:
    script = "import sys; from subextract import engines; engines(); print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert set(loaded) & {"rapidocr", "onnxruntime", "cv2", "torch", "transformers", "openai"} == set()


def other_package(folder: Path, code: str) -> None:
    """An installed package ``other`` with a reader of its own."""
    (folder / "other_reader.py").write_text(code, "utf-8")
    facts = folder / "other-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n", "utf-8")
    (facts / "entry_points.txt").write_text("[subextract.readers]\nother = other_reader:make\n", "utf-8")


def test_another_package_can_bring_a_reader(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other_package(tmp_path, "def make(*, language):\n    return f'a reader of {language}'\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert str(ocr.reader("other", language="ko")) == "a reader of ko"
    assert ocr.engines()[-1] == Engine("other", "from the package other", None)


def test_a_broken_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other_package(tmp_path, "raise RuntimeError('no card')\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "other_reader", raising=False)
    with pytest.raises(EngineError, match=r"'other' cannot be loaded \(no card\); reinstall the package other"):
        ocr.reader("other")


# --- languages ---------------------------------------------------------------------------------------------------

ALPHABETS = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "zh": "我从来没说过那句话你昨晚去哪儿了们必须在日出之前离开",
    "zh-Hant": "我從來沒說過那句話你昨晚去哪兒了們必須在日出之前離開",
    "ja": "そんなこと言ってない昨日の夜どこにいたんだ夜明け前に出発しなければならないアヴュッー々",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "de": "äöüß",
    "es": "áéíñóúü¿",
    "pt-BR": "áâãàçéêíóôõú",
    "it": "àèéìîòù",
    "tr": "çğıİöşü",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "ro": "ăâîșț",
    "hu": "áéíóöőúüű",
    "sv": "åäö",
    "is": "áðéíóúýþæö",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "hr": "čćđšž",
    "mt": "ċġħż",
    "sr-Latn": "čćđšž",
    "ko": "난그런말한적없어",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "he": "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "th": "กขคงจฉชซ",
    "hi": "अआइईउऊएऐ",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ",
    "vi": "ăâđêôơưạảấầẩẫậếềểễệ",
    "yo": "ẹọṣ",
}


@pytest.fixture(scope="module")
def bundled_letters() -> set[str]:
    onnxruntime, rapidocr = import_module("onnxruntime"), import_module("rapidocr")
    model = Path(str(rapidocr.__file__)).parent / "models" / "PP-OCRv6_rec_small.onnx"
    facts = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"]).get_modelmeta()
    return set(facts.custom_metadata_map["character"].split("\n"))


@pytest.mark.parametrize("tag", ALPHABETS)
def test_a_language_is_refused_if_the_bundled_model_lacks_its_letters(tag: str, bundled_letters: set[str]) -> None:
    def refused() -> bool:
        try:
            refuse_unreadable("rapidocr", tag)
        except UsageError:
            return True
        return False

    assert refused() == bool(set(ALPHABETS[tag]) - bundled_letters)


def test_the_refusal_says_which_engine_reads_the_language() -> None:
    with pytest.raises(UsageError) as refusal:
        ocr.reader("rapidocr", language="ko")
    assert str(refusal.value) == (
        "The engine 'rapidocr' cannot read Korean: its model does not know Hangul; add --engine tesseract, "
        "which needs apt-get install tesseract-ocr-kor, or brew install tesseract-lang."
    )


def test_no_language_and_an_unknown_one_are_nobody_s_business_but_the_reader_s() -> None:
    refuse_unreadable("rapidocr", None)
    refuse_unreadable("rapidocr", "tlh")
    refuse_unreadable("another", "ko")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ko", Language("ko", "Korean", "Kore", "kor")),
        ("ko-KR", Language("ko", "Korean", "Kore", "kor")),
        ("kor", Language("ko", "Korean", "Kore", "kor")),
        ("zh", Language("zh", "Chinese", "Hans", "chi_sim")),
        ("zh-Hant", Language("zh", "Chinese", "Hant", "chi_tra")),
        ("zh_TW", Language("zh", "Chinese", "Hant", "chi_tra")),
        ("zh-Hans-HK", Language("zh", "Chinese", "Hans", "chi_sim")),
        ("sr-Latn", Language("sr", "Serbian", "Latn", "srp_latn")),
        ("grc", Language("grc", "grc", "", "grc")),
    ],
)
def test_a_tag_names_a_script_and_a_pack(tag: str, language: Language) -> None:
    assert describe(tag) == language


def test_arabic_and_hebrew_letters_run_from_right_to_left() -> None:
    assert [tag for tag in LANGUAGES if is_right_to_left(tag)] == [
        *("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"),
    ]


# --- Tesseract ---------------------------------------------------------------------------------------------------


def test_all_lines_are_read_by_one_process_with_one_thread(fake_tesseract: Path) -> None:
    reader = TesseractReader(language="ko")
    fake_tesseract.unlink()
    found = reader.read([clip_of("Where were you", "last night?"), clip_of("No")])
    (call,) = fake_tesseract.read_text("utf-8").splitlines()
    assert "-l kor --psm 7" in call
    assert call.endswith("threads 1")
    widths = [int(line.text.removeprefix("wide ")) for lines in found for line in lines]
    assert widths[0] > widths[1] > widths[2] > 2 * ink.MARGIN * 36 / 96
    # The mean of the two words, 96 and 90, by their letters.
    assert [line.score for line in found[0]] == [pytest.approx((4 * 0.96 + 3 * 0.9) / 7)] * 2


def test_a_line_without_ink_is_not_shown_to_tesseract(fake_tesseract: Path) -> None:
    blank = Clip(0, 1000, flat(GREEN), Box(0, 0, 480, 60), (Box(20, 10, 300, 50),))
    reader = TesseractReader(language="ko")
    fake_tesseract.unlink()
    assert reader.read([blank]) == [[Line("", Box(20, 10, 300, 50), None)]]
    assert not fake_tesseract.exists()


def test_a_missing_program_is_said_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EngineError) as error:
        ocr.reader("tesseract", language="ko")
    assert str(error.value) == (
        "Tesseract is not installed; run: apt-get install tesseract-ocr, or brew install tesseract."
    )


def test_a_missing_pack_is_said_with_its_package(fake_tesseract: Path) -> None:
    with pytest.raises(EngineError) as error:
        ocr.reader("tesseract", language="zh-Hant")
    assert str(error.value) == (
        "Tesseract has no pack 'chi_tra' for Chinese here; run: "
        "apt-get install tesseract-ocr-chi-tra, or brew install tesseract-lang."
    )


def test_tesseract_wants_to_know_the_language(fake_tesseract: Path) -> None:
    with pytest.raises(UsageError, match="add it, as in --language ko"):
        ocr.reader("tesseract")


@pytest.mark.parametrize("code", ["echo no such pack >&2; exit 1", "exit 0"])
def test_a_tesseract_that_fails_is_an_engine_error(fake_tesseract: Path, code: str) -> None:
    reader = TesseractReader(language="ko")
    program = fake_tesseract.parent / "bin" / "tesseract"
    program.write_text(f"#!/bin/sh\n{code}\n", "utf-8")
    with pytest.raises(EngineError, match=r"reinstall"):
        reader.read([clip_of("Good evening")])


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("\u200f1987 \u200eب\n", "1987 ب"),
        ("我 从 来 没 说 过 OK 了", "我从来没说过 OK 了"),
        ("7시 45분 기차는", "7시 45분 기차는"),
        ("น้ํากําลัง", "น้ำกำลัง"),
        ("µε", "με"),
    ],
)
def test_what_tesseract_alone_writes_so_is_tidied(text: str, tidied: str) -> None:
    assert tidy(text) == tidied


@pytest.mark.parametrize(
    ("straight", "turned", "result"),
    [
        (Reading("إتوقف! لا تفتح", 0.92), Reading("توقف! لا تفتح!", 0.93), "توقف! لا تفتح!"),
        (Reading("אתה לא רציני", 0.9), Reading("תה לא רציניא", 0.9), "אתה לא רציני"),
        (Reading("אתה לא רציני", 0.9), Reading("", 0), "אתה לא רציני"),
        (Reading("...ואז הוא הלך", 0.9), Reading("", 0), "...ואז הוא הלך"),
        (Reading(".זה רק אני -", 0.9), Reading("זה רק אני", 0.5), "- זה רק אני."),
        (Reading("מי שם? -", 0.9), Reading("", 0), "- מי שם?"),
        (Reading("- מי שם?", 0.9), Reading("", 0), "- מי שם?"),
    ],
)
def test_a_mark_that_was_painted_at_the_wrong_end_goes_to_the_end(
    straight: Reading, turned: Reading, result: str
) -> None:
    assert right_to_left(straight, turned).text == result


def page(*shapes: Box) -> Luma:
    """A page with black rectangles, 100 pixels high, between margins as those of ink.page."""
    white = np.full((100, max(shape.right for shape in shapes) + ink.MARGIN), 255, np.uint8)
    for left, top, right, bottom in shapes:
        white[top:bottom, left:right] = 0
    return white


WORDS = (Box(32, 30, 80, 80), Box(100, 30, 150, 80))


def test_a_full_stop_at_the_right_end_is_put_at_the_left_end() -> None:
    turned = end_first(page(*WORDS, Box(156, 70, 166, 80)))
    assert turned is not None
    columns = np.flatnonzero(np.diff((turned < 128).any(axis=0).astype(int)))
    assert columns.tolist() == [31, 41, 47, 95, 115, 165]


@pytest.mark.parametrize(
    "end",
    [(Box(156, 30, 164, 80),), (Box(156, 30, 200, 80),), (Box(156, 70, 166, 80), Box(172, 70, 182, 80))],
    ids=["a letter", "a word", "three dots"],
)
def test_nothing_but_a_mark_is_put_at_the_left_end(end: tuple[Box, ...]) -> None:
    assert end_first(page(*WORDS, *end)) is None


@pytest.mark.parametrize(("height", "text"), [(10, "لك."), (16, "لك،")])
def test_an_arabic_comma_is_known_by_its_height(height: int, text: str) -> None:
    word = Word("لك.", Box(12, 11, 30, 30), 0.9)
    assert with_comma(page(Box(32, 80 - height, 42, 80), Box(46, 30, 80, 80)), word) == text


# --- ink ---------------------------------------------------------------------------------------------------------

TEXT = "Where were you"


def wall(brightness: int) -> Image:
    """A wall that is bright on its left and dark on its right."""
    return np.tile(np.linspace(brightness, 40, 480).astype(np.uint8)[None, :, None], (60, 1, 3))


def stones() -> Image:
    """Grass with white stones beside and behind the letters."""
    image = flat(GREEN)
    for column, row in ((150, 12), (225, 52), (330, 8)):
        cv2.circle(image, (column, row), 9, WHITE, -1, cv2.LINE_AA)
    return image


@pytest.mark.parametrize(
    ("ground", "fill", "outline", "guess"),
    [
        (flat(GREEN), WHITE, BLACK, ink.Guess()),
        (wall(255), WHITE, BLACK, ink.Guess()),
        (stones(), WHITE, BLACK, ink.Guess()),
        (flat(GREY), CYAN, BLACK, ink.Guess()),
        (flat(BLACK), WHITE, BLACK, ink.Guess()),
        (flat(GREEN), BLACK, WHITE, ink.Guess(dark=True)),
        (flat(WHITE), BLACK, WHITE, ink.Guess(dark=True)),
    ],
    ids=["grass", "white wall", "stones", "brighter wall", "no outline", "dark letters", "paper"],
)
def test_the_page_holds_the_letters_and_nothing_else(
    ground: Image, fill: Colour, outline: Colour, guess: ink.Guess
) -> None:
    image, box = painted(ground, TEXT, fill=fill, outline=outline), box_of(TEXT)
    found = ink.page(Clip(0, 1000, image, Box(0, 0, 480, 60), (box,)), box, guess)
    pattern = painted(flat(BLACK), TEXT, fill=WHITE)
    true = ink.page(Clip(0, 1000, pattern, Box(0, 0, 480, 60), (box,)), box, ink.Guess())
    assert found is not None
    assert true is not None
    assert [abs(one - other) <= 6 for one, other in zip(found.shape, true.shape, strict=True)] == [True, True]
    black, expected = (cv2.resize(one, true.shape[::-1]) < 128 for one in (found, true))
    assert (black & expected).sum() > 0.8 * (black | expected).sum()


def test_a_picture_without_contrast_has_no_ink() -> None:
    assert ink.page(Clip(0, 1000, flat(GREY), Box(0, 0, 480, 60)), Box(20, 10, 300, 50), ink.Guess()) is None

"""Which typefaces of this system have the letters of which script, and which of them are kept from the training."""

from __future__ import annotations

import subprocess
import zlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from subextract.languages.packs import VIETNAMESE
from subextract.ocr.script import NONE

TOLD_BY = {  # the language of which fontconfig is asked for a script
    "Latn": "en",
    VIETNAMESE: "vi",
    "Hani": "zh-cn",
    "Kana": "ja",
    "Kore": "ko",
    "Cyrl": "ru",
    "Grek": "el",
    "Arab": "ar",
    "Hebr": "he",
    "Thai": "th",
    "Deva": "hi",
    "Beng": "bn",
    "Taml": "ta",
    "Telu": "te",
    NONE: "en",
}
UNLIKE = ("Emoji", "Symbols", "Mono", "Math", "Music", "Braille", "Dingbats", "Nastaliq", "LastResort")
HELD_OUT, MIN_HELD = 5, 2  # one family of so many is kept from the training, and at least two
FAR_EAST = (
    "AR PL",
    "BM ",
    "Nanum",
    "Un",
    "Takao",
    "Noto Sans CJK",
    "Noto Serif CJK",
    "Baekmuk",
    "WenQuanYi",
    "IPA",
    "VL",
)
LETTERS_ASIDE = (VIETNAMESE, "Cyrl", "Grek")  # which those draw as wide as their own, and nobody uses so


@dataclass(frozen=True)
class Face:
    """A font file and which face in it."""

    family: str
    file: str
    index: int


@cache
def faces(script: str, held_out: bool) -> tuple[tuple[Face, ...], ...]:
    """The faces of each family that has a script, of those that are learned from or of those that are not."""
    families: dict[str, list[Face]] = defaultdict(list)
    for code in ("Hani", "Kana") if script == "Hani" else (script,):
        for face in _listed(TOLD_BY[code]):
            families[face.family].append(face)
    names = sorted((one for one in families if not _is_aside(one, script)), key=lambda one: zlib.crc32(one.encode()))
    held = {name for name in names if zlib.crc32(name.encode()) % HELD_OUT == 0} | set(names[:MIN_HELD])
    return tuple(tuple(families[name]) for name in names if (name in held) == held_out)


def _is_aside(family: str, script: str) -> bool:
    return script in LETTERS_ASIDE and family.startswith(FAR_EAST)


def _listed(language: str) -> list[Face]:
    wanted = ["fc-list", f":lang={language}", "-f", "%{family[0]}\t%{file}\t%{index}\n"]
    rows = subprocess.run(wanted, capture_output=True, text=True, check=True).stdout.splitlines()
    found = []
    for row in sorted(set(rows)):
        family, file, index = row.split("\t")
        if (
            file.endswith((".ttf", ".otf", ".ttc"))
            and int(index) < 65536
            and not any(part in family for part in UNLIKE)
        ):
            found.append(Face(_kin(family), file, int(index)))
    return found


def _kin(family: str) -> str:
    """The family without the names of its widths and weights, so that no relative of a face is learned from."""
    dropped = {"Condensed", "Light", "Black", "Medium", "Thin", "SemiBold", "ExtraBold", "ExtraLight", "SemiCondensed"}
    return " ".join(word for word in family.split() if word not in dropped and word not in {"UI", "Display"})

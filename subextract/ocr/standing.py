"""The stand-in for the text of a line that nobody here can read, until the cue is made.

It is no guess: letters of the line's own script, as many as have room, made of where its strokes are dense. So lines of
one text are alike, others are not, and all that counts letters, words or scripts counts about right.
"""

from __future__ import annotations

import cv2
import numpy as np

from subextract.languages.identification import UNSPACED
from subextract.languages.packs import VIETNAMESE
from subextract.ocr.script import scaled
from subextract.types import Image

LETTERS = {
    VIETNAMESE: "ạảấầẩẫậắằẳẵặẹẻẽế",
    "Kore": "가나다라마바사아자차카타파하거너",
    "Cyrl": "абвгдежзиклмнопр",
    "Grek": "αβγδεζηθικλμνξοπ",
    "Arab": "بتثجحخدذرزسشصضطظ",
    "Hebr": "אבגדהוזחטיכלמנסע",
    "Thai": "กขคงจฉชซญฎฐณดตถท",
    "Deva": "कखगघचछजझटठडढणतथद",
    "Beng": "কখগঘচছজঝটঠডঢণতথদ",
    "Taml": "கஙசஜஞடணதநனபமயரறல",
    "Telu": "కఖగఘచఛజఝటఠడఢణతథద",
}
WIDE_LETTER, NARROW_LETTER = 0.7, 0.42  # of the height of a line's box, the width of a letter of Hangul and of others
WORD_LENGTH = {True: 3, False: 5}  # letters between two spaces, of Hangul and of others
DENSITY_LEVELS = 4  # of the strokes' density in each half of a letter


def stand_in(image: Image, script: str) -> str:
    """The stand-in for the text in the picture (H, W, 3) of a line in a script of LETTERS."""
    wide = script == "Kore"
    room = (WIDE_LETTER if wide else NARROW_LETTER) * image.shape[0]
    count = max(1, round(image.shape[1] / room))
    steep = cv2.Laplacian(cv2.GaussianBlur(scaled(image), (0, 0), 1), cv2.CV_32F)
    density = cv2.resize(np.abs(steep), (count, 2), interpolation=cv2.INTER_AREA)
    levels = np.minimum(DENSITY_LEVELS - 1, density / (density.mean() + 1e-6) * DENSITY_LEVELS / 2).astype(int)
    said = "".join(LETTERS[script][DENSITY_LEVELS * upper + lower] for upper, lower in levels.T.tolist())
    if script in UNSPACED:
        return said
    step = WORD_LENGTH[wide]
    return " ".join(said[start : start + step] for start in range(0, len(said), step))

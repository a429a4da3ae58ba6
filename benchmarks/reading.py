"""Can a tiny checkpoint of HunyuanOCR's architecture learn to read: ``python -m benchmarks.reading FOLDER``.

Trains 1.7 million parameters on rendered strips (capitals and digits in one font, spaced as in titles, white with a
black outline over soft backgrounds) on one thread of a CPU, and writes the checkpoint with the largest share of unseen
strips read exactly. That share is measured with what serves large checkpoints, too: the processor, a left-padded batch,
``generate``. Each line of the output is one such measurement. Two steps, because from scratch it does not take off:

1. the vision tower alone names the glyph in the middle of each column of patches;
2. then everything is trained, with that loss at half weight, from one letter to nine as the letters come out right.

Spaced letters are about as wide as a visual token, so that the decoder finds the next letter in the next token.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import nn
from torch.nn import functional
from transformers import HunYuanVLForConditionalGeneration, HunYuanVLProcessor

from benchmarks.clips.lettering import font
from fixtures.checkpoints import SUBTITLES, Size, model, processor, save

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FONT = "DejaVuSansMono-Bold.ttf"
SIZES = (26, 27, 28)  # px; a letter and the space behind it take 1.2 of that
HEIGHT, PATCH = 32, 16  # px of a strip and of a patch
LONGEST = 9  # letters
BATCH = 48
RATE = 1.5e-3  # AdamW
SIZE = Size(width=128, layers=3, heads=4, head=32, positions=32)
UNSEEN, OTHERS, EVERY = 256, 512, 180.0  # strips for a measurement, and for the last; s between measurements
FIRST = 0.1  # share of the time for the vision tower alone
WARM = 200  # steps until the full rate
READY = 0.85  # of the letters right, from which longer strips come
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)  # of CLIP, as the image processor's
DEVIATION = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


class Strip(NamedTuple):
    """A picture (H, W, 3) of one line, its text, and for each column of patches the glyph in its middle, 0 for none."""

    picture: NDArray[np.uint8]
    text: str
    glyphs: NDArray[np.int64]


def painted(text: str, random: np.random.Generator) -> Strip:
    """The line cropped as the tracker crops lines, then scaled as the image processor does."""
    face = font(FONT, int(random.choice(SIZES)), 0)
    spaced = " ".join(text)
    left, top, right, bottom = face.getbbox(spaced)
    margins = random.integers((6, 4, 6, 4), (20, 11, 20, 11))  # px; the tracker's are 12 to 16 beside, 6 to 9 above
    width, height = int(right - left + margins[0] + margins[2]), int(bottom - top + margins[1] + margins[3])
    image = Image.fromarray(background(width, height, random))
    at = (float(margins[0] - left), float(margins[1] - top))
    ImageDraw.Draw(image).text(at, spaced, (255, 255, 255), face, stroke_width=2, stroke_fill=(0, 0, 0))
    columns = max(1, round(width / (2 * PATCH))) * 2
    scaled = image.resize((columns * PATCH, HEIGHT), Image.Resampling.BICUBIC)
    glyphs = np.zeros(columns, np.int64)
    for index, letter in enumerate(text):
        middle = at[0] + face.getlength(spaced[: 2 * index]) + face.getlength(letter) / 2
        glyphs[min(columns - 1, int(middle / width * columns))] = LETTERS.find(letter) + 1
    return Strip(worn(np.asarray(scaled), random), text, glyphs)


def background(width: int, height: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Soft patches of colour."""
    coarse = random.integers(0, 200, (int(random.integers(1, 4)), int(random.integers(1, 6)), 3)).astype(np.float32)
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 255).astype(np.uint8)


def worn(picture: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """As a codec leaves it: a little softer, with grain."""
    soft = cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.2, 0.9)))
    return np.clip(soft + random.normal(0, random.uniform(0, 5), picture.shape), 0, 255).astype(np.uint8)


def text_of(longest: int, random: np.random.Generator) -> str:
    """Letters and digits at random."""
    return "".join(random.choice(list(LETTERS), int(random.integers(1, longest + 1))))


@dataclass
class Strips:
    """Batches of equally wide strips of up to ``longest`` letters."""

    random: np.random.Generator
    longest: int = LONGEST
    waiting: dict[int, list[Strip]] = field(default_factory=lambda: defaultdict(list))

    def batch(self) -> list[Strip]:
        while True:
            strip = painted(text_of(self.longest, self.random), self.random)
            same = self.waiting[len(strip.glyphs)]
            same.append(strip)
            if len(same) == BATCH:
                return self.waiting.pop(len(strip.glyphs))


class Reader(nn.Module):
    """A checkpoint's modules run over a batch of equally wide strips, with a head that names glyphs."""

    def __init__(self, trained: HunYuanVLForConditionalGeneration, words: HunYuanVLProcessor) -> None:
        super().__init__()
        self.model, self.words = trained, words
        self.glyphs = nn.Linear(SIZE.width, len(LETTERS) + 1)
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": ""},
            {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": SUBTITLES}]},
        ]
        self.prompt = words.apply_chat_template(messages, tokenize=False)

    def seen(self, strips: Sequence[Strip]) -> torch.Tensor:
        """The hidden states of the patches, (B, rows, columns, width)."""
        values = np.stack([strip.picture for strip in strips]).astype(np.float32) / 255
        values = ((values - MEAN) / DEVIATION).transpose(0, 3, 1, 2)
        batch, channels, height, width = values.shape
        rows, columns = height // PATCH, width // PATCH
        patches = values.reshape(batch, channels, rows, PATCH, columns, PATCH).transpose(0, 2, 4, 1, 3, 5)
        tower = self.model.model.vision_tower
        flat = torch.from_numpy(np.ascontiguousarray(patches)).reshape(-1, channels, PATCH, PATCH)
        hidden: torch.Tensor = tower.embeddings.patch_embedding(flat).reshape(batch, rows * columns, -1)
        hidden = hidden + tower.embeddings.interpolate_pos_encoding(hidden, rows, columns)
        lengths = torch.tensor([0, rows * columns])
        for layer in tower.layers:
            hidden = layer(hidden, cu_seqlens=lengths, attention_mask=None)
        return hidden.reshape(batch, rows, columns, -1)

    def glyph_loss(self, hidden: torch.Tensor, strips: Sequence[Strip]) -> tuple[torch.Tensor, float]:
        truth = torch.from_numpy(np.stack([strip.glyphs for strip in strips]))
        chances = self.glyphs(hidden.mean(dim=1))
        right = (chances.argmax(-1) == truth)[truth > 0].float().mean().item()
        return functional.cross_entropy(chances.flatten(0, 1), truth.flatten()), right

    def text_loss(self, hidden: torch.Tensor, strips: Sequence[Strip]) -> tuple[torch.Tensor, float]:
        batch, rows, columns, width = hidden.shape
        tower, language = self.model.model.vision_tower, self.model.model.language_model
        visual = tower.patch_merger(hidden.reshape(batch, rows * columns, width), size=(rows, columns))
        ids, kinds, answers = self.tokens(strips, visual.shape[1])
        places, _ = self.model.model.get_rope_index(ids[:1], kinds[:1], torch.tensor([[1, rows, columns]]))
        embedded = language.embed_tokens(ids)
        mask = (ids == self.words.image_token_id).unsqueeze(-1)
        embedded = embedded.masked_scatter(mask, visual)
        states = language(inputs_embeds=embedded, position_ids=places.expand(-1, batch, -1), use_cache=False)
        chances = self.model.lm_head(states.last_hidden_state[:, :-1])
        truth = answers[:, 1:]
        right = (chances.argmax(-1) == truth)[truth >= 0].float().mean().item()
        return functional.cross_entropy(chances.flatten(0, 1), truth.flatten(), ignore_index=-100), right

    def tokens(self, strips: Sequence[Strip], visual: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Prompt and answer, which tokens are of the picture, and the answer alone with -100 elsewhere."""
        image = self.words.image_token
        asked = self.words.tokenizer(self.prompt.replace(image, image * visual))["input_ids"]
        end, pad = self.words.tokenizer.eos_token_id, self.words.tokenizer.pad_token_id
        said = [[*self.words.tokenizer(strip.text)["input_ids"], end] for strip in strips]
        longest = max(map(len, said))
        ids = torch.tensor([asked + each + [pad] * (longest - len(each)) for each in said])
        answers = torch.tensor([[-100] * len(asked) + each + [-100] * (longest - len(each)) for each in said])
        return ids, (ids == self.words.image_token_id).int(), answers

    @torch.inference_mode()
    def exact(self, strips: Sequence[Strip]) -> float:
        """The share of strips read exactly, as the reader of large checkpoints reads them."""
        self.words.tokenizer.padding_side = "left"
        right = 0
        for start in range(0, len(strips), BATCH):
            some = strips[start : start + BATCH]
            given = self.words(
                text=[self.prompt] * len(some), images=[one.picture for one in some], return_tensors="pt"
            )
            # transformers declares generate() for a class of its annotations alone, which no model is one of.
            answers = self.model.generate(**given, max_new_tokens=LONGEST + 2, do_sample=False)  # type: ignore[misc]
            texts = self.words.batch_decode(answers[:, given["input_ids"].shape[1] :], skip_special_tokens=True)
            right += sum(text == one.text for text, one in zip(texts, some, strict=True))
        return right / len(strips)


@dataclass
class Course:
    """A training: how far it is, and what its next batch, rate and loss are."""

    reader: Reader
    seconds: float
    steps: int = 0
    glyphs: float = 0.0
    letters: float = 0.0

    def __post_init__(self) -> None:
        random = np.random.default_rng(1)
        self.anything, self.lesson = Strips(random), Strips(random, longest=2)
        self.begun = time.monotonic()
        self.optimiser = torch.optim.AdamW(self.reader.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.98))

    @property
    def spent(self) -> float:
        return time.monotonic() - self.begun

    @property
    def whole(self) -> bool:
        """Whether everything is trained, not the vision tower alone."""
        return self.spent > FIRST * self.seconds

    def step(self) -> None:
        for group in self.optimiser.param_groups:
            falling = 0.02 + 0.98 * math.cos(math.pi / 2 * min(1.0, self.spent / self.seconds))
            group["lr"] = RATE * min(1.0, (self.steps + 1) / WARM) * falling
        self.optimiser.zero_grad()
        self.loss().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimiser.step()
        self.steps += 1

    def loss(self) -> torch.Tensor:
        batch = (self.lesson if self.whole else self.anything).batch()
        hidden = self.reader.seen(batch)
        glyph_loss, right = self.reader.glyph_loss(hidden, batch)
        self.glyphs = 0.98 * self.glyphs + 0.02 * right
        if not self.whole:
            return glyph_loss
        text_loss, right = self.reader.text_loss(hidden, batch)
        self.letters = 0.98 * self.letters + 0.02 * right
        if self.letters > READY and self.lesson.longest < LONGEST:
            self.lesson, self.letters = Strips(self.lesson.random, self.lesson.longest + 1), READY - 0.1
        return text_loss + glyph_loss / 2


def trained(course: Course, folder: Path) -> Iterator[dict[str, float]]:
    """Run the course; yields a measurement now and then. The best checkpoint lies in the folder."""
    unseen = np.random.default_rng(999_999)
    held = [painted(text_of(LONGEST, unseen), unseen) for _ in range(UNSEEN)]
    measured, best = 0.0, -1.0
    while (spent := course.spent) < course.seconds or measured < course.seconds:
        course.step()
        if spent > min(measured + EVERY, course.seconds):
            measured = spent
            exact = course.reader.exact(held) if course.whole else 0.0
            if exact > best:
                best = exact
                save(folder, course.reader.model, course.reader.words)
            seen = {"s": spent, "steps": course.steps, "glyphs": course.glyphs, "letters": course.letters}
            yield seen | {"longest": course.lesson.longest, "exact": exact}


def main(arguments: Sequence[str] | None = None) -> None:
    """Train and print a line per measurement."""
    parser = argparse.ArgumentParser("python -m benchmarks.reading", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=40)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    torch.manual_seed(1)
    words = processor(size=SIZE)
    reader = Reader(model(words, SIZE).train(), words)
    for measurement in trained(Course(reader, 60 * options.minutes), options.folder):
        print(json.dumps({name: round(value, 4) for name, value in measurement.items()}), flush=True)
    print(json.dumps({"exact": shipped(options.folder), "of": OTHERS}))


def shipped(folder: Path) -> float:
    """Halve the weights of the best checkpoint to 16 bits, and measure it on strips that chose nothing."""
    save(folder, HunYuanVLForConditionalGeneration.from_pretrained(folder), processor(size=SIZE), dtype="float16")
    best = HunYuanVLForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    random = np.random.default_rng(123_456)
    return Reader(best, processor(size=SIZE)).exact([painted(text_of(LONGEST, random), random) for _ in range(OTHERS)])


if __name__ == "__main__":
    main()

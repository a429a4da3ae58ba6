"""Clips about what is no subtitle: logos, marks that move, tickers, clocks, credits, signs, screens in the scene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.clips.lettering import Patch, Place, font, lettered, premultiplied
from benchmarks.clips.looks import halved
from benchmarks.clips.recipe import Recipe, Scene
from benchmarks.clips.showing import Draw, Showing, both, fading, growing, moving, steady
from benchmarks.clips.studio import Studio

FOREVER = 1 << 20  # frames; longer than any clip
CARDS = {"shown": ("PART TWO\nThe Mill", "PART THREE\nLow Water"), "unseen": ("II\nFrost", "III\nThaw")}
CREDITS = {
    "shown": """Written by/Ada Vinter//Camera/Jonas Okoro//Sound/Miri Castellan//Editing/Paul Achterberg//Costumes
Lena Dahl & Tom Brisk//Music/The Cellar Nine//Driver/Olga Petrie//Catering/Soup & Sons//Titles/Ray Almond//Thanks to
everyone in Mill Lane""",
    "unseen": """a film by/Leonie Fahr//music/Tobias Njoroge//colour/Sanne de Wit//boats/Harbour School//voices
Kit Aldous/Mara Lind//stunts/Felix Orban//dogs/Biscuit/Major//laboratory/Nordlicht//thanks to/the town of Ekely""",
}


def with_aside(studio: Studio, aside: Showing, count: int = 9, longest: int = 34, place: Place | None = None) -> Recipe:
    """Plain subtitles, and something else on the screen."""
    return studio.recipe([*studio.subtitles(studio.lines(count, longest=longest), studio.look(), place), aside])


def logo_in_band(studio: Studio) -> Recipe:
    """A channel's mark that never leaves, as low as the subtitles."""
    text, place = studio.pick(("VISTA 4", Place("right", 0.97, 0.92)), ("kanal neun", Place("left", 0.03, 0.9)))
    patch = studio.lettered(text, studio.look("bold", 0.7, outline=0), place)
    return with_aside(studio, Showing(0, FOREVER, steady(patch, 0.75)), longest=32)


def handle(studio: Studio) -> Recipe:
    """The name of an account in a corner."""
    look = studio.look("sans", 0.65, outline=1)
    corner = studio.lettered(studio.pick("@moss.and.tin", "@nightferry_tv"), look, Place("left", 0.04, 0.07))
    return with_aside(studio, Showing(0, FOREVER, steady(corner, 0.9)), longest=44)


def banner(studio: Studio) -> Recipe:
    """9:16 with a title of two lines and the name of an account that never leave."""
    studio = replace(studio, size=(540, 960))
    title = studio.pick("Why I quit the lighthouse\n(and came back)", "THREE WAYS TO FOLD\nA FERRY TICKET")
    large = studio.look("bold", 0.62, fill=studio.pick((255, 220, 40), (255, 255, 255)), outline=4)
    above = studio.lettered(title, large, Place(down=0.2))
    below = studio.lettered(studio.pick("@moss.and.tin", "@nightferry_tv"), studio.look("sans", 0.4), Place(down=0.9))
    texts = [halved(text) for text in studio.lines(8, longest=44)]
    subtitles = studio.subtitles(texts, studio.look("bold", 0.6, outline=3), Place(down=0.72))
    return studio.recipe([*subtitles, Showing(0, FOREVER, both(steady(above), steady(below)))])


def watermark(studio: Studio) -> Recipe:
    """A half transparent mark that bounces through the whole picture."""
    text = studio.pick("© Moss & Tin Films", "PREVIEW COPY 0417")
    patch = studio.lettered(text, studio.look("bold", 0.75, outline=0), Place("left", 0.02, 0.08))
    room = (studio.size[0] * 0.96 - patch.width, studio.size[1] * 0.9 - patch.height)
    speed = studio.pick((1.9, 2.3), (1.4, 2.7))

    def path(frame: float) -> tuple[float, float]:
        return _bounced(frame * speed[0], room[0]), _bounced(frame * speed[1], room[1])

    return with_aside(studio, Showing(0, FOREVER, moving(patch, path, 0.5)), longest=40)


def _bounced(way: float, room: float) -> float:
    return room - abs(way % (2 * room) - room)


def ticker(studio: Studio) -> Recipe:
    """News that run along the lower edge on a bar, with the subtitles above."""
    width, height = studio.size
    news = studio.pick(
        ("HARBOUR REOPENS AFTER STORM", "TRAM FARES TO RISE IN MAY", "ORCHARD PRIZE GOES TO LUND"),
        ("Council votes on new bridge", "Record frost in the valley", "Choir cancels spring tour"),
    )
    look = studio.look("bold", 0.7, outline=0)
    text = lettered("   +++   ".join(news * 3), look, Place("left", 0.001, 0.96), (9 * width, height))
    bar = np.zeros((round(0.08 * height), width, 4), np.float32)
    bar[...] = (*studio.pick((150, 12, 20), (10, 36, 92)), 1.0)
    band = Patch(bar, 0, height - bar.shape[0])
    speed = studio.pick(2.6, 3.7)

    def draw(frame: float) -> Sequence[tuple[Patch, float]]:
        return [(band, 1.0), (text.moved(width - speed * frame, 0), 1.0)]

    return with_aside(studio, Showing(0, FOREVER, draw), longest=42, place=Place(down=0.85))


def clock(studio: Studio) -> Recipe:
    """The time of day, renewed every second."""
    place = studio.pick(Place("right", 0.96, 0.08), Place("left", 0.04, 0.91))
    look = studio.look("mono", 0.75, outline=1)
    start = studio.pick(14 * 3600 + 3 * 60 + 41, 6 * 3600 + 59 * 60 + 48)
    stamps = [f"{now // 3600:02d}:{now // 60 % 60:02d}:{now % 60:02d}" for now in range(start, start + 60)]
    patches = [studio.lettered(each, look, place) for each in stamps]
    draw = growing(patches, [round(second * float(studio.rate)) for second in range(60)])
    return with_aside(studio, Showing(0, FOREVER, draw), longest=30)


def credits(studio: Studio) -> Recipe:
    """Subtitles, then names that roll over the whole picture."""
    subtitles = studio.subtitles(studio.lines(5), studio.look())
    first = subtitles[-1].last + studio.frames(0.8)
    roll = CREDITS[studio.set].replace("/", "\n")
    look = studio.look(studio.pick("serif", "sans"), 0.95, outline=0, shadow=1)
    tall = (studio.size[0], round((roll.count("\n") + 3) * look.leading * look.size))
    block = lettered(roll, look, Place(down=1 - look.size / tall[1]), tall)
    speed = studio.pick(2.2, 1.7)
    draw = moving(block, lambda frame: (0.0, studio.size[1] - block.top - speed * frame))
    last = first + studio.frames(11)
    return studio.recipe([*subtitles, Showing(first, last, draw)], frames=last)


def sign(studio: Studio) -> Recipe:
    """A shop sign that the camera passes, for 6 s each time; once high in the picture, once where subtitles are."""
    subtitles = studio.subtitles(studio.lines(9, longest=40), studio.look())
    frames = subtitles[-1].last + studio.frames(0.7)
    starts = [studio.frames(2.5), studio.frames(12.0)]
    boards = studio.pick(("BAKERY", "HOTEL MIRA"), ("Fish & Ice", "PHARMACIE"))
    pan = studio.pick((14.0, 0.0), (-11.0, 1.0))
    kind = studio.pick("houses", "street")
    scenes = [studio.scene(0, kind)]
    signs = []
    for start, text, place in zip(starts, boards, ((0.52, 0.3), (0.45, 0.72)), strict=True):
        scenes += [plain_scene(studio, start, kind, pan), studio.scene(start + studio.frames(6), kind)]
        draw = fixed(studio, board_patch(studio, text, place), pan)
        signs.append(Showing(start, start + studio.frames(6), draw, inside=True))
    return studio.recipe([*subtitles, *signs], scenes=scenes, frames=frames)


def fixed(studio: Studio, patch: Patch, pan: tuple[float, float]) -> Draw:
    """Something that stands in a scene which the camera passes in that direction."""
    right, down = (-each / float(studio.rate) for each in pan)
    return moving(patch, lambda frame: (right * frame, down * frame))


def plain_scene(studio: Studio, first: int, kind: str, pan: tuple[float, float]) -> Scene:
    """A scene with a camera that things can be fixed to."""
    return replace(studio.scene(first, kind), pan=pan, zoom=0.0, shake=0.0)


def board_patch(studio: Studio, text: str, middle: tuple[float, float]) -> Patch:
    """A painted board with letters, seen a little from the side."""
    face = font(studio.material.fonts["bold"], 34, 0)
    width = round(face.getlength(text)) + 48
    image = Image.new("RGBA", (width + 40, 110))
    draw = ImageDraw.Draw(image)
    board, letters = studio.pick(((128, 30, 26), (244, 226, 180)), ((26, 66, 58), (236, 240, 232)))
    draw.rectangle((20, 22, width + 20, 88), fill=(*board, 255), outline=(30, 24, 20, 255), width=3)
    draw.text((width / 2 + 20, 55), text, (*letters, 255), face, "mm")
    side = studio.pick(0.06, -0.08)
    lean = np.array([[0.94, 0, 0.03 * width], [side, 0.95, -side * width / 2 + 3]])
    values = cv2.warpAffine(premultiplied(image), lean, (image.width, image.height), flags=cv2.INTER_AREA)
    left, top = middle[0] * studio.size[0] - image.width / 2, middle[1] * studio.size[1] - image.height / 2
    return Patch(np.asarray(values, np.float32), left, top)


def phone(studio: Studio) -> Recipe:
    """A phone held into the picture, on which messages come in."""
    subtitles = studio.subtitles(studio.lines(9, longest=42), studio.look())
    chat = studio.pick(
        ["Are you there?", "5 min late", "Bring the box", "ok", "Which door?"],
        ["Did you land", "taxi outside", "NOT the blue one", "why", "Call me 7pm"],
    )
    screens = [screen_patch(studio, chat[: number + 1]) for number in range(len(chat))]
    first, last = studio.frames(3), subtitles[-1].last - studio.frames(2)
    talk = growing(screens, [round(number * (last - first) / 6) for number in range(len(chat))])
    return studio.recipe([*subtitles, Showing(first, last, _swaying(talk, float(studio.rate)), inside=True)])


def _swaying(draw: Draw, rate: float) -> Draw:
    """As in a hand that is not quite still."""

    def sway(frame: float) -> list[tuple[Patch, float]]:
        right, down = 5 * np.sin(1.7 * frame / rate), 4 * np.sin(2.3 * frame / rate)
        return [(patch.moved(float(right), float(down)), opacity) for patch, opacity in draw(frame)]

    return sway


def screen_patch(studio: Studio, chat: Sequence[str]) -> Patch:
    """The phone with these messages, tilted."""
    image = Image.new("RGBA", (220, 330))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((24, 20, 196, 310), 18, fill=(18, 18, 22, 255))
    draw.rounded_rectangle((31, 32, 189, 298), 8, fill=studio.pick((236, 238, 240, 255), (24, 32, 40, 255)))
    face = font(studio.material.fonts["sans"], 17, 0)
    for number, text in enumerate(chat):
        wide, top = face.getlength(text) + 18, 44 + 44 * number
        left = 37 if number % 2 else 183 - wide
        colour = ((200, 206, 214, 255), (120, 206, 120, 255))[number % 2 == 0]
        draw.rounded_rectangle((left, top, left + wide, top + 32), 10, fill=colour)
        draw.text((left + 9, top + 16), text, (16, 16, 16, 255), face, "lm")
    tilted = image.rotate(studio.pick(-6, 5), Image.Resampling.BICUBIC)
    return Patch(premultiplied(tilted), studio.pick(0.58, 0.08) * studio.size[0], 0.02 * studio.size[1])


def title_cards(studio: Studio) -> Recipe:
    """White words on black that fill the screen for 3 s, between the subtitles."""
    subtitles = studio.subtitles(studio.lines(8), studio.look(), None, studio.spans(8, off=(0.2, 0.6)))
    width, height = studio.size
    black = Patch(np.zeros((height, width, 4), np.float32), 0, 0)
    black.values[..., 3] = 1
    cards = []
    for number, text in zip((2, 5), studio.pick(CARDS["shown"], CARDS["unseen"]), strict=True):
        pause, start = studio.frames(3.4), subtitles[number].last + studio.frames(0.2)
        subtitles[number + 1 :] = [
            replace(each, first=each.first + pause, last=each.last + pause) for each in subtitles[number + 1 :]
        ]
        length = studio.frames(3)
        card = studio.lettered(text, studio.look("serif", 1.7, outline=0), Place(down=0.55))
        words = fading(card, length, studio.frames(0.5))
        cards.append(Showing(start, start + length, both(steady(black), words)))
    return studio.recipe([*subtitles, *cards])


def silent(studio: Studio) -> Recipe:
    """No subtitle at all: a mark in a corner and a sign that is passed."""
    kind, pan = studio.pick("houses", "street"), (9.0, 0.0)
    frames = studio.frames(20)
    start = studio.frames(6)
    draw = fixed(studio, board_patch(studio, studio.pick("LIBRARY", "Garage Nord"), (0.5, 0.5)), pan)
    look = studio.look("bold", 0.7, outline=0)
    mark = studio.lettered(studio.pick("VISTA 4", "kanal neun"), look, Place("right", 0.96, 0.08))
    showings = [Showing(start, start + studio.frames(6), draw, inside=True), Showing(0, FOREVER, steady(mark, 0.7))]
    scenes = [
        studio.scene(0, "clouds"),
        plain_scene(studio, start, kind, pan),
        *studio.scenes(0, [start + studio.frames(6), start + studio.frames(10)])[1:],
    ]
    return studio.recipe(showings, frames=frames, scenes=scenes)


KINDS = {
    "logo_in_band": logo_in_band,
    "handle": handle,
    "banner": banner,
    "watermark": watermark,
    "ticker": ticker,
    "clock": clock,
    "credits": credits,
    "sign": sign,
    "phone": phone,
    "title_cards": title_cards,
    "silent": silent,
}

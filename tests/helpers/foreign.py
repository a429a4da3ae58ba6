"""Which server translates in tests: into a language of its own, so that every word shows from where it came."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.helpers.served import Fake, Fault, Handler, completion

SHIFT = str.maketrans("aeioubdfglAEIOUBDFGL", "eiouafgldbEIOUAFGLDB")


def foreign(text: str) -> str:
    """The text in that language: of the same length, with its numbers, and no word as it was."""
    return "".join(part if part.startswith("<") else part.translate(SHIFT) for part in re.split(r"(</?[ibu]>)", text))


def lines(body: dict[str, Any]) -> dict[str, str]:
    """What a request asks for: the lines by their ids."""
    return {
        line["id"]: line["text"] for line in json.loads(body["messages"][-1]["content"].rpartition("\n\n")[2])["lines"]
    }


class Translating(Fake):
    """A server that translates what it is asked for."""

    def answer(self, body: dict[str, Any]) -> object:
        return completion(json.dumps({number: foreign(text) for number, text in lines(body).items()}))

    @property
    def questions(self) -> list[list[str]]:
        """The texts of each request, in order."""
        return [list(lines(body).values()) for body in self.asked]


def saying(change: Any) -> Fault:
    """Another answer to the request than the right one: ``change`` is given the right translations by their ids."""

    def answer(handler: Handler) -> bool:
        right = {number: foreign(text) for number, text in lines(handler.server.asked[-1]).items()}
        said = change(right)
        handler.reply(200, completion(said if isinstance(said, str) else json.dumps(said)))
        return True

    return answer

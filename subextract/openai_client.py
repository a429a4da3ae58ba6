"""How a server that speaks OpenAI's protocol is reached, and what goes wrong there in one sentence."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar, cast

from subextract.distribution import installing
from subextract.errors import EngineError

Item = TypeVar("Item")
Found = TypeVar("Found")

INSTALL = f"run: {installing('server')}"
RETRIES = 4  # with pauses of 0.5, 1, 2 and 4 s, or as long as the server says
SECONDS = 120.0  # for an answer; a page takes a 1B model half a minute on a CPU
HEALTH_SECONDS = 10.0  # for the list of models
KEY, KEY_FILE = "OPENAI_API_KEY", "OPENAI_API_KEY_FILE"
PASSING = {408, 409}  # of the statuses below 500, those that are tried again


class Refused(EngineError):
    """The server does not do what this request says; others it may answer."""


class Busy(EngineError):
    """The server wants no more requests for a while."""


class Server:
    """One model on a server, found and named when this is made; asked from several threads at a time.

    An answer may take ``seconds`` (None: two minutes). ``flags`` are those that name address and model. Raises
    EngineError.
    """

    def __init__(
        self,
        url: str,
        model: str | None,
        *,
        requests: int,
        seconds: float | None = None,
        flags: tuple[str, str] = ("--server-url", "--model"),
    ) -> None:
        self._flags = flags
        self._openai = _library()
        self.url, self.requests = url, requests
        self._client = self._openai.OpenAI(
            base_url=url, api_key=_key(), max_retries=RETRIES, timeout=seconds or SECONDS
        )
        try:
            self.model = self._answering(model)
        except BaseException:
            self.close()
            raise

    def ask(self, messages: Sequence[Mapping[str, Any]], **settings: Any) -> Any:
        """The model's reply to some messages: the first choice of a chat completion."""
        with self.speaking():
            said = self._client.chat.completions.create(model=self.model, messages=messages, **settings)
            return said.choices[0]

    def each(self, ask: Callable[[Item], Found], items: Iterable[Item]) -> Generator[tuple[int, Found], None, None]:
        """The number and the answer of each item as they come, ``requests`` under way at a time."""
        todo, wait = deque(enumerate(items)), True
        done: SimpleQueue[tuple[int, Found | None, BaseException | None]] = SimpleQueue()
        expected = len(todo)
        threads = [Thread(target=_work, args=(ask, todo, done), daemon=True) for _ in range(self.requests)]
        try:
            for thread in threads:
                thread.start()
            for _ in range(expected):
                number, answer, error = done.get()
                if error:
                    raise error
                yield number, cast("Found", answer)
        except KeyboardInterrupt:  # nobody waits for the answers that are under way
            wait = False
            raise
        finally:
            todo.clear()
            for thread in threads if wait else ():
                thread.join()

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _answering(self, wanted: str | None) -> str:
        """The name of the model that will answer."""
        with self.speaking():
            listed = self._client.with_options(timeout=HEALTH_SECONDS).models.list()
            names = [str(each.id) for each in listed.data]
        if wanted is None and len(names) == 1:
            return names[0]
        if wanted is None or wanted not in names:
            missing = (
                f"has no model {wanted!r}, only" if wanted else f"has several models; add {self._flags[1]} with one of"
            )
            raise EngineError(f"The server at {self.url} {missing} {', '.join(names) or 'none'}.")
        return wanted

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Whatever goes wrong with the server, in one sentence."""
        try:
            yield
        except self._openai.APITimeoutError as error:
            raise EngineError(
                f"The server at {self.url} takes too long; see what it is doing, or restart it."
            ) from error
        except self._openai.APIConnectionError as error:
            reason = f"{error.__cause__ or error}".rstrip(".")
            raise EngineError(
                f"No server answers at {self.url} ({reason}); start it, or correct {self._flags[0]}."
            ) from error
        except self._openai.AuthenticationError as error:
            raise EngineError(f"The server at {self.url} wants a key; set {KEY}.") from error
        except self._openai.APIStatusError as error:
            reason = " ".join(str(error.message).split())[:200]
            told = f"The server at {self.url} refuses ({reason}); look into its log."
            raise _kind(error.status_code)(told) from error
        except (ValueError, AttributeError, IndexError, TypeError, self._openai.APIError) as error:
            raise EngineError(
                f"What answers at {self.url} does not speak OpenAI's protocol ({type(error).__name__}); "
                f"correct {self._flags[0]}, which mostly ends in /v1."
            ) from error


def _work(ask: Callable[[Item], Found], todo: deque[tuple[int, Item]], done: SimpleQueue[Any]) -> None:
    """Ask for one item after the other until none is left."""
    while todo:
        try:
            number, item = todo.popleft()
        except IndexError:  # another thread took the last one
            return
        try:
            done.put((number, ask(item), None))
        except BaseException as error:  # whatever it is, it belongs to who waits for the answer
            done.put((number, None, error))


def _kind(status: int) -> type[EngineError]:
    if status == 429:
        return Busy
    return Refused if status < 500 and status not in PASSING else EngineError


def _key() -> str:
    """The key from the environment, or from the file that is named there."""
    key, file = os.environ.get(KEY), os.environ.get(KEY_FILE)
    if not key and file:
        try:
            key = Path(file).expanduser().read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise EngineError(f"{KEY_FILE}: {file} cannot be read; name a file that holds the key.") from error
    return key or "none"  # most local servers want none, the client insists on one


def _library() -> Any:
    try:
        import openai
    except ImportError as error:
        raise EngineError(f"A server needs openai, which cannot be loaded ({error}); {INSTALL}.") from error
    return openai

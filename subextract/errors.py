"""The tree of all errors.

SubextractError                  1   anything below, and what has no better place
├── UsageError                   2   a setting makes no sense: unknown engine, bad region, bad time
├── InputError                   3   the file is missing, a folder, or cannot be opened
│   └── NotMedia                 4   it opened, but no video can be decoded from it
├── OutputError                  5   the result cannot be written
├── DecodeError                  6   the video broke off before its end; what was found until there is written
├── EngineError                  7   the reader cannot run: not installed, no model, no server
├── WorkerDied                   8   a process that worked on a video, or on a part of it, was killed or crashed
├── Untranslated                 9   some cues could not be translated; they are written in the original language
├── Unreadable                  10   many cues are in a script that nothing here can read; JSON has their times
└── Interrupted                130   Ctrl-C; what was found until there is written

Every message is one sentence that says what to do. ``exit_code`` is the status of the process.
"""

from __future__ import annotations


class SubextractError(Exception):
    """Root of everything this package raises on purpose."""

    exit_code = 1


class UsageError(SubextractError):
    exit_code = 2


class InputError(SubextractError):
    exit_code = 3


class NotMedia(InputError):
    exit_code = 4


class OutputError(SubextractError):
    exit_code = 5


class DecodeError(SubextractError):
    exit_code = 6


class EngineError(SubextractError):
    exit_code = 7


class WorkerDied(SubextractError):
    exit_code = 8


class Untranslated(SubextractError):
    exit_code = 9


class Unreadable(SubextractError):
    exit_code = 10


class Interrupted(SubextractError):
    exit_code = 130

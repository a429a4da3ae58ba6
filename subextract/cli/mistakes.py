"""The sentence that says what is wrong with a command line."""

from __future__ import annotations

import re

from cyclopts import CycloptsError
from cyclopts.exceptions import CoercionError, MissingArgumentError, UnknownOptionError, UnusedCliTokensError

GROUPS = ("jobs", "models")  # whose first argument is a command of their own


def sentence(error: CycloptsError) -> str:
    """The sentence of an error, and where the help is that says how it is right."""
    command = " ".join(["subextract", *(error.command_chain or ())])
    help_at = f"see {command} --help."
    match error:
        case UnknownOptionError():
            name = error.token.keyword or error.token.value
            close = re.search(r"Did you mean (--?[\w-]+)\?", str(error))
            return f"There is no option {name}; {f'perhaps {close[1]} is meant' if close else help_at.rstrip('.')}."
        case UnusedCliTokensError():
            first = (error.unused_tokens or [""])[0]
            kind = "no command of" if (error.command_chain or ("",))[-1] in GROUPS else "one argument too many for"
            return f"{first!r} is {kind} {command}; {help_at}"
        case MissingArgumentError() if error.argument:
            name = error.argument.name
            return f"{name} needs a value; {help_at}" if name.startswith("-") else f"{command} needs {name}; {help_at}"
        case CoercionError() if error.argument and error.token:
            return f"{error.argument.name}: {error.token.value!r} is no whole number; {help_at}"
    return f"{error} See subextract --help."

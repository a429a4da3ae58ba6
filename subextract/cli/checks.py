"""What of the settings can be told to make no sense before any video is opened."""

from __future__ import annotations

from collections.abc import Mapping

from subextract.options import Options


def check_lists(options: Options, called: Mapping[str, str]) -> None:
    """UsageError where a file of --replace, --ignore or --glossary cannot be read, or a line of it makes no sense.

    ``called`` is how the user wrote each setting.
    """
    if options.replace or options.ignore:
        from subextract.wording import Wording  # not at the top: mistakes in flags are answered before it is loaded

        Wording.of(options.replace, options.ignore, called)
    if options.glossary and options.translate:
        from subextract.translation.glossary import FLAG, glossary

        glossary(options.glossary, called.get("glossary", FLAG))

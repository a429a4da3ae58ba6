"""What of the settings can be told to make no sense before any video is opened."""

from __future__ import annotations

from subextract.options import Options


def check_lists(options: Options) -> None:
    """UsageError where a file of --replace or --ignore cannot be read, or a line of it makes no sense."""
    if options.replace or options.ignore:
        from subextract.wording import Wording  # not at the top: mistakes in flags are answered before it is loaded

        Wording.of(options.replace, options.ignore)

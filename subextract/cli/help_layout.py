"""How --help is laid out: in two columns of plain text, without loading what draws tables."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from cyclopts.help import PlainFormatter

if TYPE_CHECKING:
    from cyclopts.help import HelpEntry, HelpPanel
    from rich.console import Console, ConsoleOptions

GAP = "  "  # before, between and, by its width, behind the columns
NARROWEST = 20  # columns that a description gets in any terminal


class TwoColumns(PlainFormatter):
    """The formatter that cyclopts asks for each group of flags or commands."""

    def __call__(self, console: Console, options: ConsoleOptions, panel: HelpPanel) -> None:
        if not panel.entries:
            return
        names = [" ".join(entry.display_labels_with_metavar) for entry in panel.entries]
        margin = 2 * len(GAP) + max(map(len, names))
        lines = [f"{panel.title}:"]
        for name, entry in zip(names, panel.entries, strict=True):
            about = wrap(_description(entry, console, options), max(NARROWEST, options.max_width - margin)) or [""]
            lines.append(f"{GAP + name:<{margin}}{about[0]}")
            lines += [" " * margin + line for line in about[1:]]
        console.print("\n".join([*lines, ""]), highlight=False, markup=False, soft_wrap=True)


def _description(entry: HelpEntry, console: Console, options: ConsoleOptions) -> str:
    text: Any = entry.description or ""  # something that rich can render
    plain = "".join(segment.text for segment in console.render(text, options.update(width=1 << 16)))
    notes = [f"[default: {entry.default}]"] if entry.default is not None else []
    return " ".join([*plain.split(), *notes])

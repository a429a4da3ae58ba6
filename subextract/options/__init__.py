"""Which settings there are: each is declared once; flags, environment, TOML file and help follow from that."""

from subextract.options.declared import SETTINGS, Options
from subextract.options.limits import Limits
from subextract.options.resolving import overlaid, resolve, resolve_section, written
from subextract.options.sections import (
    PREFIX,
    Metavar,
    MiB,
    Seconds,
    Section,
    Setting,
    flag,
    in_one_sentence,
    settings,
)
from subextract.options.subsets import TranslationOptions, VlmOptions
from subextract.options.values import (
    KEPT,
    LANGUAGE,
    REGIONS,
    Region,
    absolute,
    clock,
    parse_language,
    parse_region,
    parse_time,
)

__all__ = [
    "KEPT",
    "LANGUAGE",
    "PREFIX",
    "REGIONS",
    "SETTINGS",
    "Limits",
    "Metavar",
    "MiB",
    "Options",
    "Region",
    "Seconds",
    "Section",
    "Setting",
    "TranslationOptions",
    "VlmOptions",
    "absolute",
    "clock",
    "flag",
    "in_one_sentence",
    "overlaid",
    "parse_language",
    "parse_region",
    "parse_time",
    "resolve",
    "resolve_section",
    "settings",
    "written",
]

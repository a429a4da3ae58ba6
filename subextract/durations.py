"""How long subtitles stay, and how closely their lines come and go together: what several stages must agree on."""

from __future__ import annotations

SHORTEST_STAY = 120  # ms; nobody reads a text that is up for less, and flashes and moving texture make such
LONG_STAY = 5000  # ms; what never leaves a short video for so long is no cue, although the video ends before LOGO_TIME
LOGO_TIME = 15_000  # ms; broadcasters' guides allow a cue 7 s, karaoke lines stay 10; what stays longer is a logo
AWAITED = 60_000  # ms; what is up for longer comes late among the texts that came after it: a logo, or a whole page
NEVER = 1 << 62  # ms; later than anything
TOGETHER = 90  # ms; lines of one cue come and go on the same frame, two at most where a fade blurs the edge

"""Which texts on the screen are subtitles, decided over a whole video by what is known of each."""

from subextract.verdict.blocks import Text
from subextract.verdict.deciding import LAG, NOTHING, Case, Decision, Kept, Reading, Round, Seen, Standing, with_lines
from subextract.verdict.judging import Film, Judged, judged
from subextract.verdict.telling import told

__all__ = [
    "LAG",
    "NOTHING",
    "Case",
    "Decision",
    "Film",
    "Judged",
    "Kept",
    "Reading",
    "Round",
    "Seen",
    "Standing",
    "Text",
    "judged",
    "told",
    "with_lines",
]

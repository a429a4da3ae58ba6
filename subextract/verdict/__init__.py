"""Which texts on the screen are subtitles, decided over a whole video by what is known of each."""

from subextract.verdict.blocks import Text
from subextract.verdict.deciding import decided, texts_of
from subextract.verdict.judging import Film, Judged, judged

__all__ = ["Film", "Judged", "Text", "decided", "judged", "texts_of"]

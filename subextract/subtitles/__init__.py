"""The subtitle tracks of a file: text or pictures, in a container or in files of their own."""

from subextract.subtitles.bitmaps import clips, plane
from subextract.subtitles.texts import is_readable, texts
from subextract.subtitles.tracks import contents

__all__ = ["clips", "contents", "is_readable", "plane", "texts"]

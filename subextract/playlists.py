"""Whether a file holds no video, but says where others lie: by its first bytes."""

from __future__ import annotations

HEAD = 1024  # bytes, in which it says so

_BEGINNINGS = (b"#EXTM3U", b"ffconcat", b"[playlist]", b"v=0\n", b"v=0\r\n")  # HLS, FFmpeg's own, PLS, SDP
_ELEMENTS = (b"<MPD", b"<CompositionPlaylist", b"<asx", b"<ASX", b"<smil")  # DASH, IMF, Windows Media, SMIL


def is_playlist(head: bytes) -> bool:
    """Whether what begins so holds no video, but says where others lie."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_BEGINNINGS) or any(each in head for each in _ELEMENTS)

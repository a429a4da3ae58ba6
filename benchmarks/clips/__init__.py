"""Which clips with known subtitles are made here: the hard cases of real videos, painted and burned in by this code."""

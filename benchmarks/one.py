"""What does a clip's subtitle file cost: ``python -m benchmarks.one CLIP OUT.srt``, default settings, one process."""

from __future__ import annotations

import sys

import subextract


def main(clip: str, out: str) -> None:
    subextract.save(subextract.extract(clip), out)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

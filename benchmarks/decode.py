"""What does decoding a clip cost, when nothing is done with the pictures.

``python -m benchmarks.decode CLIP`` decodes every frame once, with as many threads as the decoder likes, and prints
``{"frames": ..., "frame_rate": ...}``.
"""

from __future__ import annotations

import json
import sys

import av


def main(clip: str) -> None:
    with av.open(clip, metadata_errors="replace") as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        frames = sum(1 for _ in container.decode(stream))
        rate = float(stream.average_rate or stream.guessed_rate or 0)
    print(json.dumps({"frames": frames, "frame_rate": rate}))


if __name__ == "__main__":
    main(sys.argv[1])

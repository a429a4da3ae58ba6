"""What the pages look like: ``python -m benchmarks.page`` makes docs/review.png and docs/service.png.

Reads the demonstration clip, has two of its cues misread, and takes a picture of the page of its review; then of the
page of a service that reads some clips. Chromium must be installed.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from benchmarks.service import copies, started, wait_for
from subextract import cli
from subextract.review import Sidecar
from subextract.web.reviewing import Reviewing
from subextract.web.serving import bound, server

ROOT = Path(__file__).parents[1]
REVIEW, SERVICE = ROOT / "docs" / "review.png", ROOT / "docs" / "service.png"
WIDTH, HEIGHT = 1280, 740
TOKEN = "picture"
COLOURS = 160  # so that the file is small
MISREAD = {
    "The harbour lights go out at nine.": ("The harb0ur lights go out at nine.", 0.71),
    "It's further than I thought.": ("It's fürther than I thought.", 0.86),
}


def main() -> int:
    _review()
    _service()
    for picture in (REVIEW, SERVICE):
        print(f"{picture}: {picture.stat().st_size / 1000:.0f} kB")
    return 0


def _review() -> None:
    with tempfile.TemporaryDirectory() as folder:
        video = Path(shutil.copy(ROOT / "fixtures" / "demo.mp4", folder))
        if code := cli.main([str(video), "--review"]):
            sys.exit(code)
        with Sidecar(video.with_suffix(".review")) as sidecar, bound(0) as listening:
            sidecar.put(_misread(entry) for entry in sidecar.entries())
            port = listening.getsockname()[1]
            running = server(Reviewing(sidecar, video).app(), TOKEN, port)
            thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
            thread.start()
            _shoot(f"http://127.0.0.1:{port}/?token={TOKEN}", "#end-frames img", REVIEW)
            running.should_exit = True
            thread.join()


def _service() -> None:
    """One clip that is done, one that is none, one that is being read, and one that waits."""
    with started(1) as server:
        videos = copies(3, ROOT / "fixtures" / "demo.mp4")
        server.finish([server.send(videos[0], "The harbour (1987)"), server.send(b"no video", "broken")])
        reading = server.send(videos[1], "Lights out")
        server.send(videos[2], "The road")
        wait_for(lambda: server.client.get(f"/v1/jobs/{reading}").json()["position"])
        token = server.headers["Authorization"].split()[1]
        _shoot(f"http://127.0.0.1:{server.port}/?token={token}", ".card progress", SERVICE)


def _misread(entry: dict[str, object]) -> dict[str, object]:
    text = str(entry["text"])
    if text not in MISREAD:
        return entry
    wrong, score = MISREAD[text]
    first = {name: entry[name] for name in ("start", "end", "out")} | {"text": wrong}
    return entry | {"text": wrong, "score": score, "others": [text], "first": first}


def _shoot(link: str, when: str, picture: Path) -> None:
    """Take a picture of a page, once there is what the selector ``when`` selects."""
    with sync_playwright() as playwright:
        program = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(link)
        page.wait_for_selector(when)
        page.wait_for_timeout(1000)  # until the film shows its frame
        shot = Image.open(io.BytesIO(page.screenshot()))
        shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())

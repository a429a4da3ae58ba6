"""Whether a cluster loses or doubles a video while its machines are lost, and what it costs beside ``--jobs``.

    python -m benchmarks.soak_cluster faults [--videos 60]      # a driver, a machine and a process are killed
    python -m benchmarks.soak_cluster overhead [--videos 60]    # the same videos by --jobs 2 and by Ray on two cores
    python -m benchmarks.soak_cluster machines [--videos 60]    # 1, 2 and 3 machines of one core
    python -m benchmarks.soak_cluster reader [--videos 12]      # the stage with a model: an actor is killed

Needs the extra ``cluster``. The videos are copies of the fixtures, a few seconds of work each; every result must be
equal, byte by byte, to what the command line makes of the same file.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.machines import PATIENCE, Machines, machines, outcome, rows, texts, wait_until

FIXTURES = Path(__file__).parent.parent / "fixtures"
CLIPS = ("fade.mp4", "ja10bit.mkv", "bilingual.mp4", "silent.mp4", "capitals.mp4")
CHECKPOINT = ("--engine", "hunyuan", "--model", str(FIXTURES / "reading-checkpoint"), "--device", "cpu")
STALL = ("--stall", "40")  # s; short, so that a stage that gives no sign of life is found out on busy cores


def library(folder: Path, count: int, clips: Sequence[str] = CLIPS) -> list[Path]:
    """Copies of the clips; two and two are the same video by another name."""
    folder.mkdir(parents=True)
    named = ((folder / f"film{number:03}{Path(clip).suffix}", clip) for number, clip in _clips(count, clips))
    return [Path(shutil.copy(FIXTURES / clip, path)) for path, clip in named]


def _clips(count: int, clips: Sequence[str]) -> list[tuple[int, str]]:
    return [(number, clips[number % len(clips)]) for number in range(count)]


def alone(films: Sequence[Path], out: Path, *more: str) -> float:
    """Read them by the command line, two at a time, and say how long that took (s)."""
    began = time.monotonic()
    command = [sys.executable, "-m", "subextract", *map(str, films), "--output", str(out), "--jobs", "2", *more]
    subprocess.run([*command, "--quiet"], check=True, timeout=20 * PATIENCE)
    return time.monotonic() - began


def faults(folder: Path, count: int) -> str:
    """Kill the driver in the first third and start it again, a machine in the second, a process in the last."""
    films = library(folder / "films", count)
    bad = _bad(folder / "films")
    source = folder / "library.txt"
    source.write_text("\n".join(map(str, [*films, *bad, films[0]])))
    out, index, more = folder / "out", folder / "index", ("--root", str(folder / "films"), *STALL)
    with machines(folder / "machines") as cluster:
        began = time.monotonic()
        first = cluster.drive(source, out, "--index", str(index), *more)
        wait_until(lambda: len(rows(index)) >= count // 4, first, 20 * PATIENCE)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        kept = len(rows(index))
        second = cluster.drive(source, out, "--index", str(index), *more)
        wait_until(lambda: len(rows(index)) >= count // 2, second, 20 * PATIENCE)
        cluster.lose_one()
        wait_until(lambda: len(rows(index)) >= 3 * count // 4, second, 20 * PATIENCE)
        os.kill(cluster.processes("ray::")[-1], signal.SIGKILL)
        code, said = outcome(second, 20 * PATIENCE)
        seconds = time.monotonic() - began
    alone(films, folder / "alone")
    found = rows(index)
    wrong = {
        film.name: found[str(film)]["error"] or "another text"
        for film in films
        if texts(out).get(f"{film.stem}.srt") != texts(folder / "alone")[f"{film.stem}.srt"]
    }
    errors = [str(found[str(path)]["error"]) for path in bad]
    assert not wrong, wrong
    assert len(found) == len(films) + len(bad), (len(found), said)
    assert all(errors), errors
    told = f"{count} videos and {len(bad)} bad ones, {kept} kept of the run that was killed"
    return f"{told}: all right after {seconds:.0f} s, exit code {code}"


def _bad(folder: Path) -> list[Path]:
    (folder / "broken.mkv").write_bytes(b"no video")
    (folder / "crash.mkv").write_bytes(b"ends its process")
    os.mkfifo(folder / "hang.mkv")
    return [folder / name for name in ("broken.mkv", "crash.mkv", "hang.mkv", "gone.mkv")]


def overhead(folder: Path, count: int) -> str:
    """The wall time of both ways on the same two cores; the start of Ray is told apart."""
    films = library(folder / "films", count)
    by_jobs = alone(films, folder / "alone")
    with machines(folder / "machines", (2,)) as cluster:
        by_ray, most = _timed(cluster, folder, "out")
    assert texts(folder / "out") == texts(folder / "alone")
    told = f"{count} videos: --jobs 2 {by_jobs:.0f} s, cluster {by_ray:.0f} s ({by_ray / by_jobs:.2f})"
    return f"{told}, in the object store at most {most:.1f} MB"


def _timed(cluster: Machines, folder: Path, out: str, *more: str) -> tuple[float, float]:
    """How long a run took, from when its driver has joined the cluster (s), and the most in the object store (MB)."""
    began = time.monotonic()
    driver = cluster.drive(folder / "films", folder / out, *more)
    most = 0.0
    while driver.poll() is None:
        most = max(most, cluster.stored() / 1e6)
        time.sleep(0.5)
    took = time.monotonic() - began
    code, said = outcome(driver)
    assert code == 0, said
    joined = float(said.partition("Ray is there after ")[2].partition(" s")[0])
    return took - joined, most


def on_machines(folder: Path, count: int) -> str:
    """The same library on one, two and three machines of one core each; here three of them share two cores."""
    library(folder / "films", count)
    told = []
    for number in (1, 2, 3):
        with machines(folder / f"machines{number}", (1,) * number) as cluster:
            told.append(f"{number}: {_timed(cluster, folder, f'out{number}')[0]:.0f} s")
    return f"{count} videos on machines of one core: {', '.join(told)}"


def reader(folder: Path, count: int) -> str:
    """The stage with a model: the actor is killed once, and the result is that of the command line."""
    films = library(folder / "films", count, ("capitals.mp4",))
    alone(films, folder / "alone", *CHECKPOINT)
    with machines(folder / "machines", (2,)) as cluster:
        more = (*CHECKPOINT, "--gpus-per-reader", "0")
        driver = cluster.drive(folder / "films", folder / "out", *more)
        wait_until(lambda: len(rows(folder / "out" / "index")) >= 1, driver, 20 * PATIENCE)
        for pid in cluster.processes("ray::MapWorker"):
            os.kill(pid, signal.SIGKILL)
        code, said = outcome(driver, 20 * PATIENCE)
    assert code == 0, said
    assert texts(folder / "out") == texts(folder / "alone")
    return f"{count} videos read by an actor that was killed once: all equal to those of one process"


MEASURES: dict[str, Callable[[Path, int], str]] = {
    "faults": faults,
    "overhead": overhead,
    "machines": on_machines,
    "reader": reader,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measure", choices=MEASURES)
    parser.add_argument("--videos", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(MEASURES[arguments.measure](Path(folder), arguments.videos))


if __name__ == "__main__":
    main()

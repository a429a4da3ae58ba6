"""Whether a watched folder loses or doubles anything while everything around it goes wrong.

    python -m benchmarks.soak [--videos 200] [--seed 1]

Copies of the fixtures land in a folder, whole, in pieces, twice, damaged, unreadable and on a disk that is full;
folders vanish and come back; the watch and its readers are killed at random. In the end every good video must have
exactly one subtitle file, the same as without any faults, and every bad one a reason. tests/watch/test_soak.py runs the
same at small scale with a stand-in for the reading.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from subextract.ledger import Job, Ledger

FIXTURES = Path(__file__).parent.parent / "fixtures"
CLIPS = ("fade.mp4", "ja10bit.mkv", "bilingual.mp4", "silent.mp4")
FLAGS = ("--recursive", "--settle=1", "--interval=2", "--pause=1", "--stall=60", "--jobs=2")
SMALL = 4 << 20  # bytes of the disk that is full for a while
LANDINGS = 30  # times at which something lands
DULL = 30.0  # s; then something goes wrong although no job has ended
FORGIVEN = 3  # failures of a video; the default of --retries
CALM = 0.1  # of the jobs are left when the faults end
PROGRAM = (sys.executable, "-m", "subextract")


@dataclass(frozen=True)
class Sample:
    """A video and what its subtitle file must be (empty: none)."""

    suffix: str
    content: bytes
    subtitles: str


@dataclass
class Figures:
    """What was done to the watch and what came of it."""

    faults: Counter[str] = field(default_factory=Counter)
    good: int = 0
    bad: int = 0
    jobs: int = 0
    attempts: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    seconds: float = 0.0
    memory: list[int] = field(default_factory=list)  # KiB of the watch, whenever it was looked at
    idle: float = 0.0  # share of a core

    def lines(self) -> Iterator[str]:
        yield f"videos: {self.good} good, {self.bad} bad; jobs in the ledger: {self.jobs}, attempts: {self.attempts}"
        yield "faults: " + ", ".join(f"{number} {name}" for name, number in sorted(self.faults.items()))
        for name in ("lost", "wrong", "doubled", "unexplained", "left"):
            found = getattr(self, name)
            yield f"{name}: {len(found)}" + (f" ({', '.join(found[:5])})" if found else "")
        if self.memory:
            third = max(1, len(self.memory) // 3)
            first, last = max(self.memory[:third]), max(self.memory[-third:])
            yield f"memory of the watch: {first >> 10} MiB in the first third, {last >> 10} MiB in the last"
        yield f"idle: {self.idle:.2%} of a core; the soak took {self.seconds:.0f} s"

    @property
    def clean(self) -> bool:
        return not (self.lost or self.wrong or self.doubled or self.unexplained or self.left)


@dataclass(frozen=True)
class Scale:
    """How much happens: so many ``videos``, a fault after each job that ends but at most every ``pace`` seconds.

    The watch has ``patience`` seconds for what is left then, and is looked at for ``idle`` seconds in the end.
    """

    videos: int = 200
    seed: int = 1
    pace: float = 5.0
    patience: float = 1800.0
    idle: float = 30.0
    program: Sequence[str] = PROGRAM
    flags: Sequence[str] = FLAGS


class Soak:
    """A library, the watch over it, and everything that happens to both."""

    def __init__(self, root: Path, samples: Sequence[Sample], scale: Scale) -> None:
        self.films, self.ledger, self.log = root / "films", root / "jobs.db", root / "log"
        self.films.mkdir()
        self.figures = Figures()
        self.expected: dict[Path, str] = {}  # good videos and their subtitles
        self.bad: list[Path] = []
        self._twins: dict[Path, Path] = {}  # one is read and the other one skipped
        self._samples, self._random = samples, random.Random(scale.seed)
        command = [*scale.program, "watch", str(self.films), f"--ledger={self.ledger}", *scale.flags]
        self._command = [*unprivileged(), *command]
        self._daemon: subprocess.Popen[bytes] | None = None
        self._later: list[Callable[[], None]] = []

    # What lands in the library

    def add_good(self, number: int) -> None:
        sample = self._random.choice(self._samples)
        path = self._put(f"season {number % 5}/Film {number}{sample.suffix}", sample.content)
        self.expected[path] = sample.subtitles

    def add_in_pieces(self, number: int) -> None:
        """The second half comes when the first one has long been still."""
        sample = self._random.choice(self._samples)
        path = self._put(f"Half {number}{sample.suffix}", sample.content[: len(sample.content) // 2])
        self.expected[path] = sample.subtitles
        self.figures.faults["half-copied"] += 1

        def rest() -> None:
            with path.open("ab") as file:
                file.write(sample.content[len(sample.content) // 2 :])

        self._later.append(rest)

    def add_twins(self, number: int) -> None:
        """Two files of one stem, of which a media server would show the same subtitles."""
        sample = next(sample for sample in self._samples if sample.subtitles)
        one, other = (self._put(f"Twin {number}{suffix}", sample.content) for suffix in (".mkv", ".mp4"))
        self.expected |= {one: sample.subtitles, other: sample.subtitles}
        self._twins |= {one: other, other: one}
        self.figures.faults["duplicates"] += 1

    def add_bad(self, number: int) -> None:
        sample = self._random.choice([sample for sample in self._samples if sample.subtitles])
        kinds = {
            "empty": b"",
            "garbage": self._random.randbytes(5000),
            "zeros": bytes(100_000),
            "cut off": sample.content[: len(sample.content) // 3],
            "unreadable": sample.content,
        }
        kind = sorted(kinds)[number % len(kinds)]
        path = self._put(f"Bad {number}.mkv", kinds[kind])
        if kind == "unreadable":
            path.chmod(0)
        self.bad.append(path)
        self.figures.faults[kind] += 1

    @contextlib.contextmanager
    def small_disk(self) -> Iterator[None]:
        """A disk inside the library that has room for its videos alone, until ``free``; only root can make one."""
        place = self.films / "small disk"
        place.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "small", str(place)]
        if os.geteuid() or subprocess.run(command, check=False).returncode:
            print("no small disk: only root can mount one", file=sys.stderr)
            yield
            return
        try:
            self._fill(place)
            yield
        finally:
            subprocess.run(["umount", "-l", str(place)], check=True)

    def _fill(self, place: Path) -> None:
        samples = [sample for sample in self._samples if sample.subtitles]
        for number, sample in enumerate(samples[:3]):
            path = self._put(f"small disk/Tight {number}{sample.suffix}", sample.content)
            self.expected[path] = sample.subtitles
        filler = place / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        self.figures.faults["full disk"] += 1
        self._later.append(filler.unlink)

    def _put(self, name: str, content: bytes) -> Path:
        path = self.films / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    # What happens to it

    def go_on(self) -> None:
        """One of the things that were to happen later."""
        if self._later:
            self._later.pop(self._random.randrange(len(self._later)))()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(self._command, stderr=log)

    def hurt(self) -> None:
        """One fault, chosen at random."""
        faults = (
            [self._kill_worker] * 5 + [self._kill_daemon] * 2 + [self._kill_both, self._stop, self._hide, self._touch]
        )
        self._random.choice(faults)()
        self._remember_memory()

    def _workers(self) -> list[int]:
        assert self._daemon
        children = Path(f"/proc/{self._daemon.pid}/task/{self._daemon.pid}/children")
        with contextlib.suppress(OSError):
            return [int(number) for number in children.read_text().split()]
        return []

    def _kill_worker(self) -> None:
        """Unless one of them was killed so often that another time would rightly have its video set aside."""
        workers = self._workers()[:1]
        if any(job.strikes > FORGIVEN for job in self._jobs().values() if job.state == "running"):
            return
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
                self.figures.faults["readers killed"] += 1

    def _kill_daemon(self) -> None:
        assert self._daemon
        self._daemon.kill()
        self._daemon.wait()
        self.figures.faults["watches killed"] += 1
        self.start()

    def _kill_both(self) -> None:
        workers = self._workers()
        assert self._daemon
        self._daemon.kill()
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
        self._daemon.wait()
        self.figures.faults["power cuts"] += 1
        self.start()

    def _stop(self) -> None:
        assert self._daemon
        self._daemon.terminate()
        if self._daemon.wait(30) not in (0, -signal.SIGTERM):  # the signal itself where it had hardly begun
            self.figures.unexplained.append(f"status {self._daemon.returncode} after SIGTERM")
        self.figures.faults["watches stopped"] += 1
        self.start()

    def _hide(self) -> None:
        """A folder is away for some seconds, like a mount that comes and goes."""
        season = self._random.choice(sorted(self.films.glob("season *")))
        away = self.films.parent / "away"
        season.rename(away)
        time.sleep(self._random.uniform(0.5, 3))
        if season.exists():  # somebody wrote into the folder that was away
            self.figures.wrong.append(f"{season.name} was written to while it was away")
            shutil.rmtree(season)
        away.rename(season)
        self.figures.faults["folders away"] += 1

    def _touch(self) -> None:
        """The same video comes again."""
        path = self._random.choice([path for path in self.expected if path.exists()])
        os.utime(path)
        self.figures.faults["videos replaced"] += 1

    def _remember_memory(self) -> None:
        assert self._daemon
        with contextlib.suppress(OSError, StopIteration):
            status = Path(f"/proc/{self._daemon.pid}/status").read_text().splitlines()
            self.figures.memory.append(int(next(line for line in status if line.startswith("VmRSS")).split()[1]))

    # How it ends

    def wait_for_end(self, seconds: float) -> None:
        while self._later:
            self.go_on()
        until = time.monotonic() + seconds
        while not self._is_over() and time.monotonic() < until:
            time.sleep(0.5)
            self._remember_memory()

    def _is_over(self) -> bool:
        """Whether each video is as the watch knows it, and has come to its end."""
        jobs = self._jobs()
        paths = {*self.expected, *self.bad}
        return paths <= {*jobs} and all(
            jobs[path].state not in ("queued", "running", "gone") and jobs[path].changed == path.stat().st_mtime_ns
            for path in paths
        )

    def wait_for_work(self, seconds: float) -> None:
        """So long at least, and then until another job has ended: how fast that goes is the machine's business."""
        before, until = self._ended(), time.monotonic() + DULL
        time.sleep(seconds)
        while self._ended() <= before and time.monotonic() < until:
            time.sleep(0.2)

    def _ended(self) -> int:
        return sum(job.state in ("done", "failed", "skipped") for job in self._jobs().values())

    def open_share(self) -> float:
        """Which share of the jobs has not come to its end."""
        states = [job.state for job in self._jobs().values()]
        return sum(state in ("queued", "running") for state in states) / len(states)

    def _jobs(self) -> dict[Path, Job]:
        with Ledger(self.ledger) as ledger:
            return {Path(job.video): job for job in ledger.jobs()}

    def measure_idle(self, seconds: float) -> None:
        before = self._cpu()
        time.sleep(seconds)
        self.figures.idle = (self._cpu() - before) / seconds

    def _cpu(self) -> float:
        assert self._daemon
        parts = Path(f"/proc/{self._daemon.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")

    def end(self) -> None:
        assert self._daemon
        self._daemon.terminate()
        self._daemon.wait(30)

    def judge(self) -> Figures:
        jobs, figures = self._jobs(), self.figures
        figures.good, figures.bad, figures.jobs = len(self.expected), len(self.bad), len(jobs)
        figures.attempts = sum(job.attempts for job in jobs.values())
        for path, subtitles in self.expected.items():
            self._judge_good(path, jobs, subtitles)
        for path in self.bad:
            job = jobs.get(path)
            if job is None or job.state != "failed" or not job.reason:
                figures.unexplained.append(path.name)
        known = {*self.expected, *self.bad}
        figures.doubled += [str(path) for path in jobs if path not in known]
        suffixes = (".part", ".resume")
        figures.left += [path.name for path in self.films.rglob("*") if path.suffix in suffixes]
        figures.left += [path.name for path in Path(f"{self.ledger}.work").iterdir()]
        return figures

    def _judge_good(self, path: Path, jobs: Mapping[Path, Job], subtitles: str) -> None:
        found = [each for each in path.parent.glob(f"{path.stem}.*srt")]
        job = jobs.get(path)
        if path in self._twins:
            states = sorted(jobs[each].state for each in (path, self._twins[path]) if each in jobs)
            if len(found) != 1 or states != ["done", "skipped"]:
                self.figures.doubled.append(f"{path.name}: {states}")
        elif job is None or job.state != "done" or len(found) < bool(subtitles):
            self.figures.lost.append(f"{path.name}: {job and (job.state, job.reason)}")
        elif len(found) > bool(subtitles):
            self.figures.doubled.append(path.name)
        if subtitles and found and found[0].read_text("utf-8") != subtitles:
            self.figures.wrong.append(found[0].name)


def unprivileged() -> list[str]:
    """What makes root unable to read what its owner may not read."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]
    works = (
        os.geteuid() == 0 and shutil.which("setpriv") and not subprocess.run([*drop, "true"], check=False).returncode
    )
    return drop if works else []


def soak(root: Path, samples: Sequence[Sample], scale: Scale) -> Figures:
    """Let it all happen, and judge what has become of the videos."""
    run, began = Soak(root, samples, scale), time.monotonic()
    landing = _landing(run, scale)
    for _ in range(5):
        landing.pop()()
    with run.small_disk():
        run.start()
        try:
            _hurt_until_landed(run, landing, scale.pace)
            while run.open_share() > CALM:
                run.wait_for_work(scale.pace)
                run.hurt()
            run.wait_for_end(scale.patience)
            run.measure_idle(scale.idle)
        finally:
            run.end()
        run.figures.seconds = time.monotonic() - began
        return run.judge()


def _landing(run: Soak, scale: Scale) -> list[Callable[[], None]]:
    """What is put into the library, in the order in which it comes."""
    kinds = (run.add_good,) * 12 + (run.add_in_pieces,) * 3 + (run.add_bad,) * 3 + (run.add_twins,)  # two at once
    rounds = range(max(1, scale.videos // (len(kinds) + 1)))
    landing = [partial(add, each * len(kinds) + place) for each in rounds for place, add in enumerate(kinds)]
    random.Random(scale.seed).shuffle(landing)
    return [*landing]


def _hurt_until_landed(run: Soak, landing: list[Callable[[], None]], pace: float) -> None:
    rate = max(1, len(landing) // LANDINGS)
    while landing:
        for _ in range(min(rate, len(landing))):
            landing.pop()()
        run.wait_for_work(pace)
        run.hurt()
        run.go_on()


def fixtures(folder: Path) -> list[Sample]:
    """The clips with what the command line makes of them when nothing goes wrong."""
    for name in CLIPS:
        subprocess.run([*PROGRAM, "-q", str(FIXTURES / name), "-o", str(folder)], check=True)
    samples = []
    for name in CLIPS:
        result = folder / f"{Path(name).stem}.srt"
        samples.append(Sample(Path(name).suffix, (FIXTURES / name).read_bytes(), result.read_text("utf-8")))
    return samples


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--videos", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave the library and the log where they are")
    chosen = parser.parse_args()
    root = Path(tempfile.mkdtemp(prefix="soak-"))
    (root / "references").mkdir()
    samples = fixtures(root / "references")
    figures = soak(root, samples, Scale(chosen.videos, chosen.seed))
    print(*figures.lines(), sep="\n")
    if chosen.keep:
        print(root)
    else:
        shutil.rmtree(root)
    return 0 if figures.clean else 1


if __name__ == "__main__":
    sys.exit(main())

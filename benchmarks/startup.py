"""How soon does a command answer: ``python -m benchmarks.startup``.

The CPU time of a whole process, the best of several, as a table; the first row is Python itself.
"""

from __future__ import annotations

import resource
import subprocess
import sys

RUNS = 15
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import subextract": ["-c", "import subextract"],
    "subextract --version": ["-m", "subextract", "--version"],
    "subextract --help": ["-m", "subextract", "--help"],
    "subextract engines": ["-m", "subextract", "engines"],
    "subextract probe": ["-m", "subextract", "probe", "fixtures/demo.mp4"],
}


def main() -> None:
    print("| command | CPU s |\n| :--- | ---: |")
    for name, arguments in COMMANDS.items():
        print(f"| {name} | {min(_seconds(arguments) for _ in range(RUNS)):.2f} |")


def _seconds(arguments: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()

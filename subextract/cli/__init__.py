"""How subextract is used from a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App

import subextract
from subextract.cli import cluster, engines, extract, jobs, models, ocr, probe, review, serve, tracks, translate, watch
from subextract.cli.help_layout import TwoColumns
from subextract.cli.messages import log, report
from subextract.errors import Interrupted

USAGE = """Usage: subextract VIDEO... [OPTIONS]
       subextract probe VIDEO [--json]
       subextract tracks VIDEO [--json]
       subextract engines [--json]
       subextract ocr IMAGE|VIDEO@TIME... [--task TASK] [--json]
       subextract translate SUBTITLES... --to LANGUAGE [OPTIONS]
       subextract review VIDEO|SUBTITLES [OPTIONS]
       subextract serve [OPTIONS]
       subextract watch FOLDER... [OPTIONS]
       subextract cluster FOLDER|LIST|s3://BUCKET/FOLDER --out PLACE [OPTIONS]
       subextract models [list|get NAME...|path] [--json]
       subextract jobs [list|show N|retry N|cancel N|forget N|pause|resume] [--json]
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status; what goes wrong is said in one sentence on stderr."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if callable(reconfigure := getattr(stream, "reconfigure", None)):
            reconfigure(errors="backslashreplace")  # names of files need not be text
    try:
        return int(app(tokens or ["--help"], exit_on_error=False, print_error=False, verbose=False) or 0)
    except KeyboardInterrupt:
        return report(Interrupted("Stopped; no result was left unfinished."))
    except Exception as error:  # the user gets one sentence, whatever happened; -v shows the rest
        return report(error)
    finally:
        log.handlers.clear()


app = App(
    name="subextract",
    help="Extracts the subtitles of a video, from tracks or burned into the picture, to a subtitle file.",
    usage=USAGE,
    version=lambda: f"subextract {subextract.__version__}",
    help_format="plaintext",
    help_formatter=TwoColumns(),
    suppress_keyboard_interrupt=False,
    result_action="return_value",
)
app.default(extract.extract)
app.command(probe.probe)
app.command(engines.engines)
app.command(tracks.tracks)
app.command(ocr.ocr)
app.command(translate.translate)
app.command(review.review)
app.command(serve.serve)
app.command(watch.watch)
app.command(cluster.cluster)
app.command(jobs.jobs)
app.command(models.models)

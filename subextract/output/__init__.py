"""How a result file grows and appears whole.

While a run works, ``film.srt.part`` holds what was found so far, valid at any moment, and ``film.srt.resume`` what a
later run needs to go on from there. ``film.srt`` itself appears in one step, when the run ends or is stopped.
"""

from subextract.output.planning import plan, plan_for
from subextract.output.plans import Plan, Target
from subextract.output.results import Result, results_of
from subextract.output.resuming import Checkpoint
from subextract.output.writing import Writer, details_of

__all__ = ["Checkpoint", "Plan", "Result", "Target", "Writer", "details_of", "plan", "plan_for", "results_of"]

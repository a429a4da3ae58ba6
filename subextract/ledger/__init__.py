"""Which videos are waiting, being read and done: the job table. The only door to sqlite3."""

from subextract.ledger.jobs import OPEN, STATES, Asked, Ending, Job, Lost, Stamp, Taken
from subextract.ledger.table import FARTHEST, Ledger

__all__ = ["FARTHEST", "OPEN", "STATES", "Asked", "Ending", "Job", "Ledger", "Lost", "Stamp", "Taken"]

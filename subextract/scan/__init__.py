"""Which frames of a video deserve a look, and how its pictures become clips, in one process or in several."""

from subextract.scan.scanning import ScanJob, Scanned, scan
from subextract.scan.segments import LEAD, SEAM

__all__ = ["LEAD", "SEAM", "ScanJob", "Scanned", "scan"]

"""The audit of printed numbers: are they possible together, and what looks wrong in them?

``audit`` answers for one report and finds what it implies; ``examine`` goes through any
collection of reports and gives findings with verdicts; ``verdict_of_document`` says of one document
whether its numbers conflict.
"""

from .document import DocumentVerdict, Judged, verdict_of_document
from .examine import Examination, examine
from .findings import Finding
from .model import Model
from .possibility import IMPOSSIBLE, POSSIBLE, UNDECIDED, Implied, Verdict, audit

__all__ = [
    "IMPOSSIBLE",
    "POSSIBLE",
    "UNDECIDED",
    "DocumentVerdict",
    "Examination",
    "Finding",
    "Implied",
    "Judged",
    "Model",
    "Verdict",
    "audit",
    "examine",
    "verdict_of_document",
]

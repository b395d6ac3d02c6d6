"""Fitting the scorer's weights on labelled contracts and the clause library's examples.

``python -m benchmarks.fit`` writes ``clause_library/weights.json``.  The vocabulary is the clause library's; the
validation quarter takes no part; figures on development documents are cross-validated by document.
"""

from benchmarks.fit.dataset import Unit, load_units
from benchmarks.fit.training import fit_folds, fit_scorer

__all__ = ["Unit", "fit_folds", "fit_scorer", "load_units"]

"""Measurements of dpa-checker, one command each: ``benchmarks.accuracy`` and ``benchmarks.speed``."""

"""Tests of the report and its renderers."""

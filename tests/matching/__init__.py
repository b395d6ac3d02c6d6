"""Tests of reading and matching."""

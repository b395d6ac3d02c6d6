"""Fuzzing of the readers: mutated contracts through a reading process, bounded in time."""

"""Encryption at rest: sealing values, and the keys they are sealed with."""

"""Contracts drafted by someone who knew neither the lexicon nor the labelled corpus, and the verdicts they expected."""

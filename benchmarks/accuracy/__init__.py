"""How often the checker is right, measured on labelled contracts.

The steps, in order: a corpus is loaded, its documents and files are examined, the outcomes are scored, and
the scores are rendered as a table; errors of development documents are listed on demand.
"""

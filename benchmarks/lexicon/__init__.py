"""Which words of the lexicons are needed: by the library's examples and model clauses, or by labelled contracts."""

"""Word documents, by an own walker over their parts (ECMA-376)."""

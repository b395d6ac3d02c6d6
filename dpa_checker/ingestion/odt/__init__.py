"""OpenDocument texts, by an own walker (OASIS OpenDocument 1.3)."""

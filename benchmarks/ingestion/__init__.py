"""How much of a document ingestion recovers, in order, beside other readers on the same generated files."""

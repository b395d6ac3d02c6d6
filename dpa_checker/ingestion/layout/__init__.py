"""What is common to the formats: passages, blocks, labels, lists, options, flowing text."""

"""Options headed "Option 1", "Option 2" without boxes: which of them the document chooses, and which count as said."""

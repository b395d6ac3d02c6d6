"""How fast the checker is, against the floor in the same run.

The floor is what any checker of PDF contracts pays: the plain text of the pages through PDFium, and spaCy's
tokenisation of it.  Both are measured in turns in one process, warm, and the best of several rounds is kept.
"""

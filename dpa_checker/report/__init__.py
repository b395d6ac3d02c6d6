"""The report on one document: its texts in four languages, its outcome, and one renderer a format.

``view`` turns a :class:`dpa_checker.model.Report` into localised values; ``render_text`` and ``render_html``
lay the same view out, ``render_json`` writes the report's data by the published schema.
"""

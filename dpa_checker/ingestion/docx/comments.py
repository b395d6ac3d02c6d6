"""Comments of a DOCX: what they say, who made them, and which text they are about (ECMA-376-1, 17.13.4)."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from dpa_checker.ingestion.docx.package import Package
from dpa_checker.ingestion.source.xml import attribute, local_name
from dpa_checker.model import Comment

_BREAKS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def read_comments(package: Package, spans: Mapping[str, tuple[int, int]]) -> tuple[Comment, ...]:
    """Return the comments in the order of the file; ``spans`` are the texts they are about, by their id.

    An answer without a range of its own is about the text of the comment it answers.
    """
    root = package.related("comments.xml")
    if root is None:
        return ()
    elements = [one for one in root if local_name(one) == "comment"]
    owners = {paragraph: attribute(one, "id") or "" for one in elements if (paragraph := _last_paragraph(one))}
    parents = _parents(package.related("commentsExtended.xml"))
    comments: list[Comment] = []
    for one in elements:
        identity = attribute(one, "id") or ""
        parent = owners.get(parents.get(_last_paragraph(one) or "", ""), "")
        span = spans.get(identity) or spans.get(parent)
        text = "\n".join(filter(None, (_text(paragraph) for paragraph in one.iter("{*}p"))))
        start, end = span if span is not None else (None, None)
        comments.append(Comment(text, attribute(one, "author") or "", start, end))
    return tuple(comments)


def _last_paragraph(comment: etree._Element) -> str | None:
    """Return the id of the last paragraph of a comment, by which answers name it."""
    paragraphs = list(comment.iter("{*}p"))
    return attribute(paragraphs[-1], "paraId") if paragraphs else None


def _parents(root: etree._Element | None) -> dict[str, str]:
    """Return the paragraph of the comment that is answered, by the paragraph of the answer."""
    if root is None:
        return {}
    return {
        attribute(one, "paraId") or "": attribute(one, "paraIdParent") or ""
        for one in root
        if attribute(one, "paraIdParent") is not None
    }


def _text(paragraph: etree._Element) -> str:
    """Return the text of a paragraph of a comment."""
    parts = [one.text or "" if local_name(one) == "t" else _BREAKS.get(local_name(one), "") for one in paragraph.iter()]
    return "".join(parts).strip()

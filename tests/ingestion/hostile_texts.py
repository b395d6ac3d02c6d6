"""Hostile text, web pages, rich text and messages, made on the spot."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from email.message import EmailMessage

SENTENCE = "The Processor shall assist the Controller."

#: Plain text that patterns with a weakness stumble over.
PLAIN: Mapping[str, str] = {
    "one line": "x" * 2_000_000,
    "blanks": "a" + " " * 2_000_000 + "b",
    "line breaks": "\n" * 500_000 + SENTENCE,
    "tabs": ("a\t" * 50_000 + "\n") * 4,
    "bars": "|" * 300_000 + "\n" + "|---" * 50_000,
    "numbers": "1." * 300_000 + " x",
    "labels": "(a) " * 200_000,
    "romans": "i" * 500_000 + ") x",
    "colons": "Name: x\n" * 50_000,
    "hashes": "#" * 300_000 + " x",
    "points": "." * 500_000 + "\n" + ". . " * 100_000,
    "hyphens": "-\n" * 200_000,
    "boxes": "[ ] " * 100_000 + "\n" + "☐ ☑ " * 50_000,
    "strokes": "~~" * 200_000 + "*" * 200_000 + "_" * 200_000,
    "brackets": "[" * 100_000 + "](" * 100_000,
    "quotes": "> " * 100_000 + "x",
    "indents": "\n".join(" " * number + "- x" for number in range(1_500)),
    "marks": "e" + "\u0301" * 500_000,
    "directions": "\u202e\u2066" * 100_000 + SENTENCE,
    "form feeds": "\x0c" * 200_000 + SENTENCE,
    "separators": "\u2028\u2029\x85\x1c" * 50_000 + SENTENCE,
    "headings": "ARTICLE 1\n\n" * 30_000,
    "rows": "a    b    c\n" * 30_000,
}


def html(body: str, *, head: str = "") -> bytes:
    """Return a web page."""
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode()


def remote_html(base: str) -> bytes:
    """Return a page whose pictures, styles, scripts, frames and objects lie under ``base``."""
    return html(
        f"<p>{SENTENCE}</p><img src='{base}/a.png'><iframe src='{base}/b'></iframe><object data='{base}/c'></object>"
        f"<embed src='{base}/d'><video poster='{base}/e' src='{base}/f'></video><script src='{base}/g'></script>"
        f"<p style=\"background:url('{base}/h')\">x</p><svg><image href='{base}/i'/></svg>",
        head=f"<base href='{base}/'><link rel=stylesheet href='{base}/j'><style>@import url({base}/k);</style>"
        f"<meta http-equiv=refresh content='0;url={base}/l'>",
    )


#: Bodies of web pages that grow where they are laid out.
PAGES: Mapping[str, str] = {
    "deep": "<div>" * 100_000 + SENTENCE,
    "deep spans": "<b><i>" * 20_000 + SENTENCE,
    "deep lists": "<ul><li>" * 5_000 + SENTENCE,
    "deep tables": "<table><tr><td>" * 3_000 + SENTENCE,
    "roman bomb": f"<ol type=i start=999999999><li>{SENTENCE}</ol>",
    "letter bomb": f"<ol type=a start=999999999999><li>{SENTENCE}</ol>",
    "number bomb": f"<ol start={'9' * 6_000}><li>{SENTENCE}</ol>",
    "span bomb": f"<table><tr><td colspan=1000000000 rowspan=1000000000>{SENTENCE}<td>b<tr><td>c</table>",
    "wide table": "<table><tr>" + "<td>x" * 50_000 + "</table>",
    "attributes": "<p " + " ".join(f"a{number}=x" for number in range(50_000)) + f">{SENTENCE}",
    "long attribute": f"<p title='{'x' * 5_000_000}'>{SENTENCE}",
    "style": f"<p style='{'color:red;' * 100_000}'>{SENTENCE}",
    "classes": "<style>" + "".join(f".a{n} .b{n}>p{{display:none}}" for n in range(1_000)) + "</style>" + "<p>x" * 300,
    "entities": "&lt;" * 300_000 + "&#x110000;&#0;&nosuch;&#xD800;",
    "comments": "<!--" * 100_000 + SENTENCE,
    "unclosed": "<p" * 200_000 + SENTENCE,
    "open options": "<select>" + "<option>x" * 30_000,
}


def remote_mail(base: str) -> bytes:
    """Return a message whose page and parts lie under ``base``."""
    message = EmailMessage()
    message["Subject"] = "Contract"
    message.set_content(remote_html(base).decode(), subtype="html")
    message.add_attachment("x", filename="a.txt")
    text = message.as_string()
    external = (
        f'Content-Type: message/external-body; access-type=URL; URL="{base}/part"\n\nContent-Type: text/plain\n\n'
    )
    boundary = text.partition('boundary="')[2].partition('"')[0]
    return text.replace(f"--{boundary}--", f"--{boundary}\n{external}\n--{boundary}--").encode()


def mail_of_parts(count: int) -> bytes:
    """Return a message of many parts."""
    parts = "".join(f"--b\nContent-Type: text/plain; name=n{number}.txt\n\n{SENTENCE}\n" for number in range(count))
    return (
        f"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n".encode()
    )


def mail_in_mail(depth: int) -> bytes:
    """Return a message within a message within a message."""
    head = "From: a@example.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n"
    return (head * depth + f"From: a@example.org\nContent-Type: text/plain\n\n{SENTENCE}\n").encode()


def parts_in_parts(depth: int) -> bytes:
    """Return a message of multiparts within multiparts."""
    head = "From: a@example.org\nMIME-Version: 1.0\n"
    inner = "".join(f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n" for number in range(depth))
    return (head + inner + f"Content-Type: text/plain\n\n{SENTENCE}\n").encode()


def mail_with(attachment: bytes, name: str = "contract.docx") -> bytes:
    """Return a message with one attached file."""
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["Subject"] = "Contract"
    message.set_content(SENTENCE)
    message.add_attachment(attachment, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def mails_in_mails(depth: int) -> bytes:
    """Return a message with a message as an attached file, and so on, each in base64."""
    data = mail_with(b"x", "a.txt")
    for _ in range(depth):
        data = mail_with(data, "inner.eml")
    return data


#: Messages with heads and encodings that lead astray.
MAILS: Mapping[str, bytes] = {
    "long head": b"From: a@example.org\nSubject: " + b"x" * 3_000_000 + b"\n\nText.\n",
    "many heads": b"From: a@example.org\n" + b"X-A: b\n" * 100_000 + b"\nText.\n",
    "encoded words": b"From: a@example.org\nSubject: " + b"=?utf-8?q?=41?= " * 30_000 + b"\n\nText.\n",
    "odd charset": b'From: a@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset="zip\xff"\n\nText.\n',
    "codec as charset": b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: text/plain; charset=bz2\n\nText.\n",
    "broken base64": b"From: a@example.org\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n" + b"=A" * 50_000,
    "no end": b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" * 2_000,
    "addresses": b"From: " + b"(" * 50_000 + b"a@example.org\nTo: " + b"a@b," * 50_000 + b"\n\nText.\n",
    "parameters": b"From: a@b.c\nMIME-Version: 1.0\nContent-Type: text/plain; "
    + b"; ".join(b"name*%d*=x" % number for number in range(5_000))
    + b"\n\nText.\n",
    "path": mail_with(b"Text.", "../../../etc/passwd"),
    "packed": b"From: a@example.org\nMIME-Version: 1.0\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n"
    b"M" + b"!" * 60 + b"\n",
    "inner base64": b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n"
    b"Content-Transfer-Encoding: base64\n\n" + base64.b64encode(b"From: a@b.c\n\nText.\n"),
}


def rtf(body: str) -> bytes:
    """Return a rich text."""
    return ("{\\rtf1\\ansi " + body + "}").encode("ascii")


#: Bodies of rich texts.
RICH: Mapping[str, str] = {
    "deep": "{" * 100_000 + SENTENCE,
    "closed too often": SENTENCE + "}" * 100_000,
    "object": "{\\object\\objautlink{\\*\\objdata " + "d0cf11e0a1b11ae1" * 5_000 + "}{\\result " + SENTENCE + "}}",
    "picture": "{\\pict\\pngblip " + "89504e47" * 50_000 + "}" + SENTENCE,
    "binary": "\\bin999999999 x " + SENTENCE,
    "negative binary": "\\bin-5 x " + SENTENCE,
    "skip": "\\uc999999999\\u8364 x " + SENTENCE,
    "numbers": "\\u99999999999999999999 \\fs-99999999999999999999 \\li" + "9" * 10_000 + " " + SENTENCE,
    "surrogates": "\\u-10179 ?\\u-8704 ?\\u-10179 ?" + SENTENCE,
    "template": "{\\*\\template http://127.0.0.1:9/evil.dotm}" + SENTENCE,
    "fields": "{\\field{\\*\\fldinst INCLUDEPICTURE http://127.0.0.1:9/a}{\\fldrslt x}}" * 2_000 + SENTENCE,
    "cells": "\\trowd" + "\\cellx100" * 20_000 + "x\\cell" * 20_000 + "\\row",
    "rows": "\\trowd\\cellx1 x\\cell\\row" * 20_000,
    "code page": "\\ansicpg99999 \\'e9 " + SENTENCE,
    "fonts": "{\\fonttbl" + "".join(f"{{\\f{n}\\fcharset{n} A;}}" for n in range(5_000)) + "}" + SENTENCE,
    "half a code": "\\'e",
}

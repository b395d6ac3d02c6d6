"""E-mails (.eml, and web pages saved as .mht): the body, then the attachments, each read with its own reader.

Sources: RFC 5322 (messages), RFC 2045 to 2049 (MIME), RFC 2387 (related), RFC 2557 (MHTML), RFC 8551 (S/MIME).
"""

from __future__ import annotations

import email
import email.policy
from email.message import Message
from typing import Final

from dpa_checker.errors import DocumentError, EmptyDocument, EncryptedDocument
from dpa_checker.ingestion.boundary import damaged_as
from dpa_checker.ingestion.html.reader import decode_html, read_html
from dpa_checker.ingestion.limits import Limits
from dpa_checker.ingestion.mail.parts import Bag, join_parts
from dpa_checker.ingestion.sniffing import Format
from dpa_checker.ingestion.text.plain import decode, read_text
from dpa_checker.model import Document, Notice, NoticeKind

MEDIA_TYPE: Final = "message/rfc822"

_SIGNATURES: Final = frozenset(
    "application/pkcs7-signature application/x-pkcs7-signature application/pgp-signature application/pgp-keys "
    "message/delivery-status text/rfc822-headers message/disposition-notification".split()
)
_SEALED: Final = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
_LOCKED: Final = "The e-mail is encrypted. Open it in the mail programme, save it decrypted, and try again."
_BROKEN: Final = "The e-mail is damaged. Save it again from the mail programme, or save its attachments one by one."


class MailReader:
    """Reads e-mails in the form that they are sent in."""

    media_type = MEDIA_TYPE

    def read(self, data: bytes, name: str | None, limits: Limits) -> Document:
        """Return the document of a message; an attachment that cannot be read is listed and stops nothing."""
        bag = Bag(limits)
        read_mail(data, bag, 0)
        return finish_message(bag, data, name, MEDIA_TYPE)


def finish_message(bag: Bag, data: bytes, name: str | None, media_type: str) -> Document:
    """Return the document of what was taken out of a message; raises when there is nothing at all."""
    document = join_parts(bag, data, name, media_type)
    if not document.text.strip() and not document.unread and document.rejected is None:
        raise EmptyDocument("The e-mail holds no text and no attachment. Check that the right message was saved.")
    return document


def read_mail(data: bytes, bag: Bag, depth: int) -> None:
    """Take the body and the attachments out of a message into ``bag``."""
    with damaged_as(_BROKEN):
        try:
            message = email.message_from_bytes(data, policy=email.policy.default)
            _take(message, bag, depth)
        except RecursionError as error:
            raise bag.limits.exceeded("max_nesting") from error


def _take(message: Message, bag: Bag, depth: int) -> None:
    """Take one part of a message with all that is in it."""
    kind = message.get_content_type()
    if kind == "multipart/encrypted" or (kind in _SEALED and _smime(message) != "signed-data"):
        raise EncryptedDocument(_LOCKED)
    if kind == "message/rfc822":
        _take_message(message, bag, depth)
    elif kind == "message/external-body":
        bag.notices.append(Notice(NoticeKind.EXTERNAL_REFERENCE, "external body of the e-mail"))
    elif kind == "multipart/alternative":
        _take_best(_inner(message), bag, depth)
    elif kind == "multipart/related":
        parts = _inner(message)
        root = _root(message, parts)
        for part in sorted(parts, key=lambda part: part is not root):
            _take(part, bag, depth)
    elif message.is_multipart():
        for part in _inner(message):
            if bag.full:
                bag.left_out += 1
            else:
                _take(part, bag, depth)
    elif kind not in _SIGNATURES:
        _take_leaf(message, kind, bag, depth)


def _smime(message: Message) -> str:
    """Return what an S/MIME part holds: "signed-data" or "enveloped-data"."""
    return str(message.get_param("smime-type", "enveloped-data")).lower()


def _inner(message: Message) -> list[Message]:
    """Return the parts of a multipart."""
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _root(message: Message, parts: list[Message]) -> Message | None:
    """Return the part of a related multipart that the others serve."""
    wanted = str(message.get_param("start", "") or "")
    named = next((part for part in parts if wanted and str(part.get("Content-ID", "")).strip() == wanted), None)
    return named if named is not None else parts[0] if parts else None


def _take_best(parts: list[Message], bag: Bag, depth: int) -> None:
    """Take the best of several forms of one text: the last that gives a text (RFC 2046, 5.1.4)."""
    texts = [part for part in parts if part.get_content_maintype() in ("text", "multipart")]
    for part in reversed(texts):
        trial = Bag(bag.limits, attachments=bag.attachments, characters=bag.characters)
        _take(part, trial, depth)
        if any(one.document is not None and one.document.text.strip() for one in trial.parts):
            break
    else:
        trial = Bag(bag.limits, attachments=bag.attachments, characters=bag.characters)
        for part in parts:
            _take(part, trial, depth)
    bag.attachments, bag.characters = trial.attachments, trial.characters
    bag.left_out += trial.left_out
    bag.parts += trial.parts
    bag.pictures += trial.pictures
    bag.notices += trial.notices
    for part in parts:
        if part not in texts and part.get_content_type() not in _SIGNATURES and texts:
            _take(part, bag, depth)


def _take_leaf(message: Message, kind: str, bag: Bag, depth: int) -> None:
    """Take a part that holds no others: a body, or an attachment."""
    name = _file_name(message)
    attached = message.get_content_disposition() == "attachment" or bool(name)
    payload = message.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    if not attached and kind in ("text/plain", "text/html", "application/xhtml+xml"):
        _take_body(message, kind, content, bag)
        return
    suffix = "" if kind == "text/plain" else kind.rpartition("/")[2]
    shown = name or f"attachment.{suffix or 'txt'}"
    bag.add_attachment(content, shown, lambda found, inner: nest_message(found, inner, shown, bag, depth))


def _take_body(message: Message, kind: str, content: bytes, bag: Bag) -> None:
    """Take the text of a message."""
    if not content.strip():
        return
    if kind != "text/plain":
        text = _declared(message, content)
        notices: tuple[Notice, ...] = ()
        if text is None:
            text, notices = decode_html(content)
        document = read_html(text, content, None, bag.limits, notices)
    else:
        text = _declared(message, content)
        if text is None:
            text, notices = decode(content)
        document = read_text(text.replace("\r\n", "\n").strip("\n") if text.strip() else "")
    if document.text or document.unread:
        bag.add_body(document)


def _declared(message: Message, content: bytes) -> str | None:
    """Return the characters of a text by the encoding that the message declares, None when that cannot be right."""
    declared = message.get_content_charset()
    if declared is None or declared in ("us-ascii", "ascii", "unknown-8bit"):
        return None
    try:
        return content.decode("cp1252" if declared in ("iso-8859-1", "latin1", "latin-1") else declared)
    except (LookupError, UnicodeError, ValueError):
        return None


def _take_message(message: Message, bag: Bag, depth: int) -> None:
    """Take a message that is attached to the message."""
    inner = _inner(message)
    if not inner or not bag.count_message():
        return
    name = _file_name(message) or f"{inner[0].get('Subject', '') or 'message'!s}.eml"

    def read(into: Bag) -> None:
        try:
            _take(inner[0], into, depth + 1)
        except DocumentError:
            into.add_unread(name)

    bag.nest(name, depth + 1, read)


def nest_message(found: Format, data: bytes, name: str, bag: Bag, depth: int) -> None:
    """Read a file that is itself an e-mail as an attachment."""

    def read(into: Bag) -> None:
        if found is Format.MAIL:
            read_mail(data, into, depth + 1)
        else:
            from dpa_checker.ingestion.mail.outlook import read_outlook

            read_outlook(data, into, depth + 1)

    bag.nest(name, depth + 1, read)


def _file_name(message: Message) -> str:
    """Return the file name of a part, "" when it has none."""
    try:
        return str(message.get_filename() or "").strip()
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return ""

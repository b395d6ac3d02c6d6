"""E-mails: the body, then every attachment with its own reader; what cannot be read is listed and stops nothing."""

from __future__ import annotations

from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from dpa_checker.errors import DamagedDocument, EmptyDocument, EncryptedDocument, LimitExceeded
from dpa_checker.ingestion import Limits, locate_span, read_bytes
from dpa_checker.ingestion.rtf.compressed import decompress_rtf
from dpa_checker.model import Document, NoticeKind, UnreadReason
from tests.ingestion.docx_files import para, text, word_file
from tests.ingestion.ole_files import message_file, message_tree
from tests.ingestion.pdf_files import lines_pdf
from tests.ingestion.test_plain import shown

PNG = b"\x89PNG\r\n\x1a\n" + bytes(400)
PAGES = [[(72, 72, "Page one says that the data are deleted.")], [(72, 72, "Page two says that they are not.")]]


def mail(body: str = "Please find the agreement attached.", **headers: str) -> EmailMessage:
    """Return a message with a body."""
    message = EmailMessage()
    for name, value in {"From": "a@x.example", "To": "b@x.example", "Subject": "DPA", **headers}.items():
        message[name] = value
    message.set_content(body)
    return message


def attach(message: EmailMessage, name: str, data: bytes, kind: str = "application/octet-stream") -> EmailMessage:
    """Return the message with a file attached."""
    main, _, sub = kind.partition("/")
    message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return message


def part(document: Document, name: str) -> str:
    """Return the text that comes from an attachment."""
    source = next(source for source in document.sources if source.name == name)
    return document.text[source.start : source.end]


def test_body_then_attachments_in_order() -> None:
    message = attach(mail(), "contract.pdf", lines_pdf(PAGES), "application/pdf")
    attach(message, "Anhang 1.docx", word_file(para(text("The measures are these."))))
    attach(message, "terms.pdf", lines_pdf([[(72, 72, "The terms stand on page three.")]]))
    attach(message, "logo.png", PNG, "image/png")
    document = read_bytes(message.as_bytes())
    assert document.media_type == "message/rfc822"
    assert shown(document) == [
        "Please find the agreement attached.", PAGES[0][0][2], PAGES[1][0][2], "The measures are these.",
        "The terms stand on page three.",
    ]  # fmt: skip
    assert [source.name for source in document.sources] == ["contract.pdf", "Anhang 1.docx", "terms.pdf"]
    assert [source.media_type for source in document.sources][::2] == ["application/pdf"] * 2
    assert part(document, "Anhang 1.docx") == "The measures are these."
    assert document.pages == 3
    place = document.text.index("page three")
    found = locate_span(document, place, place + 10)
    assert (found.page, found.source, found.boxes[0].page) == (3, "terms.pdf", 3)
    assert locate_span(document, 0, 6).page is None
    assert [block.page for block in document.blocks] == [None, 1, 2, None, 3]
    assert {one.kind: one.detail for one in document.notices} == {
        NoticeKind.ATTACHMENT: "contract.pdf, Anhang 1.docx, terms.pdf", NoticeKind.EMBEDDED_FILE: "logo.png",
    }  # fmt: skip
    assert document.unread == ()


def test_tables_and_labels_of_attachments_are_moved_on() -> None:
    message = attach(
        mail("Hello."), "a.txt", b"| Duration | Purpose |\n|---|---|\n| 1 year | Hosting |\n", "text/plain"
    )
    document = read_bytes(message.as_bytes())
    row = document.blocks[-1]
    assert [document.text[start:end] for start, end in row.cells] == ["1 year", "Hosting"]
    assert [document.text[start:end] for start, end in row.header_cells] == ["Duration", "Purpose"]


def test_what_cannot_be_read_is_listed() -> None:
    message = attach(mail(), "broken.pdf", b"%PDF-1.7 broken")
    attach(message, "bundle.zip", b"PK\x05\x06" + bytes(18), "application/zip")
    attach(message, "scan.tif", b"II*\x00" + bytes(100), "image/tiff")
    attach(message, "../../etc/passwd", b"The annex is read.", "text/plain")
    document = read_bytes(message.as_bytes())
    assert [(one.reason, one.detail) for one in document.unread] == [
        (UnreadReason.ATTACHMENT, name) for name in ("broken.pdf", "bundle.zip", "scan.tif")
    ]
    assert "The annex is read." in document.text
    assert [source.name for source in document.sources] == ["passwd"]


def test_messages_within_messages() -> None:
    inner = attach(mail("The inner text.", Subject="Re: DPA"), "annex.txt", b"The annex of it.", "text/plain")
    outer = mail()
    outer.add_attachment(inner)
    attach(outer, "saved.eml", mail("The saved text.").as_bytes())
    document = read_bytes(outer.as_bytes())
    assert [source.name for source in document.sources] == ["Re: DPA.eml", "annex.txt", "saved.eml"]
    assert part(document, "annex.txt") == "The annex of it."
    assert part(document, "saved.eml") == "The saved text."


def test_limits_on_number_and_nesting() -> None:
    message = mail()
    for number in range(8):
        attach(message, f"{number}.txt", b"Text of %d." % number, "text/plain")
    document = read_bytes(message.as_bytes(), limits=Limits(max_attachments=5))
    assert len(document.sources) == 5
    assert document.unread[-1].detail == "3 more, over the limit max_attachments"
    nested = mail("Level 0.")
    for level in range(1, 9):
        above = mail(f"Level {level}.")
        above.add_attachment(nested)
        nested = above
    document = read_bytes(nested.as_bytes(), limits=Limits(max_nesting=3))
    assert "Level 5." in document.text
    assert "Level 4." not in document.text
    assert [one.reason for one in document.unread] == [UnreadReason.ATTACHMENT]


def test_best_form_of_the_body() -> None:
    message = mail("Plain words.")
    message.add_alternative("<p>Page <b>words</b>.</p><p style='display:none'>SECRET</p>", subtype="html")
    document = read_bytes(attach(message, "a.txt", b"Attached words.", "text/plain").as_bytes())
    assert shown(document) == ["Page words.", "Attached words."]
    assert [one.excerpt for one in document.unread] == ["SECRET"]
    message = mail("Plain words.")
    message.add_alternative("<img src='http://x.example/a.png'>", subtype="html")
    assert shown(read_bytes(message.as_bytes())) == ["Plain words."]


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "cp1252"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_encodings_of_the_body(charset: str, encoding: str) -> None:
    words = "Données à caractère personnel, Maßnahmen, åtgärder."
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@x.example", "b@x.example", "é"
    message.set_content(words, charset=charset, cte=encoding)
    assert read_bytes(message.as_bytes()).text == words


def test_web_archive() -> None:
    archive = MIMEMultipart("related")
    archive["From"] = "<Saved by Blink>"
    archive.attach(MIMEText("<html><body><h1>Terms</h1><p>The page says this.</p></body></html>", "html"))
    archive.attach(MIMEText("p{color:red}", "css"))
    document = read_bytes(archive.as_bytes())
    assert shown(document)[:2] == ["Terms", "The page says this."]


def test_both_readings_of_an_attachment() -> None:
    changed = '<w:ins w:id="1" w:author="Ann">' + text("not ") + "</w:ins>"
    message = attach(mail("Body."), "c.docx", word_file(para(text("It shall ") + changed + text("act."))))
    document = read_bytes(attach(message, "d.txt", b"The end.", "text/plain").as_bytes())
    assert document.rejected is not None
    assert shown(document) == ["Body.", "It shall not act.", "The end."]
    assert shown(document.rejected) == ["Body.", "It shall act.", "The end."]
    change = document.revisions[0]
    assert document.text[change.start : change.end].strip() == "not"
    assert document.rejected.text[document.rejected.sources[1].start :] == "The end."


def test_encrypted_empty_and_hostile_messages() -> None:
    head = "From: a@x.example\nTo: b@x.example\nSubject: x\nMIME-Version: 1.0\n"
    for kind in ("application/pkcs7-mime; smime-type=enveloped-data", 'multipart/encrypted; boundary="b"'):
        with pytest.raises(EncryptedDocument):
            read_bytes(f"{head}Content-Type: {kind}\n\n--b\n\nx\n--b--\n".encode())
    with pytest.raises(EmptyDocument):
        read_bytes(f"{head}\n\n".encode())
    deep = head + "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3000))
    with pytest.raises(LimitExceeded, match="max_nesting"):
        read_bytes((deep + "\n\ntext").encode())
    raw = b"\n--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n" * 3_000
    lots = f'{head}Content-Type: multipart/mixed; boundary="b"\n\n'.encode() + raw + b"--b--\n"
    assert len(read_bytes(lots).sources) == Limits().max_attachments


def test_outlook_messages() -> None:
    inner = message_tree(body="The inner message.", attachments=(("deep.txt", b"The deep annex."),))
    data = message_file(
        body="Plain body.",
        html="<p>The body of the page: Maßnahmen.</p>".encode(),
        attachments=(
            ("contract.pdf", lines_pdf(PAGES)), ("logo.png", PNG), ("inner.msg", inner),
            ("lost.zip", b"PK\x05\x06" + bytes(18)),
            ("saved.msg", message_file(body="A message as a file. " * 300)),
        ),
    )  # fmt: skip
    document = read_bytes(data)
    assert document.media_type == "application/vnd.ms-outlook"
    assert shown(document)[:5] == [
        "The body of the page: Maßnahmen.", PAGES[0][0][2], PAGES[1][0][2], "The inner message.", "The deep annex.",
    ]  # fmt: skip
    assert [source.name for source in document.sources] == ["contract.pdf", "inner.msg", "deep.txt", "saved.msg"]
    assert [one.detail for one in document.unread] == ["lost.zip"]
    assert read_bytes(message_file(body="Only plain text.\r\n")).text == "Only plain text."


#: The example of MS-OXRTFCP, 4.1.1 ("{\rtf1\ansi\ansicpg1252\pard hello world}").
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)


def test_packed_rich_text_of_outlook() -> None:
    assert decompress_rtf(PACKED, Limits()) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert read_bytes(message_file(rtf=PACKED)).text == "hello world"
    for cut in range(0, len(PACKED), 5):
        decompress_rtf(PACKED[:cut], Limits())


def test_damaged_outlook_message() -> None:
    with pytest.raises(DamagedDocument):
        read_bytes(message_file(body="The text of it. " * 900)[:4000])

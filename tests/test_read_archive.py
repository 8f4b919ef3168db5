"""ZIP archives: every member comes out as bytes or as a reason, and none gets out of hand."""

import struct
import zipfile

import pytest

from tests.documents import zipped
from toolkit.errors import DocumentError
from toolkit.read import archive, kind_of
from toolkit.read.archive import members


def named_in_gbk(name: str, content: bytes) -> bytes:
    """An archive as Chinese Windows makes it: the name in GBK, no flag."""
    raw = name.encode("gbk")
    made = zipped({"x" * len(raw): content})
    return made.replace(b"x" * len(raw), raw)


def test_members_come_in_order_with_their_bytes() -> None:
    data = zipped({"2022/报告.txt": b"one", "2022/": b"", "a.html": b"two"})
    assert list(members(data)) == [("2022/报告.txt", b"one"), ("a.html", b"two")]


def test_names_in_gbk_are_read_as_such() -> None:
    assert list(members(named_in_gbk("年报/水利局2022.txt", b"x1"))) == [
        ("年报/水利局2022.txt", b"x1")
    ]


def test_names_are_labels_and_nothing_else() -> None:
    odd = ("../../etc/passwd", "/etc/a.txt", "C:\\a.txt", "a\nb.txt")
    names = [name for name, _ in members(zipped(dict.fromkeys(odd, b"1")))]
    assert names == ["../../etc/passwd", "/etc/a.txt", "C:\\a.txt", "a\ufffdb.txt"]


def test_an_archive_of_office_files_is_none_itself() -> None:
    word = zipped({"[Content_Types].xml": b"1", "word/document2.xml": b"2"})
    assert kind_of(word) == "docx"
    assert kind_of(zipped({"a.docx": word}, zipfile.ZIP_STORED)) == "zip"
    assert kind_of(zipped({"word/document.docx": word})) == "zip"


def test_what_macos_adds_is_no_document() -> None:
    data = zipped({"a.txt": b"1", "__MACOSX/._a.txt": b"2"})
    assert [name for name, _ in members(data)] == ["a.txt"]


def test_a_bomb_is_refused_and_the_rest_is_read() -> None:
    data = zipped({"bomb.txt": b"0" * 50_000_000, "a.txt": b"1", "b.txt": b"0" * 1_000_000})
    (name, bomb), first, second = members(data)
    assert name == "bomb.txt"
    assert isinstance(bomb, DocumentError)
    assert "larger than" in bomb.message
    assert bomb.stage == "open"
    assert [first, second] == [("a.txt", b"1"), ("b.txt", b"0" * 1_000_000)]


def test_the_size_that_an_archive_claims_is_not_believed() -> None:
    data = bytearray(zipped({"bomb.txt": b"0" * 50_000_000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(mark) + at, 10)
    ((_, content),) = members(bytes(data))
    assert isinstance(content, DocumentError) or len(content) <= 10


def test_limits_on_members_and_on_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({f"{n}.txt": b"12345" for n in range(5)})
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 12)
    found = members(data)
    assert [next(found)[0], next(found)[0]] == ["0.txt", "1.txt"]
    with pytest.raises(DocumentError, match=r"more than 12 bytes unpacked; it was read up to 2\."):
        next(found)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 4)
    with pytest.raises(DocumentError, match="has 5 members; at most 4"):
        next(members(data))


def test_a_damaged_member_is_a_reason_and_the_rest_is_read() -> None:
    data = bytearray(zipped({"a.txt": b"12345", "b.txt": b"67890"}, zipfile.ZIP_STORED))
    data[data.index(b"12345")] = ord("9")
    (_, broken), whole = members(bytes(data))
    assert isinstance(broken, DocumentError)
    assert "broken: Bad CRC-32" in broken.message
    assert whole == ("b.txt", b"67890")


def test_a_password_or_an_odd_method_is_said() -> None:
    locked = bytearray(zipped({"a.txt": b"1"}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    ((_, reason),) = members(bytes(locked))
    assert isinstance(reason, DocumentError)
    assert "password" in reason.message
    ((_, reason),) = members(zipped({"a.txt": b"1"}, zipfile.ZIP_LZMA))
    assert isinstance(reason, DocumentError)
    assert "neither stored nor deflated" in reason.message


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18, b"\x00" * 100])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="the ZIP archive is broken") as caught:
        list(members(data))
    assert caught.value.stage == "open"


def test_an_archive_cut_or_altered_anywhere_ends_in_words() -> None:
    data = zipped({"报告.txt": b"12345" * 9, "b.html": b"<p>1</p>"})
    for at in range(len(data)):
        altered = bytearray(data)
        altered[at] ^= 0xFF
        for damaged in (data[:at], bytes(altered)):
            try:
                found = list(members(damaged))
            except DocumentError:
                continue
            assert all(isinstance(content, bytes | DocumentError) for _, content in found)

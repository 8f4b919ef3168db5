"""Find out in which encoding bytes are written, and decode them.

Chinese pages name the wrong charset often enough that the bytes have the last word. General
detectors take a short text in GBK for Korean, or even for UTF-16, so the candidates here are
only those in which Chinese reports are published, ranked by how everyday their characters are.
"""

import codecs
import re
from contextlib import suppress
from itertools import chain, islice
from operator import itemgetter
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.letters import as_seen

_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHINESE: Final = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]+")
_UNASSIGNED_PLANES: Final = re.compile("[\U00040000-\U0010ffff]")
_CHINESE_WORD: Final = re.compile("[\u4e00-\u9fff]{2}")
_SAMPLE: Final = 300
_LONG: Final = 1000
_PLAUSIBLE: Final = 0.5
_CERTAIN: Final = 0.9
# The lead bytes of a double-byte set's punctuation and everyday characters, and of rarer ones.
_RANKS: Final = {
    "gb2312": (bytes((*range(0xA1, 0xA4), *range(0xB0, 0xD8))), bytes(range(0xD8, 0xF8))),
    "big5": (bytes(range(0xA1, 0xC7)), bytes(range(0xC9, 0xFA))),
}


def decode(data: bytes) -> tuple[str, str]:
    """Text of the bytes as it is seen, and the name of the codec that read them.

    A byte order mark of UTF-16 decides; then valid UTF-8, undone if its letters are bytes that were
    taken for western ones; then whichever of GB18030 (of which GBK and
    GB2312 are parts), Big5 and damaged UTF-8 gives the more everyday Chinese. Bytes that are
    wrong in an encoding that is otherwise right become U+FFFD and swallow no digit. What a header
    or a ``meta`` element declares is not asked: of 80 characters and more it settled nothing,
    whether bytes were lost or not.

    Raises
    ------
    DocumentError
        With stage ``detect``, if the bytes are no text in any of these.
    """
    text, name = decoded(data)
    return as_seen(text), name


def decoded(data: bytes) -> tuple[str, str]:
    """Text of the bytes as they code it, and the codec: like ``decode`` in all else."""
    if data.startswith(_BOMS):
        return data.decode("utf-16", "replace"), "utf-16"
    data = data.removeprefix(codecs.BOM_UTF8)  # which pages in GBK take in with a part of theirs
    if b"\0" in data:  # UTF-16 without a mark: the zero bytes of its ASCII tell the order
        name = "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
        text = data.decode(name, "replace")
        return _most_everyday(data, [(0.0 if "\0" in text else _either(text), text, name)])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _most_everyday(data, _candidates(data))
    if text.isascii() or _CHINESE.search(text):
        return text, "utf-8"
    with suppress(UnicodeEncodeError, DocumentError):
        inner, name = decoded(text.encode("latin-1"))
        if _CHINESE_WORD.search(inner):
            return inner, name
    # A few pairs of GBK are also valid UTF-8 (Greek, Cyrillic, accents); a lone sign is not.
    chinese, name = _gb18030(data)
    if _CHINESE_WORD.search(chinese) and _everyday(chinese, "gb2312") > _CERTAIN:
        return chinese, name
    return text, "utf-8"


def _candidates(data: bytes) -> list[tuple[float, str, str]]:
    """Decode bytes that are no valid UTF-8 in each way: how everyday it is, text and codec."""
    simplified, gb = _gb18030(data)
    share = _everyday(simplified, "gb2312")
    if share > _CERTAIN and len(data) > _LONG:
        return [(share, simplified, gb)]
    traditional = data.decode("big5hkscs", "replace")
    damaged = data.decode("utf-8", "replace")
    return [
        (share, simplified, gb),
        (_everyday(traditional, "big5"), traditional, "big5hkscs"),
        (_either(damaged), damaged, "utf-8"),
    ]


def _most_everyday(data: bytes, candidates: list[tuple[float, str, str]]) -> tuple[str, str]:
    """Choose the text that is the most everyday Chinese, if any is Chinese at all."""
    score, text, name = max(candidates, key=itemgetter(0))
    if score < _PLAUSIBLE:
        start = data[:8].hex(" ")
        raise DocumentError(
            "no text in UTF-8, UTF-16, GB18030 or Big5 was found;"
            f" the file begins with bytes {start}",
            stage="detect",
        )
    return text, name


def _gb18030(data: bytes) -> tuple[str, str]:
    """Decode GB18030, or GBK if the bytes are damaged.

    Where a trail byte is lost before a digit, GB18030 takes the digits for the rest of a
    four-byte character, far outside the planes in use; GBK leaves them alone.
    """
    with suppress(UnicodeDecodeError):
        return data.decode("gbk"), "gb18030"  # of which most texts have this part alone
    with suppress(UnicodeDecodeError):
        text = data.decode("gb18030")
        if not _UNASSIGNED_PLANES.search(text):
            return text, "gb18030"
    return data.decode("gbk", "replace"), "gbk"


def _either(text: str) -> float:
    return max(_everyday(text, codec) for codec in _RANKS)


def _everyday(text: str, codec: str) -> float:
    """Share of the characters beyond ASCII that are everyday ones; a rarer one counts half."""
    everyday, second_level = _RANKS[codec]
    runs = (run[0] for run in _BEYOND_ASCII.finditer(text))
    sample = "".join(islice(chain.from_iterable(runs), _SAMPLE))
    leads = sample.encode(codec, "ignore")[::2]
    rarer = leads.translate(None, everyday)
    strange = rarer.translate(None, second_level)
    score = len(leads) - (len(rarer) + len(strange)) / 2
    return score / len(sample) if sample else 1.0

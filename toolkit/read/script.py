"""Traditional Chinese mirrors of a page -> the Simplified characters of the original.

Only characters are converted, one for one, but for the word for information: mirrors that
ministries keep for Taiwan say it in their own way, in every title and label. Digits and
everything else stay as printed, but for readings that some mirrors put behind a character.
"""

import re
from contextlib import suppress
from dataclasses import replace
from functools import cache
from itertools import chain, islice
from operator import ne
from typing import Any, Final

from toolkit.read.document import Block, Document, Paragraph

_SAMPLE: Final = 60
_SHARE: Final = 0.05  # of the characters: Simplified text holds hardly any that change
_INFORMATION: Final = ("\u8d44\u8baf", "\u4fe1\u606f")  # as said in Taiwan, and as the form says it
_READING: Final = re.compile(r"\((?=[a-z]*[\u00e0-\u01dc])[a-z\u00e0-\u01dc]{1,6}\)")  # with a tone
_NOTE: Final = "the document is in Traditional characters, given here in Simplified ones"


def simplified(document: Document) -> Document:
    """Return the document in Simplified characters; itself if it is not in Traditional ones."""
    texts = (
        part.text
        for block in document.blocks
        for part in ((block,) if isinstance(block, Paragraph) else chain(*block.rows))
    )
    sample = "".join(text for text in islice(texts, _SAMPLE) if not text.isascii())
    with suppress(UnicodeEncodeError):  # nearly all that changes is not in the set of the mainland
        sample.encode("gb2312")
        return document
    converted = _convert(sample)
    if sum(map(ne, sample, converted)) <= _SHARE * len(sample):
        return document
    blocks = tuple(_block(block) for block in document.blocks)
    return replace(document, blocks=blocks, notes=(*document.notes, _NOTE))


def _block(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=_convert(block.text))
    rows = tuple(tuple(s._replace(text=_convert(s.text)) for s in row) for row in block.rows)
    return replace(block, rows=rows)


def _convert(text: str) -> str:
    if text.isascii():
        return text
    return str(_converter().convert(_READING.sub("", text))).replace(*_INFORMATION)


@cache
def _converter() -> Any:  # noqa: ANN401 - opencc has no types
    from opencc import OpenCC

    return OpenCC("t2s")

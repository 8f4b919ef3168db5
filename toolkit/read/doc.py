"""Word 97 documents (DOC, WPS) -> paragraphs and grids, by way of a conversion to DOCX.

The converter is strict: a damaged file is refused rather than repaired. Where it reports that
it had to guess at a table, it is not believed either. (LibreOffice repairs in silence, and
then cells can have moved: it is no substitute.)
"""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from doc2docx import convert
from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

from toolkit.errors import DocumentError
from toolkit.read import docx
from toolkit.read.document import Document

# Names of streams in the compound file, which spells them in UTF-16.
_WORD: Final = "WordDocument".encode("utf-16-le")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_LOCKED: Final = "the document is protected by a password"
# How the converter reports that a table's marks contradict each other: cells may have moved.
_GUESSED: Final = ("TABLE_", "MALFORMED_TABLE_")


def read(data: bytes) -> Document:
    """Read a Word 97 document; one that contradicts itself about a table is refused."""
    if _ENCRYPTED in data:
        raise DocumentError(_LOCKED)
    if _WORD not in data:
        raise DocumentError("the file holds no Word document, or is cut off")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "source.doc"), Path(folder, "target.docx")
        source.write_bytes(data)
        try:
            report = convert(source, target).report
        except EncryptedDocumentError as error:
            raise DocumentError(_LOCKED) from error
        except Doc2DocxError as error:
            raise DocumentError(
                f"the document is damaged or older than Word 97 ({error});"
                " save it as DOCX to have it read"
            ) from error
        guessed = [e.code for e in report.diagnostics if e.code.startswith(_GUESSED)]
        if guessed:
            raise DocumentError(f"the document contradicts itself about a table ({guessed[0]})")
        return replace(docx.read(target.read_bytes()), format="doc")

"""Document + Form -> cells: the only place where layout meets law.

A label names its row, a head names the columns, and a value is only taken where both are
certain and the number of values is the form's. What is left is ``unreadable`` (something
is there) or ``absent`` (nothing is).

All tables are read in the same steps; each step's rules are in the module named after it:

1. ``printed``: the document's printed rows; ``lines``: texts in front of values, and these.
2. ``labels``: what a text names, a row or columns of the form; ``gaps``: rows that lack a piece.
3. ``head``: which column is which, by the texts above the values or by their order.
4. ``place``: which values are the row's, and which column each is in; ``drawn``: the same where
   spaces draw the table. ``sums`` raise doubt, and supply nothing.
5. ``values``: one printed cell as a number; ``cell``: state, value, text and place of each.

What is one table's own is in the modules of its name: ``disclosure``, ``disclosure_head`` and
``disclosure_places`` (table 2), ``applications``, ``applications_rows``, ``applications_head``,
``applications_torn``, ``applications_places``, ``applications_doubts`` and ``woven`` (table 3),
``challenges`` and ``challenges_head`` (table 4). ``spelt`` tells which columns names in pieces
mean. ``tables`` has all of them read; ``templates`` spares the steps where tables differ from
others in figures alone.

Words that the modules share: a *label* is a text in front of values, a *head* the texts above
them, a *slot* one printed cell; a table is *drawn* if spaces set its cells out in columns, *sparse*
if nothing but spaces parts them, *aligned* if a value's column is a place on the page; a *stream*
has each value on a line of its own. A row is *whole* if every value of it is printed, *placed* if
it is known which column each is in, and *given up* if that is in doubt: then its slots are None,
and its cells unreadable.
"""

from toolkit.extract.cell import Cell
from toolkit.extract.tables import Extraction, read_tables
from toolkit.extract.templates import read_alike
from toolkit.read.document import Document

__all__ = ["Cell", "Extraction", "extract"]


def extract(document: Document) -> Extraction:
    """Read the three statutory tables of a document.

    Raises
    ------
    DocumentError
        If the document holds the tables more than once with different figures.
    """
    return read_alike(document) or read_tables(document)

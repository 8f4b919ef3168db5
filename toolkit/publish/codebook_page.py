"""The codebook as a page for people: docs/codebook.md and ``ogi codebook`` come from here."""

from collections.abc import Iterator

from toolkit.form import Form, aliases, forms, rows

_SIDES = ("lhs", "rhs")


def codebook_markdown() -> str:
    """Codes, labels in both languages, units, identities and wordings, as Markdown."""
    return "\n".join(_page())


def _page() -> Iterator[str]:
    yield "# Codebook\n"
    yield "Generated from `toolkit/codebook/` by `ogi codebook`; edit the CSV files there.\n"
    for made in forms():
        about = next(row for row in rows("editions") if row["edition"] == made.edition)
        yield f"## Edition {made.edition} · {about['label_zh']}\n"
        yield f"Notice {about['notice']}. {sum(1 for _ in made.cells())} cells.\n"
        for table in made.tables:
            yield from _table(made, table)
    yield from _rest()


def _table(made: Form, table: str) -> Iterator[str]:
    yield f"### `{table}` · {made.label(table)} · {made.label(table, 'en')}\n"
    yield "| number | item | Chinese | English | columns |\n|---|---|---|---|---|"
    for item in (i for i in made.items if i.table == table):
        columns = " ".join(f"`{c}`" for c in item.columns) or "(heading)"
        if item.columns and table == "applications":
            columns = "all seven"
        yield f"| {item.number} | `{item.code}` | {item.zh} | {item.en} | {columns} |"
    yield "\n| column | Chinese | English | unit |\n|---|---|---|---|"
    for column in (c for c in made.columns if c.table == table):
        yield f"| `{column.code}` | {column.zh} | {column.en} | {column.unit} |"
    yield ""


def _rest() -> Iterator[str]:
    yield "## Identities\n\n| identity | for each | must hold | Chinese |\n|---|---|---|---|"
    for row in rows("identities"):
        left, right = (row[side].replace(" ", " + ").replace("+ -", "- ") for side in _SIDES)
        sign = "≥" if row["span"] == "region" else "="
        sides = f"`{left}` {sign} `{right}`"
        yield f"| `{row['identity']}` | {row['subject']} | {sides} | {row['label_zh']} |"
    yield "\n## States of a cell\n\n| state | Chinese | English |\n|---|---|---|"
    for row in rows("states"):
        yield f"| `{row['state']}` | {row['label_zh']} | {row['label_en']} |"
    yield "\n## Wordings\n\n| table | role | code | wordings |\n|---|---|---|---|"
    known: dict[tuple[str, str, str], list[str]] = {}
    for alias in aliases():
        known.setdefault((alias.table, alias.role, alias.code), []).append(alias.wording)
    for (table, role, code), wordings in known.items():
        yield f"| {table} | {role} | `{code}` | {'; '.join(dict.fromkeys(wordings))} |"

"""The catalogue of messages: in both languages, used, and complete."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from analysis.tables import catalogue
from analysis.wording import Count, messages, say
from toolkit.form import LANGUAGES

ROOT = Path(__file__).parents[1]


def trees() -> Iterator[ast.AST]:
    """What may ask for a message: the modules of analysis and the cells of notebooks."""
    for file in (ROOT / "analysis").rglob("*.py"):
        yield ast.parse(file.read_text(encoding="utf-8"))
    for file in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                yield ast.parse("".join(cell["source"]))


NODES = [node for tree in trees() for node in ast.walk(tree)]


def key(node: ast.AST) -> str | None:
    """Regular expression of the keys that an expression may be; None if it is no text."""
    match node:
        case ast.Constant(value=str(text)):
            return re.escape(text)
        case ast.JoinedStr(values=parts):
            return "".join(key(part) or r"([\w.]+)" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            either = [of for side in (one, other) if (of := key(side))]
            return f"(?:{'|'.join(either)})" if either else None
    return None


def test_a_message_has_the_same_places_in_both_languages() -> None:
    for name, said in messages().items():
        assert all(said[language] for language in LANGUAGES), name
        places = [{f[1] for f in Formatter().parse(said[lang]) if f[1]} for lang in LANGUAGES]
        assert places[0] == places[1], name


def test_what_is_said_is_in_the_catalogue() -> None:
    asked = [
        of
        for node in NODES
        if isinstance(node, ast.Call)
        and {"say", "mention"} & {getattr(node.func, "id", ""), getattr(node.func, "attr", "")}
        if (of := key(node.args[0]))
    ]
    assert len(asked) > 250
    assert not [of for of in asked if not any(re.fullmatch(of, name) for name in messages())]


def test_every_message_is_used() -> None:
    known = {of for node in NODES if (of := key(node))}
    # Of what is put together, a word beside a dot tells which messages are meant.
    stems = [re.compile(of) for of in known if re.search(r"\w\\\.\(|\)\\\.\w", of)]
    codes = {name for name, row in catalogue().items() if row["format"] == "code"}
    unused = {
        name
        for name in messages()
        if re.escape(name) not in known
        and name.partition(".")[0] not in codes
        and not any(stem.fullmatch(name) for stem in stems)
    }
    assert unused == set()


def test_a_verb_agrees_with_its_number() -> None:
    plural = re.compile(
        r"\{(?!min_n|second)\w+\} (are|were|have|hold|fail|lie|differ|stand|cover)\b"
    )
    assert not [name for name, said in messages().items() if plural.search(said["en"])]


def test_numbers_agree_with_their_nouns() -> None:
    assert say("n.denied", "en", n=1) == "1 denial"
    assert say("n.denied", "en", n=0) == "0 denials"
    assert say("n.denied", "en", n=1200) == "1,200 denials"
    assert say("n.denied", "en", n=None) == "— denials"
    assert say("n.denied", "zh", n=1200) == "不予公开 1,200 件"
    assert say("n.denied", "en", n=Count(1)) == "1 denial"

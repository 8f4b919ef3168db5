"""A moment of fuzzing in every run: damaged files are read soundly or refused in a sentence.

``python -m bench.fuzz`` looks for hours what this looks for seconds.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzzing import TARGETS, words

EXAMPLES = int(os.environ.get("OGI_FUZZ", "60"))
MARKS = [word.encode() for word in words()]
PIECE = st.one_of(st.binary(max_size=6), st.sampled_from(MARKS))
EDITS = st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 40), PIECE), max_size=8)


def edited(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Take some bytes out at each of some places and put others there."""
    made = bytearray(seed)
    for place, length, piece in edits:
        at = place % (len(made) + 1)
        made[at : at + length] = piece
    return bytes(made)


@pytest.mark.parametrize("name", TARGETS)
def test_a_damaged_file_is_read_soundly_or_refused(name: str) -> None:
    target = TARGETS[name]

    @settings(
        max_examples=EXAMPLES // 4 if name == "doc" else EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.builds(edited, st.sampled_from(target.seeds()), EDITS))
    def holds(data: bytes) -> None:
        target.run(data)

    holds()

"""What is true of every report: no cell has a number that is not printed in its place.

Hypothesis draws figures, layouts and damages. ``HYPOTHESIS_PROFILE=long`` looks longer and
elsewhere each time, and makes a failure small; the default is the same in every run.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.render import (
    DAMAGES,
    LAYOUTS,
    Fault,
    Rendered,
    Values,
    compose,
    damaged,
    fill_template,
    judge,
    realistic,
    render,
    style,
    values,
)
from tests.render.forms import FORMS
from tests.render.reading import read
from tests.render.structure import added_column
from tests.render.values import seeded

CHECKS = list(HealthCheck)
FINDING = (Phase.explicit, Phase.generate)  # making a failure smaller can take minutes
settings.register_profile(
    "ci",
    max_examples=60,
    derandomize=True,
    deadline=None,
    suppress_health_check=CHECKS,
    phases=FINDING,
)
settings.register_profile("long", max_examples=1000, deadline=None, suppress_health_check=CHECKS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Pictures need seconds a page; the bench scores them.
READ = [name for name, layout in LAYOUTS.items() if layout.format not in ("image", "scan")]
SLOW = ("docx", "pdf", "pdftotext_layout", "pdftotext_raw", "pdftotext_plain")
QUICK = [name for name in READ if name not in SLOW]
SEEDS = st.integers(0, 10_000)


def examples(layout: str, share: float = 1.0) -> settings:
    """How many examples a layout gets: fewer where one takes a tenth of a second."""
    whole = settings().max_examples
    return settings(max_examples=max(4, int(whole * share * (0.25 if layout in SLOW else 1))))


def faults(figures: Values, layout: str, damages: list[str], seed: int) -> list[Fault]:
    made = render(figures, layout, damages, seed=seed)
    found = read(made)
    note(f"notes: {found.meta['notes']}")
    return judge(made.printed, found.cells)[1]


@pytest.mark.parametrize("layout", [name for name in READ if LAYOUTS[name].faithful])
def test_undamaged_every_cell_is_read(layout: str) -> None:
    @examples(layout)
    @given(figures=values(), seed=SEEDS)
    def holds(figures: Values, seed: int) -> None:
        assert faults(figures, layout, [], seed) == []

    holds()


def test_the_official_template_filled_in_reads_back() -> None:
    @examples("docx")
    @given(figures=values(("2021",)))
    def holds(figures: Values) -> None:
        made = fill_template(figures)
        found = read(made)
        assert judge(made.printed, found.cells)[1] == []
        assert (found.meta["agency"], found.meta["year"]) == (figures.agency, figures.year)

    holds()


@pytest.mark.parametrize("layout", READ)
def test_whatever_happened_no_number_is_wrong(layout: str) -> None:
    @examples(layout)
    @given(
        figures=values(),
        damages=st.lists(st.sampled_from(sorted(DAMAGES)), max_size=3, unique=True),
        seed=SEEDS,
    )
    def holds(figures: Values, damages: list[str], seed: int) -> None:
        found = faults(figures, layout, damages, seed)
        assert [fault for fault in found if fault.kind in ("wrong", "invented")] == []

    holds()


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_no_damage_alone_makes_a_wrong_number(damage: str) -> None:
    @examples("", 0.75)
    @given(figures=values(), layout=st.sampled_from(QUICK), seed=SEEDS)
    def holds(figures: Values, layout: str, seed: int) -> None:
        found = faults(figures, layout, [damage], seed)
        assert [fault for fault in found if fault.kind in ("wrong", "invented")] == []

    holds()


@pytest.mark.parametrize("form", sorted(FORMS))
def test_no_form_of_an_agency_s_own_makes_a_wrong_number(form: str) -> None:
    @examples("", 0.75)
    @given(
        figures=values(),
        layout=st.sampled_from(QUICK),
        damages=st.lists(st.sampled_from(sorted({**DAMAGES, **FORMS})), max_size=2, unique=True),
        seed=SEEDS,
    )
    def holds(figures: Values, layout: str, damages: list[str], seed: int) -> None:
        found = faults(figures, layout, [form, *damages], seed)
        assert [fault for fault in found if fault.kind in ("wrong", "invented")] == []

    holds()


@pytest.mark.parametrize("damage", ["blank_totals", "label_typo", "cut_heads"])
@pytest.mark.parametrize("layout", ["bars_filled", "tabs", "spaces"])
def test_columns_in_another_order_are_not_read_in_the_forms(layout: str, damage: str) -> None:
    for seed in range(8):
        figures = realistic(seeded(seed), "甲市教育局", 2022)
        made = render(figures, layout, [damage, "swapped_columns"], seed=seed)
        found = judge(made.printed, read(made).cells)[1]
        assert [fault for fault in found if fault.kind in ("wrong", "invented")] == []


@pytest.mark.parametrize(
    ("layout", "damages", "seed"),
    [
        ("bars_between", "cut_row words", 101708),
        ("bars_filled", "blank_zeros lost_head", 301197),
        ("bars_filled", "label_typo lost_column", 301300),
        ("columns", "blank_zeros fused_groups", 3055),
        ("csv", "lost_column lost_head", 1003411),
        ("markdown", "lost_place_applications blank_totals lost_cell", 303),
        ("poured", "litigation_exchanged_challenges spaced_labels", 722901),
        ("tabs", "blank_zeros lost_head", 1200035),
        ("tabs_shifted", "blank_zeros lost_head", 100267),
    ],
)
def test_what_damages_together_once_made_wrong(layout: str, damages: str, seed: int) -> None:
    figures = realistic(seeded(seed), "甲市教育局", 2022)
    made = render(figures, layout, damages.split(), seed=seed)
    found = judge(made.printed, read(made).cells)[1]
    assert [fault for fault in found if fault.kind in ("wrong", "invented")] == []


@pytest.mark.parametrize("layout", ["html_clean", "docx", "xlsx", "csv", "lines", "spaces"])
def test_a_column_that_the_form_does_not_have_moves_no_number(layout: str) -> None:
    @examples(layout)
    @given(
        figures=values(),
        damage=st.sampled_from(("blank_zeros", "blank_totals", "marks")),
        seed=SEEDS,
    )
    def holds(figures: Values, damage: str, seed: int) -> None:
        rng = seeded(seed)
        draft = added_column(damaged(compose(figures, style(rng)), [damage], rng), rng)
        made = LAYOUTS[layout].write(draft, rng)
        found = read(Rendered(LAYOUTS[layout], made, draft.printed(), figures))
        wrong = judge(draft.printed(), found.cells)[1]
        assert [fault for fault in wrong if fault.kind in ("wrong", "invented")] == []

    holds()


@pytest.mark.parametrize("layout", [name for name in READ if LAYOUTS[name].faithful])
def test_agency_and_year_are_read(layout: str) -> None:
    @examples(layout, 0.25)
    @given(figures=values(), seed=SEEDS)
    def holds(figures: Values, seed: int) -> None:
        meta = read(render(figures, layout, seed=seed)).meta
        assert (meta["agency"], meta["year"]) == (figures.agency, figures.year)
        assert meta["edition_proactive"] == figures.proactive
        assert meta["edition_applications"] == figures.applications

    holds()

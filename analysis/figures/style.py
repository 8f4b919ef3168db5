"""The look of the figures: a font that has Chinese, colours for all eyes."""

from functools import cache
from typing import Final

FONTS: Final = ("DejaVu Sans", "Noto Sans SC")
"""Latin first: Matplotlib falls back glyph by glyph, but only between concrete families."""

# Okabe, M. and Ito, K. (2008), Color Universal Design.
BLUE: Final = "#0072B2"
SKY: Final = "#56B4E9"
VERMILLION: Final = "#D55E00"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
BLACK: Final = "#000000"
GREY: Final = "#6B6B6B"
PALE: Final = "#BDBDBD"

GROUPS: Final = (BLUE, ORANGE, GREEN, SKY, VERMILLION, BLACK)
"""Colours of the groups in one figure, in order; without purple, which is green to some."""

DARK: Final = frozenset({BLUE, VERMILLION, GREY})
"""Colours on which white is easier to read than black."""

OUTCOMES: Final = {
    "granted": BLUE,
    "granted_in_part": SKY,
    "denied": VERMILLION,
    "unable": ORANGE,
    "unprocessed": GREY,
    "otherwise": PALE,
}


def use_style() -> None:
    """Set seaborn's theme with fonts that draw Chinese on any machine."""
    import seaborn as sns

    _add_font()
    sns.set_theme(
        context="notebook",
        style="white",
        palette=list(GROUPS),
        rc={
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.spines.left": False,
            "axes.titlelocation": "left",
            "font.family": list(FONTS),
            "font.size": 10,
        },
    )


@cache
def _add_font() -> None:
    """Register the font once; it comes from a wheel, so that no system font is needed."""
    from matplotlib.font_manager import fontManager
    from pylopdf_fonts_zh_cn import sans_path

    fontManager.addfont(str(sans_path()))

"""Every pair of colours that the pages put on each other can be told apart, computed from the tokens themselves."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parent.parent / "static/css/tokens.css").read_text(encoding="utf-8")
THEMES = {"light": 0, "dark": 1}
GROUNDS = ("bg", "card", "raised")
STATES = ("available", "ringing", "on-call", "wrap-up", "paused", "off")

#: What stands on what, and the least contrast (WCAG 2.2: 1.4.3 text, 1.4.6 enhanced, 1.4.11 signs and borders).
PAIRS = [
    *(("text", ground, 7.0) for ground in GROUNDS),
    *(("muted", ground, 4.5) for ground in GROUNDS),
    *(("accent", ground, 4.5) for ground in GROUNDS),
    *(("danger", ground, 4.5) for ground in GROUNDS),
    *(("focus", ground, 3.0) for ground in GROUNDS),
    *(("border", ground, 3.0) for ground in ("bg", "card")),
    *((state, ground, 3.0) for state in STATES for ground in GROUNDS),
    *(("on-state", state, 3.0) for state in STATES),
    ("on-accent", "accent", 4.5),
    ("warn-fg", "warn-bg", 4.5),
    ("bad-fg", "bad-bg", 4.5),
]


def colour(token: str, theme: str) -> tuple[float, float, float]:
    """Red, green and blue of a token, 0 to 1."""
    found = re.search(rf"--{token}: light-dark\(#([0-9a-f]{{6}}), #([0-9a-f]{{6}})\);", TOKENS)
    assert found, token
    text = found.groups()[THEMES[theme]]
    red, green, blue = (int(text[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue


def luminance(rgb: tuple[float, float, float]) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, theme: str) -> float:
    darker, lighter = sorted((luminance(colour(one, theme)), luminance(colour(other, theme))))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS, ids=lambda part: str(part))
def test_what_stands_on_a_ground_can_be_seen(front, ground, least, theme):
    assert contrast(front, ground, theme) >= least


def test_contrast_is_computed_as_the_standard_says():
    assert contrast("card", "card", "light") == 1
    assert round(luminance((1, 1, 1)), 3) == 1
    assert round(luminance(colour("accent", "light")), 3) == pytest.approx(0.066, abs=0.002)

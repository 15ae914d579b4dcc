"""Each benchmark runs in its smallest form and yields figures. How fast anything is, is no test's business."""

from tests.bench import decoding
from tests.bench.__main__ import table
from tests.bench.figures import Row, Spread, ratio


def test_decoding_yields_a_figure_for_each_way():
    result = decoding.run(minutes=1, rounds=1)

    assert result.events > 7000
    assert all(s.median > 0 for s in (result.ours, result.decoded, result.panoramisk, result.split))
    assert [row.verdict != "" for row in result.rows()] == [True, False]


def test_ratios_are_taken_round_by_round():
    assert ratio(Spread((1.0, 8.0, 3.0)), Spread((2.0, 4.0, 3.0))).values == (0.5, 2.0, 1.0)


def test_the_table_says_what_was_missed():
    text = table([Row("speed", "9", "1", "≤ 2", is_met=False), Row("size", "3")])

    assert "| speed | 9 | 1 | ≤ 2 | MISSED |" in text
    assert "| size | 3 |  |  |  |" in text

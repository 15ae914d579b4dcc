"""Each benchmark runs in its smallest form and yields figures. How fast anything is, is no test's business."""

import asyncio

import pytest

from tests.bench import decoding, fanout, growth, idle, pages, pipeline
from tests.bench.__main__ import table
from tests.bench.figures import Row, Spread, ratio


def test_decoding_yields_a_figure_for_each_way():
    result = decoding.run(minutes=1, rounds=1)

    assert result.events > 7000
    assert all(s.median > 0 for s in (result.ours, result.decoded, result.panoramisk, result.split))
    assert [row.verdict != "" for row in result.rows()] == [True, False]


async def test_an_idle_board_is_told_of_an_event_and_so_is_the_relay_beside_it():
    result = await asyncio.to_thread(idle.run, samples=1)  # it has an event loop of its own

    assert result.ours[0] > 0
    assert result.relay[0] > 0


def test_fan_out_reaches_every_socket_either_way():
    result = fanout.run(sockets=3, frames=2, rounds=1)

    assert (result.ours_arrived, result.usual_arrived) == (1.0, 1.0)


def test_a_loaded_pipeline_loses_nothing():
    result = pipeline.measure(300, seconds=1, warm_up=0, sockets=3, queues=2, agents=20)

    assert result.events_per_second > 0
    assert len(result.latencies) > 0
    assert result.lost == ""


def test_a_pipeline_in_which_nothing_came_through_is_a_row_that_missed_its_aim():
    (row,) = pipeline.Pipeline("SQLite", 2000, 3, 2000.0, (), 100.0, 0.2, 0.9, 30, "").rows()

    assert (row.ours, row.verdict) == ("nothing but snapshots", "MISSED")


def test_growth_tells_cpu_memory_and_start_of_each_size():
    (size,) = growth.run(sizes=[(3, 1)], seconds=0.5).sizes

    assert size.megabytes > 0
    assert size.start_seconds > 0


@pytest.mark.browser
async def test_a_large_floors_page_tells_what_it_costs():
    result = await asyncio.to_thread(pages.run, agents=40, callers=20, queues=4, seconds=1, warm_up=0)
    if isinstance(result, pages.Skipped):
        pytest.skip("no Chromium here")

    assert result.pushes > 0
    assert result.after.cpu_ms > result.before.cpu_ms
    assert result.painted_ms > 0
    assert result.script_bytes > result.style_bytes > 1000


def test_ratios_are_taken_round_by_round():
    assert ratio(Spread((1.0, 8.0, 3.0)), Spread((2.0, 4.0, 3.0))).values == (0.5, 2.0, 1.0)


def test_the_table_says_what_was_missed():
    text = table([Row("speed", "9", "1", "≤ 2", is_met=False), Row("size", "3")])

    assert "| speed | 9 | 1 | ≤ 2 | MISSED |" in text
    assert "| size | 3 |  |  |  |" in text

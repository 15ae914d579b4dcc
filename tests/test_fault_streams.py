"""Broken streams of real PBXs: no exception but an AmiError, and nothing grows. Longer: `make fuzz MINUTES=n`."""

import gc
import random
import tracemalloc

import pytest

from tests.fuzz.streams import broken, corpus, play


@pytest.mark.parametrize("seed", range(60))
def test_a_broken_stream_is_survived_or_refused(seed):
    chance = random.Random(seed)
    play(broken(chance), chance)


def test_streams_leave_nothing_behind_in_memory():
    def round_of_streams(first):
        for seed in range(first, first + 8):
            chance = random.Random(seed)
            play(broken(chance), chance)
        gc.collect()

    round_of_streams(1000)
    tracemalloc.start()
    try:
        round_of_streams(1000)
        before, _ = tracemalloc.get_traced_memory()
        round_of_streams(2000)
        round_of_streams(3000)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 200_000


def test_the_corpus_is_what_real_pbxs_sent():
    assert len(corpus()) > 30
    runs = [play(data, random.Random(0)) for data in corpus()]
    assert sum(run.happenings for run in runs) > 1000

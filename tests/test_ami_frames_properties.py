"""Frames do not depend on how the network cuts the stream, and what is encoded can be read back."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.ami.errors import InvalidAction
from queues.ami.frames import encode
from tests.support.streams import frames, frames_before_refusal, stream

STREAMS = [
    "login-md5-16",
    "odd-input-16",
    "queuestatus-22",
    "snapshots-16",
    "originate-fail-16",
    "ucm-guide-queues",
    "ucm-guide-listcommands",
    "call-local-agent-16",
    "transfer-agent-22",
]


@pytest.mark.parametrize("name", STREAMS)
def test_a_stream_read_byte_by_byte_gives_the_same_frames(name):
    data = stream(name)[:40_000]
    assert frames(*(data[at : at + 1] for at in range(len(data)))) == frames(data)


@pytest.mark.parametrize("name", STREAMS)
@given(st.data())
def test_a_stream_cut_anywhere_gives_the_same_frames(name, data):
    whole = stream(name)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=40)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert frames(*pieces) == frames(whole)


@given(st.lists(st.binary(max_size=30) | st.sampled_from([b"\r\n", b"\r\n\r\n", b"\n", b"\r", b": ", b"Event: X\n"])))
def test_any_bytes_in_any_pieces_give_the_same_frames_and_no_error(pieces):
    whole = b"".join(pieces)
    assert frames(*pieces) == frames(whole) == frames(*(whole[at : at + 1] for at in range(len(whole))))


@pytest.mark.parametrize("name", ["mixed-60s-16", "mixed-60s-22"])
def test_a_minute_of_real_traffic_has_only_frames_with_an_event_or_a_response(name):
    data = stream(name)
    found = frames(data[data.index(b"\n") + 1 :])
    assert len(found) > 7000
    assert all(told.get("Event") or told.get("Response") for told in found)
    assert all(not told.text for told in found)


@pytest.mark.parametrize("read", [100, 4096])
def test_a_long_line_costs_time_in_proportion_to_its_length(read):
    def seconds(size: int) -> float:
        began = time.perf_counter()
        assert frames_before_refusal(b"x" * read for _ in range(size // read)) == []
        return time.perf_counter() - began

    # The limit stops a line of 1 MB after 64 KiB, so twice the line costs the same; quadratic would be seconds.
    assert max(seconds(1_000_000), seconds(2_000_000)) < 1


def test_a_packet_of_a_megabyte_in_small_reads_is_linear():
    data = (b"Variable: " + b"x" * 80 + b"\r\n") * 11_000 + b"\r\n"
    began = time.perf_counter()
    assert len(frames(*(data[at : at + 64] for at in range(0, len(data), 64)))) == 1
    assert time.perf_counter() - began < 2


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,63}", fullmatch=True).filter(lambda name: name.lower() != "actionid")
VALUES = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=100))
def test_what_is_encoded_reads_back_the_same(fields):
    (back,) = frames(encode("Originate", fields, "ucmdash-1"))
    assert back.headers == [("Action", "Originate"), ("ActionID", "ucmdash-1"), *fields]


@given(st.text(), st.text(), st.text(), st.text())
def test_whatever_is_encoded_is_one_packet_of_as_many_headers_or_refused(action, name, value, action_id):
    try:
        data = encode(action, [(name, value)], action_id)
    except InvalidAction:
        return
    assert data.endswith(b"\r\n\r\n")
    (back,) = frames(data)
    assert len(back.headers) == 3
    assert back.text == []

"""Bytes to frames: what real PBXs send, and what nobody should."""

import pytest

from queues.ami.frames import MAX_LINE, MAX_PACKET, MAX_VERDICT_LINE, MAX_VERDICTS, Counters, Decoder, Frame
from tests.support.streams import frame, frames, frames_before_refusal

PACKET = b"Event: Hangup\r\nUniqueid: 1.2\r\n\r\n"


def headers(data: bytes) -> list[list[tuple[str, str]]]:
    return [frame.headers for frame in frames(data)]


def test_a_packet_becomes_a_frame_with_its_headers_in_order():
    assert headers(PACKET) == [[("Event", "Hangup"), ("Uniqueid", "1.2")]]


def test_names_are_looked_up_without_case_and_unknown_ones_are_none():
    told = frame("Event: Cdr\nUniqueID: 7")
    assert told.get("uniqueid") == "7"
    assert told.get("UNIQUEID") == "7"
    assert told.get("Linkedid") is None


def test_of_a_repeated_header_the_first_counts_and_all_are_kept():
    told = frame("Event: Newexten\nApplication: Dial\nApplication: Queue\napplication: Wait")
    assert told.get("Application") == "Dial"
    assert told.all("Application") == ["Dial", "Queue", "Wait"]


def test_repeated_channel_variables_are_all_kept():
    told = frame("Event: Newchannel\nChanVariable: a=1\nChanVariable: b=2")
    assert told.all("ChanVariable") == ["a=1", "b=2"]


@pytest.mark.parametrize("line", ["Chairman: ", "Chairman:"])
def test_an_empty_value_is_an_empty_text_with_and_without_the_space(line):
    assert frame(f"Event: QueueStatus\n{line}").get("Chairman") == ""


def test_only_the_first_colon_parts_name_and_value_and_only_one_space_goes():
    told = frame("Event: Test\nAddress: IPV4/TCP/[::1]:5060\nURI:sip:1000@pbx: 5060\nNote:  two spaces")
    assert told.get("Address") == "IPV4/TCP/[::1]:5060"
    assert told.get("URI") == "sip:1000@pbx: 5060"
    assert told.get("Note") == " two spaces"


def test_bare_line_feeds_end_lines_and_packets_too():
    assert headers(PACKET.replace(b"\r\n", b"\n") + PACKET) == headers(PACKET * 2)


def test_a_lone_carriage_return_stays_in_its_value():
    assert frames(b"Event: A\rB\r\nX: 1\r\r\n\r\n")[0].headers == [("Event", "A\rB"), ("X", "1\r")]


def test_empty_packets_are_no_frames():
    counters = Counters()
    assert len(frames(b"\r\n\r\n\r\n" + PACKET + b"\r\n" + PACKET + b"\r\n\r\n\r\n", counters=counters)) == 2
    assert counters.frames == 2


def test_a_line_feed_inside_a_value_leaves_the_rest_as_text():
    told = frames(b"Response: Error\r\nMessage: Not possible\nsorry\r\nActionID: 1\r\n\r\n")[0]
    assert told.get("Message") == "Not possible"
    assert told.text == ["sorry"]
    assert told.get("ActionID") == "1"


def test_a_value_that_ends_in_a_line_feed_gives_one_frame_and_an_empty_packet():
    assert headers(b"Response: Success\r\nMessage: Park successful\n\r\n\r\n" + PACKET) == [
        [("Response", "Success"), ("Message", "Park successful")],
        [("Event", "Hangup"), ("Uniqueid", "1.2")],
    ]


def test_blocks_of_plain_text_and_lines_without_a_colon_are_kept_as_text():
    text, told = frames(b"6500 has 0 calls\r\n   No Members\r\n\r\nEvent: X\r\nstray\r\nY: 1\r\n\r\n")
    assert text.text == ["6500 has 0 calls", "   No Members"]
    assert text.headers == []
    assert told.text == ["stray"]
    assert told.get("Y") == "1"


def test_bytes_that_are_not_utf8_survive_as_surrogates():
    told = frames("Event: X\r\nName: José Núñez\r\n\r\n".encode("latin-1"))[0]
    assert told.get("Name").encode("utf-8", "surrogateescape") == "José Núñez".encode("latin-1")


def test_utf8_is_decoded():
    assert frame("Event: X\nName: Çağrı Öztürk 🎧").get("Name") == "Çağrı Öztürk 🎧"


def test_a_character_cut_in_half_by_a_read_survives():
    data = "Event: X\r\nName: Özge\r\n\r\n".encode()
    at = data.index("Ö".encode()) + 1
    assert frames(data[:at], data[at:])[0].get("Name") == "Özge"


def test_a_packet_that_is_not_finished_is_no_frame_yet():
    assert frames(PACKET, PACKET[:-2]) == frames(PACKET)


def test_the_longest_line_and_packet_are_taken():
    line = b"X: " + b"x" * (MAX_LINE - 3) + b"\n"
    assert frames(line + b"\n")[0].get("X") == "x" * (MAX_LINE - 3)
    packet = (line * 15) + b"Y: " + b"y" * (MAX_PACKET - 15 * len(line) - 3)
    assert len(packet) == MAX_PACKET
    assert frames(packet + b"\n\n")[0].get("Y") is not None


@pytest.mark.parametrize("size", [17, 1000, 2_000_000])
@pytest.mark.parametrize(
    "flood",
    [b"X: " + b"x" * (MAX_LINE - 2) + b"\r\n\r\n", b"X: 123456789\r\n" * (MAX_PACKET // 13 + 1) + b"\r\n"],
    ids=["line", "packet"],
)
def test_a_line_or_packet_above_the_limit_ends_the_stream_after_the_frames_before_it(flood, size):
    data = PACKET + flood
    assert frames_before_refusal(data[start : start + size] for start in range(0, len(data), size)) == frames(PACKET)


def test_an_unwanted_event_is_dropped_by_its_name_before_it_is_parsed():
    counters = Counters()
    data = b"Event: VarSet\r\nVariable: A\r\n\r\nevent:hangup\r\nUniqueid: 1\r\n\r\nEvent: Newexten\r\n\r\n"
    kept = frames(data, wanted={b"hangup": b""}, counters=counters)
    assert [told.get("Uniqueid") for told in kept] == ["1"]
    assert (counters.frames, counters.unwanted) == (3, 2)


def test_a_wanted_event_may_have_to_contain_something():
    data = b"Event: VarSet\r\nVariable: A\r\n\r\nEvent: VarSet\r\nVariable: QUEUESTATUS\r\nValue: FULL\r\n\r\n"
    (kept,) = frames(data, wanted={b"varset": b"\nVariable: QUEUESTATUS\n"})
    assert kept.get("Value") == "FULL"


@pytest.mark.parametrize("letters", [3, 200])
def test_names_without_end_are_judged_each_and_not_all_remembered(letters):
    decoder = Decoder({b"hangup": b""}, Counters())
    for number in range(2 * MAX_VERDICTS):
        flood = b"Event: " + b"x" * letters + b"%d\r\n\r\n" % number
        assert len(list(decoder.feed(flood + PACKET))) == 1
    assert sum(map(len, decoder._verdicts)) <= MAX_VERDICTS * MAX_VERDICT_LINE


def test_responses_and_frames_that_begin_oddly_are_never_dropped_early():
    data = b"Response: Success\r\n\r\nPrivilege: call\r\nEvent: Newexten\r\n\r\nplain text\r\n\r\n"
    assert len(frames(data, wanted={})) == 3


def test_what_is_wanted_may_change_between_two_frames_of_one_read():
    decoder = Decoder({}, Counters())
    found = []
    for told in decoder.feed(b"Response: Success\r\n\r\n" + PACKET * 2):
        found.append(told)
        decoder.wanted = None
    assert len(found) == 3


def test_frames_are_equal_when_their_lines_are_and_say_little_when_printed():
    assert frame("Event: A\nB: 1") == frame("Event: A\nB: 1")
    assert frame("Event: A") != frame("Event: B")
    assert frame("Event: A") != "Event: A"
    assert repr(frame("Event: A\nSecret: x")) == "Frame(['Event: A'], 2 lines)"
    assert repr(Frame([])) == "Frame([], 0 lines)"

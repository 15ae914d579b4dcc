"""What a page gets while workers work: always, in the end, exactly what the database holds."""

from datetime import UTC, datetime

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.auth.models import User

from agents.models import Agent
from queues.hub import GROUP
from queues.live import store
from queues.live.state import CallRow, Change, MemberRow, QueueRow
from queues.models import Link
from tests.support.page import Page, end_of_test
from tests.support.publishing import Worker, in_database
from tests.support.saved import AT, save_board

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["", "<b>", "</script><script>", "\u202eevil", "\\u0000", '"', "Zoë 📞", "x" * 255]


def renamed(name: str) -> Change:
    return Change("queues", "6500", QueueRow("main", "6500", name))


def joined(uniqueid: str, queue: str = "6500", **fields: object) -> Change:
    row = CallRow("main", "", uniqueid, queue, AT, **fields)
    return Change("callers", uniqueid, row)


@pytest.fixture(autouse=True)
async def board(db):
    await sync_to_async(save_board)()
    yield
    await end_of_test()


@pytest.fixture
async def page(supervisor) -> Page:
    return await (await Page.of(supervisor)).until_at("main", 3, 10)


async def test_the_first_snapshot_is_what_the_database_holds(page):
    assert [frame["type"] for frame in page.frames] == ["hello", "snapshot"]
    assert page.rows["main"] == await in_database()
    assert page.keys("main") == {
        "links": ["main"],
        "queues": ["6500", "6501"],
        "members": ["6500/PJSIP/1000", "6500/PJSIP/1001", "6501/PJSIP/1001"],
        "callers": ["17.1", "17.2", "17.3", "17.4"],
        "agents": ["PJSIP/1000", "PJSIP/1001"],
    }


async def test_changes_arrive_in_order_and_add_up_to_the_database(page):
    worker = Worker()
    for name in NAMES:
        await worker.flush(renamed(name), joined("17.9", name=name))
    await worker.flush(Change("members", "6501/PJSIP/1001", None), Change("queues", "6501", None))
    await page.until_at("main", 3, 10 + len(NAMES) + 1)
    assert page.rows["main"] == await in_database()
    assert [
        frame["set"]["queues"][0]["name"] for frame in page.frames if frame["type"] == "delta" and frame["set"]
    ] == NAMES


async def test_a_lost_delta_leads_to_a_fresh_snapshot(page):
    worker = Worker()
    await worker.save(renamed("nobody is told"))
    await worker.flush(joined("17.9"))
    await page.until_at("main", 3, 12)
    assert page.frames[-1]["type"] == "snapshot"
    assert page.rows["main"] == await in_database()


async def test_a_lost_last_delta_is_noticed_by_the_beats(page):
    worker = Worker()
    seq = await worker.save(renamed("nobody is told"))
    for _ in range(2):
        await worker.publisher.beat(seq, datetime.now(UTC), None)
    await page.until_at("main", 3, 11)
    assert page.rows["main"] == await in_database()


async def test_a_delta_that_comes_twice_counts_once(page):
    worker = Worker()
    for _ in range(2):
        seq = await worker.save(joined("17.9"))
        for _ in range(2):
            await worker.publisher.delta(seq, datetime.now(UTC), worker.saved)
    await page.until_at("main", 3, 12)
    assert page.rows["main"] == await in_database()


async def test_a_new_worker_run_means_a_fresh_snapshot(page):
    epoch = await sync_to_async(_next_epoch)()
    await Worker(epoch).flush(joined("17.9"))
    await page.until_at("main", epoch, 1)
    assert page.frames[-1]["type"] == "snapshot"
    assert page.rows["main"] == await in_database()


def _next_epoch() -> int:
    Link.objects.update(lease_expires_at=None)
    epoch = store.acquire_lease("main", "the next one", datetime.now(UTC))
    assert epoch is not None
    return epoch


async def test_a_late_word_of_the_run_before_changes_nothing(page):
    epoch = await sync_to_async(_next_epoch)()
    await Worker(epoch).flush(joined("17.9"))
    await Worker(3).publisher.delta(11, datetime.now(UTC), [renamed("the old run's last word")])
    await Worker(epoch).flush(joined("17.8"))
    await page.until_at("main", epoch, 2)
    assert page.rows["main"] == await in_database()


async def test_a_delta_too_large_to_send_is_read_from_the_database(page):
    changes = [joined(f"18.{number}", name="é" * 255) for number in range(1300)]
    await Worker().flush(*changes)
    await page.until_at("main", 3, 11)
    told = [frame["type"] for frame in page.frames[2:] if frame["type"] != "beat"]
    assert told == ["snapshot"] * page.frames[-1]["parts"]
    assert page.frames[-1]["parts"] > 1
    assert page.rows["main"] == await in_database()


async def test_a_pbx_that_is_new_appears(page):
    await sync_to_async(save_board)("branch")
    await Worker(pbx="branch").publisher.beat(10, datetime.now(UTC), None)
    await page.until_at("branch", 3, 10)
    assert page.keys("branch")["queues"] == ["6500", "6501"]


async def test_messages_that_make_no_sense_do_not_stop_the_stream(page):
    layer = get_channel_layer()
    await layer.group_send(GROUP, {"type": "board.unheard-of"})
    await layer.group_send(GROUP, {"type": "board.delta", "pbx": "main", "epoch": 3, "seq": 11, "text": "{"})
    await Worker().flush(joined("17.9"))
    await page.until_at("main", 3, 11)
    assert page.rows["main"] == await in_database()


async def test_beats_tell_how_far_the_board_is_and_when_its_worker_was_heard(page):
    beat = await page.frame("beat")
    assert beat["links"]["main"] == {"epoch": 3, "seq": 10, "worker_at": None, "heard_at": None}
    await Worker().publisher.beat(10, datetime.now(UTC), AT)
    await page.until(lambda page: page.frames[-1].get("links", {}).get("main", {}).get("heard_at") is not None)
    told = page.frames[-1]["links"]["main"]
    assert told["heard_at"] == AT.isoformat()
    assert abs(datetime.now(UTC) - datetime.fromisoformat(told["worker_at"])).total_seconds() < 30


async def test_a_page_that_asks_gets_a_snapshot_again(page):
    before = len(page.frames)
    await page.say(type="resync", pbx="main")
    await page.frame("snapshot")
    assert len(page.frames) > before
    assert page.rows["main"] == await in_database()


async def test_the_outcome_of_a_command_goes_to_who_asked(page, agent_user):
    other = await Page.of(agent_user)
    await other.frame("snapshot")
    asker = await User.objects.aget(username="agent")
    layer = get_channel_layer()
    text = '{"type":"command","id":1,"kind":"pause","state":"done","message":""}'
    await layer.group_send(GROUP, {"type": "command.result", "user_id": asker.pk, "text": text})
    assert (await other.frame("command"))["state"] == "done"
    await Worker().flush(joined("17.9"))
    await page.until_at("main", 3, 11)
    assert "command" not in {frame["type"] for frame in page.frames}


async def test_an_agent_gets_only_their_own_part_of_it(agent_user, page):
    ada = await (await Page.of(agent_user)).until_at("main", 3, 10)
    assert ada.keys("main") == {
        "links": ["main"],
        "queues": ["6500"],
        "members": ["6500/PJSIP/1000"],
        "callers": ["17.1", "17.2"],
        "agents": ["PJSIP/1000"],
    }
    worker = Worker()
    await worker.flush(joined("17.8", "6501", number="secret"), joined("17.9", number="0170"))
    await worker.flush(Change("members", "6501/PJSIP/1000", MemberRow("main", "6501", "PJSIP/1000")))
    await ada.until_at("main", 3, 12)
    assert ada.keys("main")["queues"] == ["6500", "6501"]
    assert ada.keys("main")["callers"] == ["17.1", "17.2", "17.3", "17.8", "17.9"]
    early = [str(frame) for frame in ada.frames if frame.get("seq") in (10, 11)]
    assert early
    assert not [text for text in early if "secret" in text or "PJSIP/1001" in text]


async def test_an_agent_of_one_pbx_does_not_hear_of_another(agent_user):
    await sync_to_async(save_board)("branch")
    ada = await (await Page.of(agent_user)).until_at("main", 3, 10)
    await ada.say(type="resync", pbx="branch")
    beat = await ada.frame("beat")
    assert list(beat["links"]) == ["main"]
    assert list(ada.rows) == ["main"]


async def test_names_given_by_people_win_over_the_pbxs(supervisor):
    await Agent.objects.filter(interface="PJSIP/1000").aupdate(display_name="Ada Lovelace")
    page = await (await Page.of(supervisor)).until_at("main", 3, 10)
    assert page.rows["main"]["agents"]["PJSIP/1000"]["name"] == "Ada Lovelace"
    assert "display_name" not in page.rows["main"]["agents"]["PJSIP/1000"]

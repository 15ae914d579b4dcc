"""Whatever becomes of the link to the PBX: afterwards page and database say what it knows, and no call is amiss."""

from dataclasses import replace
from datetime import datetime

import pytest

from queues.ami import connection
from queues.simulator.privileges import rights_of
from tests.support import asking
from tests.support.faults import broken_in, hurry, links_alive
from tests.support.working import PACE, in_database

pytestmark = pytest.mark.django_db(transaction=True)

GARBAGE = b"\x00\xff\xfe no such line\r\n: \r\nEvent\r\n\r\nEvent: \xc3\x28\r\nQueue\r\n\r\nResponse: Success\r\n\r\n"
LONG_LINE = b"Event: QueueMemberStatus\r\nQueue: " + b"6" * (1 << 20) + b"\r\n\r\n"
PACKET_WITHOUT_END = b"Event: Newchannel\r\n" + b"Header: value\r\n" * 100_000
FLOOD = b"Event: QueueMemberStatus\r\nPrivilege: agent,all\r\nQueue: 6500\r\nInterface: PJSIP/1000\r\n\r\n" * 30_000
ROW = "Event: QueueMember\r\nActionID: {}\r\nQueue: 6500\r\nLocation: PJSIP/9\r\n\r\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    hurry(monkeypatch)


async def busy(scene):
    """One caller waits and one talks, and all is well."""
    await scene.settle()
    talking = scene.floor.arrive("6500", number="0301")
    await scene.settle()
    scene.floor.answer(talking, "PJSIP/1000")
    waiting = scene.floor.arrive("6500", number="0302")
    await scene.settle()
    return talking, waiting


def life_goes_on(scene, talking, waiting):
    """Nothing stays as it was: the talk ends, the caller gives up, another comes, an agent pauses."""
    scene.floor.hang_up_agent(talking)
    scene.floor.abandon(waiting)
    scene.floor.arrive("6500", number="0303")
    scene.floor.pause("PJSIP/1001")


async def closed(scene):
    scene.line.cut()


async def reset(scene):
    scene.line.reset_in_mid_packet()


async def half_open(scene):
    scene.line.deafen()


async def frozen(scene):
    scene.line.freeze()


async def unreachable(scene):
    await scene.line.refuse()


async def without_banner(scene):
    scene.line.is_mute = True
    scene.line.cut()


async def nothing_any_more(scene):
    """The end of whatever it was."""
    scene.line.thaw()
    scene.line.is_mute = False
    if not scene.line.is_open:
        await scene.line.open()


@pytest.mark.parametrize("dialect", ["ucm", "asterisk"])
@pytest.mark.parametrize("fault", [closed, reset, half_open, frozen, unreachable, without_banner])
async def test_a_lost_link_hides_nothing_and_loses_nothing(fault, dialect, supervisor):
    async with broken_in(supervisor, dialect=dialect) as scene:
        calls = await busy(scene)
        await fault(scene)
        life_goes_on(scene, *calls)
        await scene.until_old()
        assert scene.page.rows["pbx"]["queues"]
        await nothing_any_more(scene)
        await scene.settle()


async def test_after_a_long_outage_the_pbx_is_back_soon_and_not_when_a_minute_is_over(supervisor):
    async with broken_in(supervisor) as scene:
        calls = await busy(scene)
        scene.line.is_slamming = True
        scene.line.cut()
        life_goes_on(scene, *calls)
        # As waits that double without end these would last for minutes, even in the hurry of a test.
        await scene.line.until_connected(15)
        scene.line.is_slamming = False
        await scene.settle()


async def test_a_pbx_that_hung_is_back_on_the_connection_that_waited_for_it(supervisor):
    patience = replace(PACE.patience, banner=30)
    async with broken_in(supervisor, pace=replace(PACE, patience=patience)) as scene:
        calls = await busy(scene)
        scene.line.freeze()
        scene.line.cut()
        life_goes_on(scene, *calls)
        await scene.line.until_connected(2)
        await scene.until_old()
        scene.line.thaw()
        await scene.settle()
        assert scene.line.connections == 2


@pytest.mark.parametrize(
    "data", [GARBAGE, LONG_LINE, PACKET_WITHOUT_END, FLOOD], ids=["garbage", "line", "packet", "flood"]
)
async def test_what_a_pbx_should_not_say_breaks_the_link_at_worst(data, supervisor):
    async with broken_in(supervisor) as scene:
        calls = await busy(scene)
        scene.line.say(data)
        life_goes_on(scene, *calls)
        await scene.settle()


async def test_a_list_without_an_end_breaks_the_link_and_puts_nothing_on_the_board(supervisor, monkeypatch):
    monkeypatch.setattr(connection, "MAX_ROWS", 1000)
    async with broken_in(supervisor, dialect="asterisk") as scene:
        await busy(scene)
        scene.line.silence()
        asked = len(scene.line.asked("QueueStatus"))
        await scene.line.until_asked("QueueStatus", asked + 1)
        action_id = scene.line.asked("QueueStatus")[-1]["actionid"]
        scene.line.say(f"Response: Success\r\nActionID: {action_id}\r\n\r\n".encode())
        scene.line.say(ROW.format(action_id).encode() * 2000)
        await scene.until(lambda: "a list without end" in scene.page.rows["pbx"]["links"]["pbx"]["error"])
        scene.line.thaw()
        await scene.settle()


@pytest.mark.parametrize(
    "options", [{}, {"privileges": ("originate", "call", "agent")}, {"live_events": False}], ids=str
)
async def test_a_restart_under_calls_ends_them_all_and_starts_at_zero(options, supervisor):
    async with broken_in(supervisor, **options) as scene:
        scene.floor.add_phone("1002")
        scene.floor.log_in("PJSIP/1002", "6500")
        await busy(scene)
        scene.pbx.restart()
        await scene.settle()
        scene.floor.arrive("6500", number="0304")
        await scene.settle()


async def test_a_reload_that_changes_queues_is_followed(supervisor):
    async with broken_in(supervisor, dialect="asterisk", privileges=("all",)) as scene:
        await busy(scene)
        scene.floor.add_queue("6501", "Support")
        scene.floor.add_member("6501", "PJSIP/1001")
        scene.pbx.reload()
        await scene.settle()


async def test_a_secret_changed_under_way_matters_at_the_next_login_and_is_told(supervisor):
    async with broken_in(supervisor) as scene:
        calls = await busy(scene)
        right = scene.pbx.secret
        scene.change_terms(secret="another1")
        await scene.settle()
        scene.line.cut()
        life_goes_on(scene, *calls)
        await scene.until(lambda: scene.page.rows["pbx"]["links"]["pbx"]["state"] == "refused")
        scene.change_terms(secret=right)
        await scene.settle()


@pytest.mark.parametrize("boxes", [("originate",), ("agent",), ("reporting",), ("call",)], ids=str)
async def test_privileges_taken_away_leave_what_can_still_be_seen_and_come_back(boxes, supervisor):
    async with broken_in(supervisor) as scene:
        talking, waiting = await busy(scene)
        all_actions = scene.page.rows["pbx"]["links"]["pbx"]["actions"]
        scene.change_terms(rights=rights_of(boxes))
        scene.line.cut()
        await scene.until_old()
        scene.floor.abandon(waiting)
        newcomer = scene.floor.arrive("6500", number="0303")
        await scene.until(lambda: scene.page.is_live and newcomer.channel.uniqueid in scene.page.rows["pbx"]["callers"])
        assert set(scene.page.rows["pbx"]["links"]["pbx"]["actions"]) < set(all_actions)
        scene.floor.hang_up_agent(talking)
        scene.change_terms(rights=rights_of(("all",)))
        scene.line.cut()
        await scene.settle()


class Clock:
    """The PBX's clock, which somebody sets."""

    def __init__(self):
        self.offset = 0.0

    def __call__(self):
        return asking.now().timestamp() + self.offset


async def test_a_clock_set_while_connected_makes_no_instant_wrong_for_long(supervisor):
    clock = Clock()
    async with broken_in(supervisor, clock=clock, pace=replace(PACE, poll_seconds=60)) as scene:
        talking, _ = await busy(scene)
        clock.offset = 300
        scene.floor.advance(scene.pbx.clock())
        scene.floor.hang_up_agent(talking)
        await scene.settle()

        def seconds_off():
            """How far the page is from the truth about when the agent's last call ended: just now."""
            at = scene.page.rows["pbx"]["members"]["6500/PJSIP/1000"]["last_call_at"]
            return abs((asking.now() - datetime.fromisoformat(at)).total_seconds()) if at else 300

        await scene.until(lambda: seconds_off() < 20)


async def test_several_faults_in_a_row_leave_one_link_and_nothing_behind(supervisor):
    async with broken_in(supervisor) as scene:
        _, waiting = await busy(scene)
        for fault in (closed, reset, half_open, closed, reset):
            scene.floor.abandon(waiting)
            await fault(scene)
            waiting = scene.floor.arrive("6500")
            await scene.settle()
        assert links_alive() == 1


@pytest.mark.parametrize("fault", [closed, reset, half_open, frozen])
async def test_a_command_given_as_the_link_breaks_is_sent_once_at_most_and_told_apart(fault, supervisor):
    async with broken_in(supervisor) as scene:
        await busy(scene)
        scene.line.silence()
        command = await in_database(asking.pause, "PJSIP/1001", None, "Lunch")
        await fault(scene)
        await scene.until_old()
        await nothing_any_more(scene)
        command = await scene.ended(command)
        await scene.settle()
        sent = len(scene.line.asked("QueuePause"))
        assert (command.state, sent) in {("done", 1), ("unknown", 0), ("unknown", 1), ("expired", 0)}
        if command.state == "done":
            assert [m.is_paused for m in scene.floor.members_of("PJSIP/1001")] == [True]

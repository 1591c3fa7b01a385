"""Who may change what a channel of Slack gets, and what happens to chats that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running_slack import running
from slack_server import Refused
from slack_server.connections import payloads

from bot.platforms.slack.interactions.permissions import Verdict, by_policy, is_admin, is_stranger

if TYPE_CHECKING:
    from pathlib import Path

    from slack_server import SlackServer

    from bot.platforms.slack.interactions.permissions import ChannelPolicy

pytest_plugins = ("slack_server.fixtures",)

SUBSCRIBE = "subscribe diffusion"


@pytest.mark.parametrize(
    ("policy", "may"),
    [
        ("members", {"member", "creator", "admin", "owner", "guest"}),
        ("creator", {"creator", "admin", "owner"}),
        ("admins", {"admin", "owner"}),
    ],
)
async def test_the_policy_decides(server: SlackServer, tmp_path: Path, policy: str, may: set[str]) -> None:
    """Who may not is told why, and everybody may look and use direct messages."""
    people = {
        "member": server.user("Member"),
        "creator": server.user("Creator"),
        "admin": server.user("Admin", is_admin=True),
        "owner": server.user("Owner", is_owner=True),
        "guest": server.user("Guest", is_guest=True),
    }
    async with running(server, tmp_path, channel_policy=policy):
        for name, person in people.items():
            lab = server.channel(f"lab-{name}", members=[*people.values()], creator=people["creator"])
            said = await server.command(person, lab, "/papers", SUBSCRIBE)
            if name in may:
                assert "#1" in said.text, name
            else:
                assert "Only" in said.text, name
                assert said.answer.only_for is person
            assert "iffusion" in (await server.command(person, lab, "/papers", "diffusion")).text
            assert "#1" in (await server.direct_message(person, SUBSCRIBE)).text


async def test_whoever_presses_is_asked_for_rights_again(server: SlackServer, tmp_path: Path) -> None:
    """A button that an admin was shown does not make admins of others."""
    ada, bo = server.user("Ada", is_admin=True), server.user("Bo")
    lab = server.channel("lab", members=[ada, bo])
    async with running(server, tmp_path, channel_policy="admins"):
        said = await server.command(ada, lab, "/papers", f"{SUBSCRIBE} --share")
        pressed = await server.presses(bo, said.answer, "Remove")
        assert "Only admins" in pressed.text
        assert pressed.answer.only_for is bo
        assert "#1" in (await server.command(bo, lab, "/papers", "subscriptions")).text


async def test_strangers_of_shared_channels_change_nothing(server: SlackServer, tmp_path: Path) -> None:
    """People of another workspace may look, whatever the policy."""
    other = server.workspace("Elsewhere")
    eve = server.user("Eve", team=other)
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada, eve], shared_with=[other])
    async with running(server, tmp_path):
        refused = await server.mention(eve, lab, SUBSCRIBE)
        assert "Only people of this workspace" in refused.text
        assert "iffusion" in (await server.mention(eve, lab, "diffusion")).text
        assert "#1" in (await server.mention(ada, lab, SUBSCRIBE)).text


async def test_a_private_channel_says_how_to_invite(server: SlackServer, tmp_path: Path) -> None:
    """Where we are not in, subscribing says /invite; searching works, and once invited so does the rest."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada], private=True, bot_is_in=False)
    async with running(server, tmp_path, samples=False) as bot:
        refused = await server.command(ada, lab, "/papers", "subscribe rivers")
        assert "/invite @paperwire" in refused.text
        assert (await server.command(ada, lab, "/papers", "help")).answer.only_for is ada
        shared = await server.command(ada, lab, "/papers", "help --share")
        assert shared.answer.only_for is None
        server.joins(lab, server.bot)
        assert "#1" in (await server.command(ada, lab, "/papers", "subscribe rivers")).text
        await bot.say(lab, "/schedule instant")
        await bot.publish("On rivers")
        assert await bot.states() == ["sent"]


async def test_who_left_a_private_channel_changes_nothing(server: SlackServer, tmp_path: Path) -> None:
    """Members of a private channel are asked for, since one who was removed may have a button left."""
    ada, bo = server.user("Ada"), server.user("Bo")
    lab = server.channel("lab", members=[ada, bo], private=True)
    async with running(server, tmp_path):
        said = await server.command(ada, lab, "/papers", f"{SUBSCRIBE} --share")
        control = said.answer.control("Remove")
        await server.handled(server.kicks(lab, bo))
        actions = [payloads.action(server.world, control, None)]
        late = payloads.block_actions(server.world, server.installation, bo, said.answer, actions)
        await server.delivery.bring("interactive", late)
        await server.until(lambda: server.accepted("response_url"))
        assert "Only members" in lab.last.shown
        assert "#1" in (await server.command(ada, lab, "/papers", "subscriptions")).text


async def test_chats_go_and_come_back(server: SlackServer, tmp_path: Path) -> None:
    """Archived, deleted, or without us a channel gets nothing; unarchived or with us again it does."""
    lab = server.channel("lab", members=[server.user("Ada")])
    team = server.channel("team", members=[server.user("Bo")], private=True)
    async with running(server, tmp_path, samples=False, slack_threads="off") as bot:
        for channel in (lab, team):
            await bot.subscribed(channel)

        server.archives(lab)
        await bot.becomes(lab, gone=True)
        await bot.publish("On rivers")
        assert await bot.states() == ["sent"]
        server.unarchives(lab)
        await bot.becomes(lab, gone=False)
        server.kicks(team, server.bot)
        await bot.becomes(team, gone=True)
        server.joins(team, server.bot)
        await bot.becomes(team, gone=False)
        server.renames(lab, "laboratory")
        await bot.publish("More rivers", first=2)
        assert set(await bot.states()) == {"sent"}
        server.deletes(lab)
        await bot.becomes(lab, gone=True)


async def test_a_public_channel_may_want_us_back(server: SlackServer, tmp_path: Path) -> None:
    """Who removed us from a public channel gets nothing until somebody there subscribes again."""
    ada = server.user("Ada")
    lab = server.channel("lab", members=[ada])
    async with running(server, tmp_path) as bot:
        assert "#1" in (await server.command(ada, lab, "/papers", SUBSCRIBE)).text
        server.kicks(lab, server.bot)
        await bot.becomes(lab, gone=True)
        await server.command(ada, lab, "/papers", "subscriptions")
        assert await bot.is_gone(lab)
        assert "#2" in (await server.command(ada, lab, "/papers", "subscribe video")).text
        assert not await bot.is_gone(lab)


async def test_a_person_who_is_deactivated_gets_nothing(server: SlackServer, tmp_path: Path) -> None:
    """A deactivated account's chat is gone until the person is back, or writes."""
    ada = server.user("Ada")
    direct = server.direct(ada)
    async with running(server, tmp_path, samples=False) as bot:
        await bot.subscribed(direct)
        server.deactivates(ada)
        await bot.becomes(direct, gone=True)
        await bot.publish("On rivers")
        assert await bot.states() == []
        ada.deleted = False
        server.tell("user_change", {"user": ada.seen_from(server.team)}, team=server.team)
        await bot.becomes(direct, gone=False)


async def test_who_writes_again_is_served_again(server: SlackServer, tmp_path: Path) -> None:
    """A chat that Slack refused is back with the person's next message."""
    ada = server.user("Ada")
    direct = server.direct(ada)
    async with running(server, tmp_path, samples=False) as bot:
        await bot.subscribed(direct)
        await server.direct_message(ada, "help")
        server.faults.plan(Refused("is_archived"), "chat.postMessage")
        await bot.publish("On rivers")
        assert await bot.is_gone(direct)
        await server.direct_message(ada, "help")
        assert not await bot.is_gone(direct)


USERS = st.fixed_dictionaries(
    {"id": st.sampled_from(["U1", "U2"]), "team_id": st.sampled_from(["T1", "T2"])},
    optional={
        "is_stranger": st.booleans(),
        "deleted": st.booleans(),
        "is_admin": st.booleans(),
        "is_owner": st.booleans(),
        "enterprise_user": st.fixed_dictionaries(
            {}, optional={"enterprise_id": st.just("E1"), "teams": st.lists(st.sampled_from(["T1", "T3"]))}
        ),
    },
)


@given(USERS, st.sampled_from(["T1", "T2", "E1"]))
def test_a_stranger_never_belongs(user: dict[str, object], tenant: str) -> None:
    """Who is no stranger belongs to the workspace or its organisation, and is not deactivated."""
    if is_stranger(user, tenant):
        return
    assert not user.get("is_stranger")
    assert not user.get("deleted")
    organisation = user.get("enterprise_user") or {}
    assert isinstance(organisation, dict)
    places = [user["team_id"], organisation.get("enterprise_id"), *organisation.get("teams", [])]
    assert tenant in places


@given(USERS, st.sampled_from(["creator", "members", "admins"]), st.sampled_from(["U1", "U2", ""]))
def test_stricter_policies_allow_less(user: dict[str, object], policy: ChannelPolicy, creator: str) -> None:
    """Admins may under every policy; whoever may under a strict one may under a lenient one."""
    order: list[ChannelPolicy] = ["admins", "creator", "members"]
    channel = {"creator": creator}
    verdicts = [by_policy(one, user, channel) for one in order[order.index(policy) :]]
    if verdicts[0] is Verdict.MAY:
        assert set(verdicts) == {Verdict.MAY}
    if is_admin(user):
        assert verdicts[0] is Verdict.MAY

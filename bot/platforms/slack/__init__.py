"""Slack as a chat platform.

Pure:
render       replies as messages, and the threads below digests (texts and cards: their blocks, keys: buttons
             and menus, fit and detail: what is said where not all of it fits, blocks: Block Kit, limits)
validate     what Slack would refuse of a message or a view (schema: what it allows, as data)
shorten      the nearest message or view that Slack takes
events       from payloads to what they ask of us (typed: what people write, as they meant it)
home, modals App Home and the windows (view_blocks, answer_blocks, settings_form, readings: their parts)
paper_links  which papers a text links
scopes       what the app may do, and why; refusals: why somebody may not

IO:
running      starts and stops everything, over socket_mode or http_server; check: whether the tokens work
clients      one client of Slack's Web API for each workspace; reached: whether it answers
listener     commands, mentions, direct messages and buttons (answers: what happens to them; background: work
             that continues after Slack was acknowledged); changes: of channels, people and workspaces
sender       digests (posting: messages with what they need; metadata: the delivery in them; errors)
surfaces     what is more than messages, with its acts, windows and places: home_tab, subscribing, changing,
             finding, shortcuts, unfurls
chats        people's own chats, and which channels are there; rights: who may change what a channel gets
installation_store   what slack_bolt asks of workspaces that installed the app
"""

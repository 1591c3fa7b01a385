"""Slack as a chat.

render       pure: replies as messages, and the threads below digests (texts and cards: their blocks, keys:
             buttons and menus, fit and detail: what is said where not all of it fits, blocks: Block Kit,
             limits)
validate     pure: what Slack would refuse of a message or a view (schema: what it allows, as data)
shorten      pure: the nearest message or view that Slack takes
"""

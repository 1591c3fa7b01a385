"""Block Kit's limits, and how texts are counted and truncated for them.

Counted are code points, as Slack's Python SDK does. The figures are those of the reference at
https://docs.slack.dev/reference/block-kit; where it gives none, the constant says where it comes from.
"""

from __future__ import annotations

from typing import Final

from bot.platforms.texts.truncate import CODE_POINTS

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
BLOCKS_SIZE: Final = 12_500
"""Characters of a message's blocks as Slack seems to count them: JSON, escaped, with an id for each block.

Slack refuses more with `msg_blocks_too_long` and publishes no figure. Who tried was refused from 13,297
characters on, and earlier where there were more blocks (https://github.com/slackapi/bolt-js/issues/2509).
"""
BLOCK_ID_SIZE: Final = 20
"""Characters of the id that Slack gives a block without one."""
VIEW_SIZE: Final = 250_000
"""Bytes of the JSON of a view; more is `view_too_large`."""
MESSAGE_TEXT: Final = 3000
"""Characters of a message's own text; Slack advises at most 4,000."""

SECTION_TEXT: Final = 3000
SECTION_FIELDS: Final = 10
FIELD_TEXT: Final = 2000
HEADER_TEXT: Final = 150
CONTEXT_ELEMENTS: Final = 10
CONTEXT_TEXT: Final = 3000
ACTIONS_ELEMENTS: Final = 25
RICH_TEXT: Final = 3000
"""Characters of one element of a rich text; not published, so that of a section's text."""
IMAGE_TEXT: Final = 2000
URL: Final = 3000
ID: Final = 255

BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2000
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OVERFLOW_OPTIONS: Final = 5
SELECT_OPTIONS: Final = 100
CHOICE_OPTIONS: Final = 10
"""Check boxes or radio buttons of one element."""
PLACEHOLDER: Final = 150
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_BUTTON: Final = 30
INPUT_TEXT: Final = 2000
"""Characters of the label and of the hint of an input."""
TYPED_TEXT: Final = 3000
VIEW_TITLE: Final = 24
VIEW_METADATA: Final = 3000

LINK: Final = 800
"""Characters, escaped, of an address that our messages link; longer ones leave no room for anything else."""
HELD: Final = OPTION_VALUE
"""Characters, escaped, of a command that a button or a menu holds itself; longer ones are stored."""

cut, kept, pieces = CODE_POINTS.cut, CODE_POINTS.kept, CODE_POINTS.pieces

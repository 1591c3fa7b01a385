"""Telegram as a chat platform.

running      the bot as a whole: its client, its listener and its sender (check: what `paperwire doctor` asks)
listener     takes updates and has them answered (updates: pure: what an update asks for)
sender       sends the answers (errors: what a refusal means, rate_limiter: when the client may send)
render       pure: replies as messages (texts and cards: their blocks, keys: buttons, fit and detail: what is
             said where not all of it fits, markup: Telegram's HTML, limits)
"""

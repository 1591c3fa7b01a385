"""Telegram as a chat.

listener     takes updates and has them answered (updates: pure: what an update asks for)
sender       sends the answers (errors: what a refusal means)
render       pure: replies as messages (parts: texts and cards, cards, keys: buttons, fit: what goes where it
             does not fit, markup: Telegram's HTML, limits)
"""

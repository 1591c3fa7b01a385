"""The terminal as a chat platform.

    listener     reads commands (lines: of a pipe; prompt: of a person) and has them answered
    sender       prints the answers
    plain        pure: replies as text for pipes
    render       pure: replies for people (cards, wrapping)

Rich and prompt_toolkit are imported only on a terminal: together they cost 0.4 s, which a pipe must not wait.
"""

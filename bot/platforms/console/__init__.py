"""The terminal as a chat platform.

    listener     reads commands (`lines`: of a pipe, `prompt`: of a person) and has them answered
    platform     prints digests
    sender       prints replies
    render       replies for people (`cards`, `wrapping`)
    plain        replies as plain text for pipes

Rich and prompt_toolkit are imported only on a terminal: together they cost 0.4 s, which a pipe must not wait.
"""

"""paperwire reads paper digests, stores each paper once, and sends the relevant ones into chats.

Map of the package; imports run one way, from the top of this list to its end:

    cli          the `paperwire` command: arguments and output
    runtime      what `paperwire run` does: start-up order, jobs, signals, shutdown
    app          the composition root: builds every object
    platforms    console, Telegram, Slack: rendering, sending, listening
    sources      readers (files, git, web) and formats
    settings log
    services     use cases, one package for each capability
    storage      SQLite and PostgreSQL, migrations
    ports        the protocols between services and adapters
    domain       pure records and decisions
    i18n errors

The chat commands are in the package `handlers`, one file each. `docs/architecture.md` explains the code in
ten minutes.
"""

"""paperwire: reads paper digests, knows each paper once, brings the right ones into chats.

Map of the package (imports run one way, from the top of this list to its end):

    cli          the `paperwire` command: argument parsing only
    app          the composition root: builds everything
    platforms    console, Telegram, Slack: render, sender, listener; the limiter
    sources      where documents come from, and one file a format that reads them
    scheduling   the ticks of `paperwire run`
    settings log
    services     use cases: poll sources, search papers, manage subscriptions, compile digests
    storage      SQLite and PostgreSQL: one file an aggregate, migrations
    ports        the Protocols between the two
    domain       pure decisions and records
    i18n errors

The commands that people type in a chat are in the package `handlers`, one file a command.
"""

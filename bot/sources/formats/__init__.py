"""One module for each input format; `bot.sources.FORMATS` is the table."""

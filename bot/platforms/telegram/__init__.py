"""Telegram as a chat platform.

running      starts and stops everything, by long polling or a webhook
check_token  whether the token works, for `paperwire check`
updates      what people type, press and react with
messages     renders replies and digests, and sends them
api          errors, the rate limiter, reachability

Each imports only what is below it in this list.
"""

"""Seals secrets that are stored: encrypted and signed by a key of the operator's settings.

Fernet (cryptography.io/en/latest/fernet): AES-128-CBC with HMAC-SHA256. It belongs to no layer, as
`process_owner`: the settings check the keys with it, the services seal with it, and it reads nothing itself.
"""

from __future__ import annotations

import re
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import SettingsError

_KEY: Final = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""32 bytes in base64; the last sign of the 44 says nothing."""

_ADVICE: Final = "make one with `openssl rand -base64 32`"


class Sealer:
    """Encrypts and decrypts texts. The first key encrypts, every key decrypts, so keys can be rotated.

    Args:
        keys: one or more keys, separated by blanks; each is 32 random bytes in base64, URL-safe or not.
        setting: where the keys come from, for errors.

    Raises:
        SettingsError: there is no key, or one that can't be used; says which, and never what it is.
    """

    def __init__(self, keys: str, *, setting: str) -> None:
        self._setting = setting
        self._fernets = [self._fernet(key, number) for number, key in enumerate(keys.split(), 1)]
        if not self._fernets:
            raise SettingsError(f"{setting}: there is no key; {_ADVICE}")
        self._all = MultiFernet(self._fernets)

    def __repr__(self) -> str:
        """Tell how many keys there are, and no key."""
        return f"Sealer({len(self._fernets)} of {self._setting})"

    def seal(self, text: str) -> str:
        """Return a text encrypted by the first key, in ASCII; each time another one."""
        return self._all.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the text that was sealed.

        Raises:
            SettingsError: none of the keys sealed it, or somebody changed it since.
        """
        try:
            return self._all.decrypt(sealed).decode()
        except (InvalidToken, ValueError):
            raise self._wrong_key() from None

    def renewed(self, sealed: str) -> str | None:
        """Return it sealed by the first key, or None where it is already.

        Raises:
            SettingsError: none of the keys sealed it, or somebody changed it since.
        """
        try:
            self._fernets[0].decrypt(sealed)
        except (InvalidToken, ValueError):
            return self.seal(self.open(sealed))
        return None

    def _fernet(self, key: str, number: int) -> Fernet:
        safe = key.replace("+", "-").replace("/", "_")
        if not _KEY.fullmatch(safe):
            raise SettingsError(f"{self._setting}: key {number} is not 32 bytes in base64; {_ADVICE}")
        return Fernet(safe.rstrip("=") + "=")

    def _wrong_key(self) -> SettingsError:
        return SettingsError(
            f"{self._setting}: no key opens what is stored. Add the key that was used before, after the new "
            "one and a blank; where it is lost, the workspaces have to install again"
        )

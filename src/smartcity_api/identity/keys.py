"""API keys: what they look like, and what of them is stored.

`scr_` (findable when it leaks), eight letters by which it is looked up, 32 secret letters, and a checksum of six, so
that what was never a key is refused without asking the database.
"""

import hashlib
import re
import secrets
import string
import zlib
from typing import Final

BEGINNING: Final = "scr_"
_LETTERS: Final = string.digits + string.ascii_letters
_PREFIX, _SECRET, _CHECKSUM = 8, 32, 6
_FORM: Final = re.compile(rf"{BEGINNING}[0-9A-Za-z]{{{_PREFIX + _SECRET + _CHECKSUM}}}")


def new_key() -> str:
    """A key with 190 bits that nobody can guess."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_PREFIX + _SECRET))
    return BEGINNING + body + _checksum(body)


def looks_like_key(text: str) -> bool:
    """Whether the text has the form of a key and its checksum is right."""
    if not _FORM.fullmatch(text):
        return False
    body = text[len(BEGINNING) : -_CHECKSUM]
    return secrets.compare_digest(_checksum(body), text[-_CHECKSUM:])


def prefix_of(key: str) -> str:
    """By what the key is looked up; it gives nothing of the secret away."""
    return key[len(BEGINNING) : len(BEGINNING) + _PREFIX]


def digest_of(key: str) -> bytes:
    """What is stored of a key: it is random and long, so that a plain hash is not to be inverted."""
    return hashlib.sha256(key.encode()).digest()


def same(digest: bytes, other: bytes) -> bool:
    """Whether two digests are equal, in a time that does not tell where they differ."""
    return secrets.compare_digest(digest, other)


def _checksum(body: str) -> str:
    rest, letters = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM):
        rest, letter = divmod(rest, len(_LETTERS))
        letters = _LETTERS[letter] + letters
    return letters

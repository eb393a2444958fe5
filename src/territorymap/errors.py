"""Errors a person can act on; anything else is a bug and rises to the one hook."""

from __future__ import annotations


class UserError(Exception):
    """What happened, to which thing, and what to do next.

    ``message`` and ``hint`` are whole translated sentences.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The person pressed Cancel; nothing was changed."""

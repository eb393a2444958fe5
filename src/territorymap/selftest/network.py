"""Counts what asks for the network in Python: sockets, names, addresses. The page's requests are its guard's affair."""

from __future__ import annotations

import sys
from typing import Any

_WITH_SOCKET = ("socket.connect", "socket.sendto")  # their first argument is the socket
_EVENTS = (*_WITH_SOCKET, "socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "urllib.Request")


class NetworkWatch:
    """Hears of every attempt from its making on; an audit hook cannot be taken away again."""

    def __init__(self) -> None:
        self.attempts: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _EVENTS:
            return
        address = arguments[1] if event in _WITH_SOCKET else arguments[0]
        if event in _WITH_SOCKET and isinstance(address, str | bytes):
            return  # a socket in the file system: the desktop's own, not a network
        self.attempts.append(f"{event} {address!r}")

    def told(self) -> list[str]:
        """Return the attempts so far as lines."""
        return [f"network: {attempt}" for attempt in self.attempts]

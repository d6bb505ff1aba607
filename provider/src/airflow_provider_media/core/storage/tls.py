"""TLS that distinguishes the end of a message from the end of a connection."""

from __future__ import annotations

import ssl


class StrictSocket(ssl.SSLSocket):
    """A TLS socket that treats an end without ``close_notify`` as an error.

    Python hides such an end by default. A response without length and chunks is complete only after that alert: RFC
    9112 §9.8.
    """

    @property
    def suppress_ragged_eofs(self) -> bool:
        """Always False; Python sets it to the default of ``SSLContext.wrap_socket``."""
        return False

    @suppress_ragged_eofs.setter
    def suppress_ragged_eofs(self, value: bool) -> None:
        pass


def strict_context() -> ssl.SSLContext:
    """Return httpx's default context with strict sockets; ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` are respected."""
    import httpx

    context = httpx.create_ssl_context()
    context.sslsocket_class = StrictSocket
    return context

"""The listening socket, opened here so that what keeps it from being opened is one clear line."""

import errno
import socket

from django.core.exceptions import ImproperlyConfigured


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises:
        ImproperlyConfigured: the port is taken, or the host is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES, errno.EPERM):
            raise ImproperlyConfigured(
                f"Cannot listen on {host} port {port} ({error.strerror}). "
                "Stop what uses it, or set PORT to another number."
            ) from None
        raise ImproperlyConfigured(
            f"HOST is {host}, which is no address of this machine ({error.strerror}). "
            "Set it to one, or to 0.0.0.0 for all of them."
        ) from None
    return listener

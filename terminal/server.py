"""The teller's pages on this machine: 127.0.0.1, one port, nobody else."""

import logging
from collections.abc import Callable
from typing import Any, Final

from cheroot.wsgi import Server

from terminal.errors import MisconfiguredError

logger = logging.getLogger(__name__)

HOST: Final = "127.0.0.1"
_THREADS: Final = 8


class CounterServer(Server):
    """A cheroot server that logs the way the counter logs."""

    def __init__(self, app: Callable[..., Any], *, port: int) -> None:
        """Bind to the port; `serve()` then answers.

        Raises:
            MisconfiguredError: something else listens there. No other port is taken in silence:
                whoever sits on ours may want to look like us.
        """
        super().__init__(
            (HOST, port),
            app,
            numthreads=_THREADS,
            server_name="mortgage-terminal",
            timeout=30,
            shutdown_timeout=2,
        )
        self.max_request_header_size = 32 * 1024
        try:
            self.prepare()
        except OSError as exc:
            raise MisconfiguredError(f"port {port} is taken by another program") from exc

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Log a fault with its trace; the noise of broken connections only for debugging."""
        logger.log(level if traceback else logging.DEBUG, msg, exc_info=traceback)

"""The simulated process of the other authorities, on a port of this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from backend.sharing.process import StageServer
from backend.sharing.stage import Stage


@contextmanager
def staged(stage: Stage) -> Iterator[StageServer]:
    """Let a stage answer until the block ends; who still asks then is let go."""
    server = StageServer(("127.0.0.1", 0), stage)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.is_ending.set()
        server.shutdown()
        thread.join()
        server.server_close()

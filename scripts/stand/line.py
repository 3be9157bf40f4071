"""A bad line: relays TCP with the bandwidth, delay, losses and cuts of a branch in the country.

It stands between a counter and its office and knows nothing of TLS. Bytes come in the order they
were sent or not at all, as TCP gives them: a lost packet is a pause, a cut is a reset, and what was
under way then is lost.

    python -m scripts.stand.line PORT TARGET_PORT --kbit 64 --latency-ms 300 --loss 0.02
"""

import argparse
import asyncio
import random
import socket
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

_SEGMENT: Final = 1400
_BUFFER: Final = 8 * 1024
"""What the line itself holds back at each of its ends: a small router's queue."""
_REPEAT_S: Final = (0.2, 1.0)
"""How long TCP takes to send a lost packet again."""
_PAUSE_S: Final = 0.1
_RESET: Final = struct.pack("ii", 1, 0)


@dataclass(slots=True)
class Way:
    """One direction; all connections share it."""

    free_at: float = 0.0
    taken: int = 0
    """Bytes that the near end handed over."""
    carried: int = 0
    """Bytes that the far end was given."""


@dataclass(slots=True)
class BadLine:
    """Listens on `port` of this machine and relays to `target`, badly."""

    target: int
    port: int = 0
    kbit_s: float = 0.0
    """Each way; 0 is as fast as the machine."""
    latency_s: float = 0.0
    """One way."""
    loss: float = 0.0
    """How many of a hundred packets are lost, as a share of 1."""
    cuts: list[int] = field(default_factory=list)
    """After so many bytes in all, counted to the office, the line breaks; then the next."""
    cut_answers: list[int] = field(default_factory=list)
    """Likewise, counted from the office."""
    garble: list[int] = field(default_factory=list)
    """Bytes to the office that arrive changed."""
    is_down: bool = False
    """Whether connections are closed as soon as they are opened."""
    is_still: bool = False
    """Whether nothing moves, and nobody is told."""
    seed: int = 1
    up: Way = field(default_factory=Way)
    down: Way = field(default_factory=Way)
    connections: int = 0
    broken: int = 0
    """How often it was cut."""
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _chance: random.Random = field(default_factory=random.Random)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._chance.seed(self.seed)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hang up."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        if self._thread is not None:
            self._thread.join(10)

    def cut(self) -> None:
        """Break every connection now."""
        self._loop.call_soon_threadsafe(self._break_all)

    # --- inside

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        listener = socket.create_server(("127.0.0.1", self.port))
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        self.port = listener.getsockname()[1]
        serving = asyncio.start_server(self._visit, sock=listener, limit=_SEGMENT)
        server = self._loop.run_until_complete(serving)
        ready.set()
        self._loop.run_forever()
        server.close()
        self._break_all()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.is_down:
            # CPython 3.11 leaks a socket that is reset before its handshake has begun.
            await asyncio.sleep(_PAUSE_S)
            _reset(writer)
            return
        try:
            far = await asyncio.open_connection("127.0.0.1", self.target, limit=_SEGMENT)
        except OSError:
            _reset(writer)
            return
        far[1].get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        ends = (writer, far[1])
        for end in ends:
            end.transport.set_write_buffer_limits(high=0)
        self._open.update(ends)
        try:
            await asyncio.gather(
                self._relay(reader, far[1], self.up, self.cuts),
                self._relay(far[0], writer, self.down, self.cut_answers),
            )
        except (OSError, EOFError, asyncio.CancelledError):
            pass
        finally:
            self._open.difference_update(ends)
            for end in ends:
                _reset(end)

    async def _relay(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        way: Way,
        cuts: list[int],
    ) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(self._most_under_way)
        carrying = asyncio.ensure_future(self._carry(under_way, writer, way, cuts))
        try:
            while segment := await reader.read(_SEGMENT):
                way.taken += len(segment)
                await self._squeeze(len(segment), way)
                if carrying.done():
                    break
                await under_way.put((time.monotonic() + self.latency_s, segment))
            await under_way.put((0.0, b""))
            await carrying
        finally:
            carrying.cancel()

    @property
    def _most_under_way(self) -> int:
        """Segments between the two ends: what bandwidth and delay make, and a few in the queue."""
        return 4 + int(self.kbit_s * 1000 / 8 * self.latency_s / _SEGMENT)

    async def _squeeze(self, size: int, way: Way) -> None:
        """Wait until the line has room for a segment and it was not lost."""
        while self.is_still:  # noqa: ASYNC110  # set from another thread
            await asyncio.sleep(0.02)
        now = time.monotonic()
        takes_s = size * 8 / (self.kbit_s * 1000) if self.kbit_s else 0.0
        pause_s = self._chance.uniform(*_REPEAT_S) if self._chance.random() < self.loss else 0.0
        way.free_at = max(now, way.free_at) + takes_s + pause_s
        await asyncio.sleep(way.free_at - now)

    async def _carry(
        self,
        under_way: "asyncio.Queue[tuple[float, bytes]]",
        writer: asyncio.StreamWriter,
        way: Way,
        cuts: list[int],
    ) -> None:
        while True:
            due, segment = await under_way.get()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not segment:
                writer.write_eof() if writer.can_write_eof() else writer.close()
                return
            is_cut = bool(cuts) and way.carried + len(segment) >= cuts[0]
            part = segment[: max(0, cuts[0] - way.carried)] if is_cut else segment
            writer.write(self._garbled(part, way))
            way.carried += len(part)
            await writer.drain()
            if is_cut:
                cuts.pop(0)
                self.broken += 1
                self._break_all()
                while (await under_way.get())[1]:
                    pass  # What was on its way is lost.
                return

    def _garbled(self, part: bytes, way: Way) -> bytes:
        if way is not self.up or not self.garble:
            return part
        at = self.garble[0] - way.carried
        if not 0 <= at < len(part):
            return part
        self.garble.pop(0)
        return part[:at] + bytes([part[at] ^ 0x20]) + part[at + 1 :]

    def _break_all(self) -> None:
        for writer in tuple(self._open):
            _reset(writer)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Hang up so that the other end hears of it, and nothing that was on its way arrives."""
    taken = writer.get_extra_info("socket")
    if taken is not None and taken.fileno() >= 0:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()


def main(arguments: Iterable[str] | None = None) -> None:
    """Relay until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m scripts.stand.line", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("target", type=int)
    parser.add_argument("--kbit", type=float, default=64.0)
    parser.add_argument("--latency-ms", type=float, default=200.0)
    parser.add_argument("--loss", type=float, default=0.02)
    parser.add_argument("--cut-every", type=int, default=0, metavar="BYTES")
    asked = parser.parse_args(None if arguments is None else list(arguments))
    cuts = [asked.cut_every * n for n in range(1, 10_000)] if asked.cut_every else []
    with BadLine(
        asked.target,
        port=asked.port,
        kbit_s=asked.kbit,
        latency_s=asked.latency_ms / 1000,
        loss=asked.loss,
        cuts=cuts,
    ):
        threading.Event().wait()


if __name__ == "__main__":
    main()

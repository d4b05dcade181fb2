"""A bad network for tests: a proxy in front of the live server that is slow, late and breaks off, or lets nothing out.

::

    with BadNetwork(live_server.url, rate=20_000, delay=2.0, resets=0.3, seed=1) as network:
        page.goto(network.url)
        network.captive = True      # from now on every request is answered by somebody else's page

It runs in a thread with its own event loop and knows nothing of HTTP but where a head ends: bytes are what a network
carries. ``scale`` divides every wait, so that a proof of an hour and a half ends sooner; the rules stay the same.
"""

import asyncio
import random
import threading
from typing import Self
from urllib.parse import urlsplit

PORTAL = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
)
WELCOME = "<!doctype html><title>免费上网</title><h1>请先登录无线网</h1>".encode()
PIECE = 2048


class BadNetwork:
    """``rate``: bytes a second each way; ``delay``: seconds before an answer; ``resets``: share of requests cut off."""

    def __init__(
        self, target: str, *, rate: float = 0, delay: float = 0, resets: float = 0, scale: float = 1, seed: int = 0
    ) -> None:
        parts = urlsplit(target)
        self.target = (parts.hostname or "localhost", parts.port or 80)
        self.rate, self.delay, self.resets, self.scale = rate * scale, delay / scale, resets, scale
        self.dice = random.Random(seed)
        self.captive = False
        self.down = False
        # What crossed it: bytes of the phone that were passed on, requests, and how many of them were broken off.
        self.carried = self.requests = self.broken = self.caught = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.url = ""

    def __enter__(self) -> Self:
        started = threading.Event()
        self.loop.call_soon_threadsafe(lambda: self.loop.create_task(self._listen(started)))
        self.thread.start()
        started.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _end(self) -> None:
        self._server.close()
        open_ones = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in open_ones:
            task.cancel()
        await asyncio.gather(*open_ones, return_exceptions=True)
        await asyncio.sleep(0.05)  # what was aborted is closed in the next rounds of the loop

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    async def _listen(self, started: threading.Event) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://localhost:{server.sockets[0].getsockname()[1]}"
        self._server = server
        started.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._one_request(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the phone hung up
        except asyncio.CancelledError:
            return  # the test is over
        finally:
            writer.transport.abort()

    async def _one_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection: the answer says "close", so that every request meets the dice."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.requests += 1
        if self.down:
            return
        await asyncio.sleep(self.delay)
        if self.captive:
            self.caught += 1
            writer.write(PORTAL % (len(WELCOME), WELCOME))
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            return
        length = _length_of(head)
        # Broken off on the way there, on the way back, or before the answer ends.
        breaks = self.dice.random() < self.resets
        upstream = breaks and self.dice.random() < 0.5
        there, back = self.dice.random(), self.dice.random()
        self.broken += breaks
        server_in, server_out = await asyncio.open_connection(*self.target)
        try:
            server_out.write(_closing(head))
            left = int(length * there) if upstream else length
            await self._carry(reader, server_out, left, counted=True)
            if upstream:
                return
            answer = await server_in.read()
            end = int(len(answer) * back) if breaks else len(answer)
            for at in range(0, end, PIECE):
                piece = answer[at : min(at + PIECE, end)]
                await self._wait_for(piece)
                writer.write(piece)
                await writer.drain()
            if not breaks:
                writer.close()
                await writer.wait_closed()
        finally:
            server_out.transport.abort()

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, length: int, *, counted: bool
    ) -> None:
        while length > 0:
            piece = await source.readexactly(min(PIECE, length))
            length -= len(piece)
            await self._wait_for(piece)
            if counted:
                self.carried += len(piece)
            target.write(piece)
            await target.drain()

    async def _wait_for(self, piece: bytes) -> None:
        if self.rate:
            await asyncio.sleep(len(piece) / self.rate)


def _length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    return 0


def _closing(head: bytes) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"keep-alive:"))]
    return lines[0] + b"\r\nConnection: close\r\n" + b"\r\n".join(lines[1:])

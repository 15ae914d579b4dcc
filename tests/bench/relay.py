"""`python -m tests.bench.relay PORT`: what any live page must pay at least. Each line that comes from the server
at PORT goes as it is to the WebSocket connected here, with no login, no board, no database. Prints its own port."""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, serve


async def relay(source_port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", source_port)

    async def pass_on(browser: ServerConnection) -> None:
        while line := await reader.readline():
            await browser.send(line.decode())

    async with serve(pass_on, "127.0.0.1", 0, compression=None) as server:
        sys.stdout.write(f"{next(iter(server.sockets)).getsockname()[1]}\n")
        sys.stdout.flush()
        await server.wait_closed()
    writer.close()


if __name__ == "__main__":
    asyncio.run(relay(int(sys.argv[1])))

"""The bare relay: httpx to websockets, and nothing else; the floor to stand on.

Run as `python -m tests.bench.relay ENDPOINT`; it prints its port.
"""

import asyncio
import json
import sys

import httpx
from websockets.asyncio.server import ServerConnection, serve


async def main(endpoint: str) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(timeout=None, limits=limits, trust_env=False) as client:

        async def relay(socket: ServerConnection) -> None:
            text = str(await socket.recv())
            body = {"contents": [{"role": "user", "parts": [{"text": text}]}]}
            url = f"{endpoint}/v1beta/models/bench:streamGenerateContent?alt=sse"
            async with client.stream("POST", url, json=body) as response:
                async for line in response.aiter_lines():
                    if line.startswith("data: "):
                        chunk = json.loads(line[6:])
                        for part in chunk["candidates"][0]["content"]["parts"]:
                            await socket.send(json.dumps({"text": part["text"]}))
            await socket.send(json.dumps({"end": True}))

        async with serve(relay, "127.0.0.1", 0) as server:
            print(next(iter(server.sockets)).getsockname()[1], flush=True)
            await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))

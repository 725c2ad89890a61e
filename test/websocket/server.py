"""A server of Python's websockets: answers each JSON message with its id. Prints its port; when stdin ends, its counts."""

import asyncio
import json
import sys
import time

import websockets

counts = {"messages": 0, "connections": 0, "binary": 0, "close_codes": [], "durations_ms": []}


async def answer(socket):
    counts["connections"] += 1
    try:
        async for message in socket:
            began = time.perf_counter()
            counts["messages"] += 1
            if isinstance(message, bytes):
                counts["binary"] += 1
                await socket.send(message)
                continue
            given = json.loads(message)
            if "delay_ms" in given:
                await asyncio.sleep(given["delay_ms"] / 1000)
            for number in range(given.get("ticks", 0)):
                await socket.send(json.dumps({"type": "tick", "n": number}))
            counts["durations_ms"].append((time.perf_counter() - began) * 1000)
            if "close" in given:
                await socket.close(given["close"], "as asked")
            else:
                await socket.send(json.dumps({"type": "answer", "id": given["id"]}))
    except websockets.ConnectionClosedError:
        pass
    counts["close_codes"].append(socket.close_code)


async def main():
    compression = "deflate" if "compression" in sys.argv else None
    async with websockets.serve(answer, "127.0.0.1", 0, compression=compression, subprotocols=["shop.v1"]) as server:
        print(server.sockets[0].getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        print(json.dumps(counts), flush=True)


asyncio.run(main())

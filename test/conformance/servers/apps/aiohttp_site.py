"""The site on aiohttp, with a WebSocket."""
import asyncio
import hashlib
import os

from aiohttp import web


async def echo(request):
    said = request.method + " " + await content(request)
    probe = request.headers.get("X-Probe", "").encode("utf-8", "surrogateescape").hex() or "-"
    where = ascii(request.raw_path).replace("'", "")
    return web.Response(text=said + "\n", headers={"X-Echo": "%s %s %s" % (said, probe, where)})


async def content(request):
    if "/unread" in request.raw_path:
        return "- -"
    body = await request.read()
    return "%d %s" % (len(body), hashlib.sha1(body).hexdigest())


async def stream(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for piece in (b"one\n", b"two\n", b"three\n"):
        await response.write(piece)
    return response


async def events(request):
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for number in range(3):
        await response.write(b"data: %d\n\n" % number)
        await asyncio.sleep(0.03)
    return response


async def socket(request):
    peer = web.WebSocketResponse()
    await peer.prepare(request)
    async for message in peer:
        await peer.send_str("echo " + message.data)
    return peer


async def index(request):
    return web.Response(text="<h1>hello</h1>", content_type="text/html")


async def missing_data(request):
    return web.json_response({"no": "way"}, status=404)


site = web.Application()
if os.environ["ROLE"] == "echo":
    site.router.add_route("*", "/{anything:.*}", echo)
else:
    site.router.add_get("/", index)
    site.router.add_route("*", "/echo{anything:.*}", echo)
    site.router.add_get("/stream", stream)
    site.router.add_get("/events", events)
    site.router.add_get("/socket", socket)
    site.router.add_get("/data/missing", missing_data)
    site.router.add_static("/", os.environ["DOCUMENTS"])
web.run_app(site, host="127.0.0.1", port=int(os.environ["PORT"]), print=None)

"""The site as an ASGI application: uvicorn."""
import asyncio
import hashlib
import os

PAGE = b"<!doctype html><title>hello</title><h1>hello</h1>"


async def answer(send, status, fields, content=b""):
    fields = fields + [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": content})


async def stream(send, kind, pieces, pause):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
    for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        await asyncio.sleep(pause)
    await send({"type": "http.response.body", "body": b""})


async def read(receive):
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def echo(scope, receive, send):
    said = scope["method"] + " " + await content(scope, receive)
    probe = b",".join(value for name, value in scope["headers"] if name == b"x-probe").hex() or "-"
    where = ascii(scope["path"]).replace("'", "")
    fields = [(b"x-echo", ("%s %s %s" % (said, probe, where)).encode()), (b"content-type", b"text/plain")]
    await answer(send, 200, fields, said.encode() + b"\n")


async def content(scope, receive):
    if "/unread" in scope["path"]:
        return "- -"
    body = await read(receive)
    return "%d %s" % (len(body), hashlib.sha1(body).hexdigest())


async def site(scope, receive, send):
    if scope["type"] != "http":
        return
    path = scope["path"]
    if os.environ["ROLE"] == "echo" or path.startswith("/echo"):
        await echo(scope, receive, send)
    elif path == "/":
        await answer(send, 200, [(b"content-type", b"text/html")], PAGE)
    elif path == "/stream":
        await stream(send, b"text/plain", [b"one\n", b"two\n", b"three\n"], 0)
    elif path == "/events":
        await stream(send, b"text/event-stream", [b"data: %d\n\n" % n for n in range(3)], 0.03)
    elif path == "/redirect":
        await answer(send, 302, [(b"location", b"/")])
    elif path == "/error":
        await answer(send, 500, [(b"content-type", b"text/html")], b"oops")
    elif path == "/data/missing":
        await answer(send, 404, [(b"content-type", b"application/json")], b'{"no":"way"}')
    else:
        await answer(send, 404, [(b"content-type", b"text/plain"), (b"x-kept", b"yes")], b"missing")

"""The site as a WSGI application: gunicorn, waitress, cheroot."""
import hashlib
import os
import time

PAGE = b"<!doctype html><title>hello</title><h1>hello</h1>"


def events():
    for number in range(3):
        yield b"data: %d\n\n" % number
        time.sleep(0.03)


def echo(environ, start_response):
    body = environ["wsgi.input"].read() if chunked(environ) else sized(environ)
    said = "%s %d %s" % (environ["REQUEST_METHOD"], len(body), hashlib.sha1(body).hexdigest())
    content = said.encode("latin-1") + b"\n"
    start_response(
        "200 OK",
        [
            ("X-Echo", said + " " + ascii(environ.get("PATH_INFO", "")).replace("'", "")),
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(content))),
        ],
    )
    return [content]


def chunked(environ):
    return "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" in environ


def sized(environ):
    return environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))


def site(environ, start_response):
    content = page(environ, start_response)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else content


def page(environ, start_response):
    path = environ["PATH_INFO"]
    if os.environ["ROLE"] == "echo" or path.startswith("/echo"):
        return echo(environ, start_response)
    if path == "/":
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(PAGE)))])
        return [PAGE]
    if path == "/stream":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter([b"one\n", b"two\n", b"three\n"])
    if path == "/events":
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return events()
    if path == "/fields":
        start_response(
            "200 Fine By Me",
            [
                ("X-Odd-CASE", "a,  b"),
                ("x-lower", "caf\xe9"),
                ("Set-Cookie", "a=1; Path=/"),
                ("set-cookie", "b=2; HttpOnly"),
                ("Content-Length", "2"),
            ],
        )
        return [b"ok"]
    if path == "/empty":
        start_response("204 No Content", [])
        return []
    if path == "/redirect":
        start_response("302 Found", [("Location", "/"), ("Content-Length", "0")])
        return []
    if path == "/error":
        start_response("500 Internal Server Error", [("Content-Type", "text/html"), ("Content-Length", "4")])
        return [b"oops"]
    if path == "/data/missing":
        start_response("404 Not Found", [("Content-Type", "application/json"), ("Content-Length", "12"), ("ETag", '"x"')])
        return [b'{"no":"way"}']
    start_response("404 Not Found", [("Content-Type", "text/html"), ("Content-Length", "7"), ("X-Kept", "yes")])
    return [b"missing"]


if __name__ == "__main__":
    from cheroot import wsgi

    server = wsgi.Server(("127.0.0.1", int(os.environ["PORT"])), site, numthreads=8)
    server.start()

"""The site as a WSGI application. As a program, it runs on the server that SERVER names."""
import hashlib
import os
import time

PAGE = b"<!doctype html><title>hello</title><h1>hello</h1>"


def events():
    for number in range(3):
        yield b"data: %d\n\n" % number
        time.sleep(0.03)


def echo(environ, start_response):
    said = environ["REQUEST_METHOD"] + " " + content_of(environ)
    probe = environ.get("HTTP_X_PROBE", "").encode("latin-1").hex() or "-"
    content = said.encode("latin-1") + b"\n"
    start_response(
        "200 OK",
        [
            ("X-Echo", said + " " + probe + " " + ascii(environ.get("PATH_INFO", "")).replace("'", "")),
            ("Content-Type", "text/plain"),
            ("Content-Length", str(len(content))),
        ],
    )
    return [content]


def content_of(environ):
    if "/unread" in environ.get("PATH_INFO", ""):
        return "- -"
    body = chunks(environ) if chunked(environ) else sized(environ)
    return "%d %s" % (len(body), hashlib.sha1(body).hexdigest())


def chunked(environ):
    return "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" in environ


def chunks(environ):
    if "uwsgi.version" not in environ:
        return environ["wsgi.input"].read()
    import uwsgi

    return b"".join(iter(uwsgi.chunked_read, b""))


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


def serve_cheroot(address):
    from cheroot import wsgi

    wsgi.Server(address, site, numthreads=8).start()


def serve_eventlet(address):
    import eventlet
    from eventlet import wsgi

    wsgi.server(eventlet.listen(address), site, log_output=False)


def serve_gevent(address):
    from gevent import pywsgi

    pywsgi.WSGIServer(address, site, log=None).serve_forever()


def serve_werkzeug(address):
    from werkzeug.serving import WSGIRequestHandler, make_server

    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    WSGIRequestHandler.log = lambda *_: None
    make_server(*address, site, threaded=True).serve_forever()


if __name__ == "__main__":
    globals()["serve_" + os.environ["SERVER"]](("127.0.0.1", int(os.environ["PORT"])))

"""http.server of Python's standard library, as HTTP/1.0 or HTTP/1.1 (VERSION)."""
import hashlib
import http.server
import os
import time


class Handler(http.server.SimpleHTTPRequestHandler):
    protocol_version = os.environ.get("VERSION", "HTTP/1.0")

    def __init__(self, *args):
        super().__init__(*args, directory=os.environ["DOCUMENTS"])

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.echo
        raise AttributeError(name)

    def do_GET(self):
        if os.environ["ROLE"] == "echo" or self.path.startswith("/echo"):
            self.echo()
        elif self.path == "/stream":
            self.stream()
        elif self.path == "/events":
            self.events()
        elif self.path == "/fields":
            self.fields()
        elif self.path == "/empty":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()

    def do_HEAD(self):
        if os.environ["ROLE"] == "echo":
            self.echo()
        else:
            super().do_HEAD()

    def stream(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        chunked = self.request_version == "HTTP/1.1" and self.protocol_version == "HTTP/1.1"
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in (b"one\n", b"two\n", b"three\n"):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")

    def events(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for number in range(3):
            self.wfile.write(b"data: %d\n\n" % number)
            time.sleep(0.03)

    def fields(self):
        self.send_response(200, "Fine By Me")
        self.send_header("X-Odd-CASE", "a,  b")
        self.send_header("x-lower", "caf\xe9")
        self.send_header("Set-Cookie", "a=1; Path=/")
        self.send_header("set-cookie", "b=2; HttpOnly")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def echo(self):
        said = self.command + " " + self.content()
        probe = self.headers.get("X-Probe", "").encode("latin-1").hex() or "-"
        content = said.encode("latin-1") + b"\n"
        self.send_response(200)
        self.send_header("X-Echo", said + " " + probe + " " + ascii(self.path).replace("'", ""))
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def content(self):
        if "/unread" in self.path:
            return "- -"
        body = self.body()
        return "%d %s" % (len(body), hashlib.sha1(body).hexdigest())

    def body(self):
        if "chunked" in ",".join(self.headers.get_all("Transfer-Encoding", [])).lower():
            return self.chunks()
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def chunks(self):
        body = b""
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            if size == 0:
                break
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()

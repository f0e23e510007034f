"""The site on Tornado, with a WebSocket."""
import asyncio
import hashlib
import os

import tornado.web
import tornado.websocket


class Echo(tornado.web.RequestHandler):
    SUPPORTED_METHODS = tornado.web.RequestHandler.SUPPORTED_METHODS + ("FOO", "TRACE")

    def answer(self, *_):
        said = self.request.method + " " + self.content()
        probe = self.request.headers.get("X-Probe", "").encode("latin-1").hex() or "-"
        self.set_header("X-Echo", said + " " + probe + " " + ascii(self.request.uri).replace("'", ""))
        self.set_header("Content-Type", "text/plain")
        self.finish(said + "\n")

    def content(self):
        body = self.request.body
        return "%d %s" % (len(body), hashlib.sha1(body).hexdigest())

    get = head = post = put = delete = patch = options = foo = trace = answer


@tornado.web.stream_request_body
class Unread(Echo):
    def prepare(self):
        self.answer()

    def content(self):
        return "- -"

    def data_received(self, chunk):
        pass


class Index(tornado.web.RequestHandler):
    def get(self):
        self.write("<h1>hello</h1>")


class Stream(tornado.web.RequestHandler):
    async def get(self):
        for piece in ("one\n", "two\n", "three\n"):
            self.write(piece)
            await self.flush()


class Events(tornado.web.RequestHandler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        for number in range(3):
            self.write("data: %d\n\n" % number)
            await self.flush()
            await asyncio.sleep(0.03)


class Socket(tornado.websocket.WebSocketHandler):
    def on_message(self, message):
        self.write_message("echo " + message)


class MissingData(tornado.web.RequestHandler):
    def get(self):
        self.set_status(404)
        self.write({"no": "way"})


async def main():
    routes = [
        ("/", Index),
        ("/echo.*", Echo),
        ("/stream", Stream),
        ("/events", Events),
        ("/socket", Socket),
        ("/data/missing", MissingData),
        ("/(.+)", tornado.web.StaticFileHandler, {"path": os.environ["DOCUMENTS"]}),
    ]
    site = tornado.web.Application([(".*/unread.*", Unread), (".*", Echo)] if os.environ["ROLE"] == "echo" else routes)
    site.listen(int(os.environ["PORT"]), "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main())

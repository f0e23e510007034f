"""The echo of the differential test on Twisted's own HTTP server."""
import hashlib
import os

from twisted.internet import reactor
from twisted.web.resource import Resource
from twisted.web.server import Site


class Echo(Resource):
    isLeaf = True

    def render(self, request):
        body = request.content.read()
        said = b"%s %d %s" % (request.method, len(body), hashlib.sha1(body).hexdigest().encode())
        probe = b",".join(request.requestHeaders.getRawHeaders(b"x-probe", [])).hex().encode() or b"-"
        where = ascii(request.uri)[2:-1].encode()
        request.setHeader(b"X-Echo", b" ".join([said, probe, where]))
        request.setHeader(b"Content-Type", b"text/plain")
        return b"" if request.method == b"HEAD" else said + b"\n"


reactor.listenTCP(int(os.environ["PORT"]), Site(Echo()), interface="127.0.0.1")
reactor.run()

"""Python's HTTP clients: reads one check per line from standard input, prints what it saw as one line of JSON."""
import base64
import http.client
import json
import sys
import urllib.error
import urllib.request


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def shown(status, reason, fields, content):
    content = base64.b64encode(content).decode()
    return {"status": status, "reason": reason, "fields": fields, "content": content}


def by_http_client(check):
    connection = http.client.HTTPConnection("127.0.0.1", check["port"], timeout=8)
    answers = []
    for _ in range(check["times"]):
        body = check["text"]
        if check["isChunked"]:
            body = iter([body[:7].encode(), body[7:].encode()])
        connection.request(check["method"], check["path"], body=body, headers=check["fields"])
        response = connection.getresponse()
        answers.append(shown(response.status, response.reason, response.getheaders(), response.read()))
    connection.close()
    return answers


def by_urllib(check):
    data = check["text"] and check["text"].encode()
    target = "http://127.0.0.1:%d%s" % (check["port"], check["path"])
    request = urllib.request.Request(target, data=data, headers=check["fields"], method=check["method"])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirect)
    try:
        response = opener.open(request, timeout=8)
    except urllib.error.HTTPError as error:
        response = error
    return [shown(response.status, response.reason, list(response.headers.items()), response.read())]


for line in sys.stdin:
    check = json.loads(line)
    try:
        answer = {"seen": (by_urllib if check["library"] == "urllib" else by_http_client)(check)}
    except Exception as error:  # told to the other side, which compares it
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)

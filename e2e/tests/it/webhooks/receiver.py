"""Receives webhooks as any server could: knows nothing of Gantline but the secret, which it reads
from the file SECRET when that is there, and verifies what it gets as the Standard Webhooks
specification says. Prints its port, and then a line of JSON for each webhook."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import pathlib


def is_genuine(secret, headers, body):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(expected, one) for one in given)


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        secret = pathlib.Path(os.environ["SECRET"])
        if not secret.exists():
            self.answer(503)
            return
        genuine = is_genuine(secret.read_text(), self.headers, body)
        told = {"id": self.headers["webhook-id"], "genuine": genuine, "body": json.loads(body)}
        print(json.dumps(told), flush=True)
        self.answer(204 if genuine else 401)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_port, flush=True)
server.serve_forever()

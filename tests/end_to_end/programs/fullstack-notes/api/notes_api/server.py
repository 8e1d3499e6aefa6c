import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .llm import summarise


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = json.dumps({"summary": summarise(body["text"], body["user"])}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def serve(port):
    return ThreadingHTTPServer(("127.0.0.1", port), Handler)

"""An HTTP server with a thread for each connection; the file `port` says where."""

import os
import threading

import truth

try:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from socketserver import ThreadingMixIn
except ImportError:
    from BaseHTTPServer import BaseHTTPRequestHandler, HTTPServer
    from SocketServer import ThreadingMixIn


class Server(ThreadingMixIn, HTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # one packet for an answer: two would wait for each other

    def do_GET(self):
        body = answer(self.path)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def answer(path):
    """Some work in Python: the path's number, counted up to."""
    total = 0
    for i in range(int(path.strip("/"))):
        total += i
    return str(total).encode()


def main():
    server = Server(("127.0.0.1", 0), Handler)
    with open("port.tmp", "w") as port:
        port.write(str(server.server_address[1]))
    os.rename("port.tmp", "port")
    thread = threading.Thread(target=server.serve_forever, name="server")
    thread.daemon = True
    thread.start()
    for action in (truth.report_running, truth.forever()):
        action()


main()

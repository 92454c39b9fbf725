"""A bare application behind the real server: `python -m zhiheng.serving.tests.application PORT [SECONDS] [BYTES]`, for how long
a client may take, and what all unfinished requests of a worker may have sent."""

import os
import sys
import time
from pathlib import Path

from zhiheng.serving import server

LARGEST = 1 << 20
FILM = 3 << 20


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/slow":
        os.write(1, b"asked\n")  # one piece: print writes the end of the line apart, and threads fall between
        time.sleep(2)
    if path == "/held":  # until the file it names is there
        os.write(1, b"held\n")
        while not Path(environ["QUERY_STRING"]).exists():
            time.sleep(0.05)
    if path == "/die":
        os._exit(3)
    body = str(os.getpid()).encode()
    if path == "/big":
        body = b"x" * (8 << 20)
    if environ["REQUEST_METHOD"] == "POST":
        body = str(len(environ["wsgi.input"].read())).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    told = [int(one) for one in sys.argv[2:]] + [3, server.RECEIVING_BYTES][len(sys.argv) - 2 :]
    server.HEADER_SECONDS = server.BODY_SECONDS = server.IDLE_SECONDS = told[0]
    server.RECEIVING_BYTES = told[1]
    sys.exit(
        server.serve(
            application,
            server.bind("127.0.0.1", int(sys.argv[1])),
            workers=2,
            threads=4,
            largest_body=lambda path: FILM if path == "/film/新" else LARGEST,
            before_fork=lambda: None,
            started=lambda: print("started", flush=True),
        )
    )

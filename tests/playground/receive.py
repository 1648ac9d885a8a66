# SPDX-License-Identifier: BSD-2-Clause
"""Open a page in Chromium and write what it posts to standard output: receive.py CHROMIUM PROFILE PAGE SECONDS

The page finds the address to post to behind the '#' of its own."""
import http.server
import subprocess
import sys

chromium, profile, page, seconds = sys.argv[1:]
received = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        received.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *arguments):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
server.timeout = float(seconds)
browser = subprocess.Popen(
    [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={profile}",
     "--remote-debugging-port=0", f"file://{page}#http://127.0.0.1:{server.server_port}/"],
    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    server.handle_request()
finally:
    browser.kill()
    browser.wait()
if not received:
    sys.exit("nothing was posted")
sys.stdout.buffer.write(received[0])

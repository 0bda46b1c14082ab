"""Does on its stdin and stdout what its argument, a JSON list of steps, says: a faulty process.

Steps: ["say", text] and ["bytes", [int, ...]] write; ["read"] takes one message; ["answer", text]
writes text with ID replaced by that message's id; ["repeat", count, text] writes much;
["sleep", seconds], ["close"] (stdout), ["fork", seconds] (a child that lingers), ["exit", code].
"""

import json
import os
import sys
import time

HELLO = '{"type":"hello","protocol":1,"name":"faulty","operations":["update_parameters_with_gd"]}\n'


def write(data):
    while data:
        data = data[os.write(1, data) :]


message = {}
for what, *how in json.loads(sys.argv[1]):
    if what == "hello":
        write(HELLO.encode())
    elif what == "say":
        write(how[0].encode("utf-8", "surrogatepass"))
    elif what == "bytes":
        write(bytes(how[0]))
    elif what == "read":
        message = json.loads(sys.stdin.readline() or '{"id": 0}')
    elif what == "answer":
        write(how[0].replace("ID", str(message.get("id"))).encode())
    elif what == "repeat":
        for _ in range(how[0]):
            write(how[1].encode())
    elif what == "sleep":
        time.sleep(how[0])
    elif what == "close":
        os.close(1)
    elif what == "fork":
        if os.fork() == 0:
            time.sleep(how[0])
            os._exit(0)
    elif what == "exit":
        os._exit(how[0])

"""Carries Ethernet frames between two interfaces and spoils what passes, where the kernel has no netem.

    trunk.py LEFT RIGHT SEED

Reads one JSON object a line from stdin and answers "ok": {"delay": seconds, "loss": share, "cut": ["left", "right"]},
where "cut" lists the sides of which nothing is passed on. Ends with stdin.
"""

import heapq
import json
import random
import select
import socket
import sys
import time

SOL_PACKET, PACKET_VNET_HDR, PACKET_OUTGOING, ETH_P_ALL = 263, 15, 4, 3


def port(name):
    """Frames with the kernel's notes on offloaded segments and checksums, which go out again with them."""
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    raw.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    raw.bind((name, 0))
    raw.setblocking(False)
    return raw


def main(left, right, seed):
    chance = random.Random(seed)
    ports = {"left": port(left), "right": port(right)}
    other = {"left": "right", "right": "left"}
    names = {raw.fileno(): name for name, raw in ports.items()}
    settings = {"delay": 0, "loss": 0, "cut": []}
    waiting, count = [], 0
    poll = select.poll()
    for fd in (*names, sys.stdin.fileno()):
        poll.register(fd, select.POLLIN)
    print("ready", flush=True)
    while True:
        wait = max(0, waiting[0][0] - time.monotonic()) * 1000 if waiting else None
        for fd, _ in poll.poll(wait):
            if fd == sys.stdin.fileno():
                line = sys.stdin.readline()
                if line == "":
                    return
                settings.update(json.loads(line))
                print("ok", flush=True)
                continue
            side = names[fd]
            try:
                frame, address = ports[side].recvfrom(1 << 17)
            except BlockingIOError:
                continue
            if address[2] == PACKET_OUTGOING or side in settings["cut"] or chance.random() < settings["loss"]:
                continue
            count += 1
            heapq.heappush(waiting, (time.monotonic() + settings["delay"], count, other[side], frame))
        while waiting and waiting[0][0] <= time.monotonic():
            _, _, side, frame = heapq.heappop(waiting)
            try:
                ports[side].send(frame)
            except OSError:
                pass  # As a wire does: what cannot be passed on is lost.


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

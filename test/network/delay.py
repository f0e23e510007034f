#!/usr/bin/env python3
"""Carries packets between two TUN devices, each after a delay: for kernels without netem.

    delay.py DEVICE DEVICE MILLISECONDS

Makes both devices, which may then be moved to network namespaces, and prints a line when they are there.
"""
import collections
import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
MAX_PACKET_BYTES = 65536


def make_device(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def carry(first, second, delay):
    other = {first: second, second: first}
    waiting = collections.deque()  # in the order in which they are due, because the delay is the same for all
    while True:
        timeout = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        for device in select.select([first, second], [], [], timeout)[0]:
            waiting.append((time.monotonic() + delay, other[device], os.read(device, MAX_PACKET_BYTES)))
        while waiting and waiting[0][0] <= time.monotonic():
            _, device, packet = waiting.popleft()
            try:
                os.write(device, packet)
            except OSError as error:  # a device that is still down loses packets, as a cable does
                print(f"lost a packet: {error}", file=sys.stderr)


def main():
    first, second, milliseconds = sys.argv[1:]
    devices = make_device(first), make_device(second)
    print("ready", flush=True)
    carry(*devices, float(milliseconds) / 1000)


main()

"""Builds the golden frontier trees by docs/wire/session.md alone, and compares their hashes."""
import hashlib
import json
import struct
import sys


def digest(*parts):
    return hashlib.blake2b(b"".join(parts), digest_size=32).digest()


def log_bytes(text):
    return bytes.fromhex(text.replace("-", "").replace(":", ""))


def key(log):
    return digest(b"crdtsync/1 frontier-key\0", log).hex()


def place(entries, depth):
    """Hash of the place that holds these entries: a list of (key, log, sequence, batch id), in the order of the keys."""
    if not entries:
        return bytes(32)
    if len(entries) <= 16:
        parts = [log + struct.pack(">Q", seq) + batch for _, log, seq, batch in entries]
        return digest(b"crdtsync/1 frontier-bucket\0", *parts)
    return digest(b"crdtsync/1 frontier-branch\0", *[hash for _, hash in children(entries, depth)])


def children(entries, depth):
    parts = [[one for one in entries if one[0][depth] == digit] for digit in "0123456789abcdef"]
    return [(len(part), place(part, depth + 1)) for part in parts]


def summary(count, hash):
    return {"count": count, "hash": hash.hex()}


with open(sys.argv[1]) as file:
    vectors = json.load(file)
for vector in vectors:
    entries = sorted(
        (key(log_bytes(one["log"])), log_bytes(one["log"]), one["seq"], bytes.fromhex(one["batch"]))
        for one in vector["entries"]
    )
    assert summary(len(entries), place(entries, 0)) == vector["root"], len(entries)
    if "children" in vector:
        assert [summary(*one) for one in children(entries, 0)] == vector["children"], len(entries)
print(f"{len(vectors)} frontiers")

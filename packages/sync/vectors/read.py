"""Reads the golden messages by docs/wire/session.md alone, writes them again, and compares both."""
import json
import sys
import uuid


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def bytes(self, n):
        assert self.at + n <= len(self.data), "truncated"
        self.at += n
        return self.data[self.at - n : self.at]

    def uint(self, n):
        return int.from_bytes(self.bytes(n), "big")

    def token(self):
        tag = self.uint(1)
        if tag < 0x80:
            return tag
        if 0x90 <= tag <= 0x9F:
            return [self.token() for _ in range(tag & 15)]
        if 0xA0 <= tag <= 0xBF:
            return self.bytes(tag & 31).decode("ascii")
        if tag in (0xC2, 0xC3):
            return tag == 0xC3
        if tag in (0xC4, 0xC5, 0xC6):
            return self.bytes(self.uint({0xC4: 1, 0xC5: 2, 0xC6: 4}[tag]))
        if tag in (0xCC, 0xCD, 0xCE, 0xCF):
            return self.uint({0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8}[tag])
        if tag in (0xD9, 0xDA):
            return self.bytes(self.uint({0xD9: 1, 0xDA: 2}[tag])).decode("ascii")
        if tag == 0xDC:
            return [self.token() for _ in range(self.uint(2))]
        raise ValueError(f"token {tag:#x}")


def sized(forms, n):
    """The shortest of (tag, bytes of length, limit)."""
    for tag, width, limit in forms:
        if n < limit:
            return bytes([tag]) + n.to_bytes(width, "big")
    raise ValueError(n)


def write(token):
    if isinstance(token, bool):
        return b"\xc3" if token else b"\xc2"
    if isinstance(token, int):
        if token < 0x80:
            return bytes([token])
        return sized([(0xCC, 1, 2**8), (0xCD, 2, 2**16), (0xCE, 4, 2**32), (0xCF, 8, 2**53)], token)
    if isinstance(token, bytes):
        return sized([(0xC4, 1, 2**8), (0xC5, 2, 2**16), (0xC6, 4, 2**32)], len(token)) + token
    if isinstance(token, str):
        raw = token.encode("ascii")
        return (bytes([0xA0 | len(raw)]) if len(raw) < 32 else sized([(0xD9, 1, 2**8), (0xDA, 2, 2**16)], len(raw))) + raw
    head = bytes([0x90 | len(token)]) if len(token) < 16 else sized([(0xDC, 2, 2**16)], len(token))
    return head + b"".join(map(write, token))


def node(raw):
    return str(uuid.UUID(bytes=raw))


def log_text(log):
    return f"{node(log[:16])}:{log[16:].hex()}"


def entries(tokens):
    return [
        {"log": f"{node(log[:16])}:{log[16:].hex()}", "seq": seq, "batch": batch.hex()} for log, seq, batch in tokens
    ]


def envelope(header, signature, codec, raw_length, body):
    return {
        "header": header.hex(),
        "signature": signature.hex(),
        "codec": codec,
        "rawLength": raw_length,
        "body": body.hex(),
    }


def summary(count, hash):
    return {"count": count, "hash": hash.hex()}


def spent(log, after, through, settled, runs, told, names, parts):
    groups = []
    for name in names:
        reader = Reader(name)
        length = shift = 0
        while True:
            byte = reader.uint(1)
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        groups.append(reader.bytes(length).decode("utf-8"))
        assert reader.at == len(name), "bytes follow"
    return {
        "type": "spent",
        "log": log_text(log),
        "after": after,
        "through": through,
        "settled": settled,
        "runs": [{"first": a, "last": b} for a, b in zip(runs[::2], runs[1::2])],
        "told": [{"first": a, "last": b} for a, b in zip(told[::2], told[1::2])],
        "overwritten": [{"seq": seq, "group": groups[at]} for seq, at in zip(parts[::2], parts[1::2])],
    }


READ = {
    1: lambda version, cluster, of, features, clock, *tree: {
        "type": "hello",
        "version": version,
        "cluster": cluster.hex(),
        "node": node(of),
        "features": features,
        "clock": clock,
        **({"tree": summary(*tree[0])} if "frontier-tree" in features else {}),
    },
    2: lambda all, last: {"type": "have", "entries": entries(all), "last": last},
    3: lambda of, der: {"type": "certificate", "node": node(of), "der": der.hex()},
    4: lambda id, raw: {"type": "schema", "id": id.hex(), "bytes": raw.hex()},
    5: lambda *parts: {"type": "batch", "envelope": envelope(*parts)},
    6: lambda count: {"type": "credit", "bytes": count},
    7: lambda all: {"type": "ack", "entries": entries(all)},
    8: lambda code, text: {"type": "bye", "code": code, "text": text},
    9: lambda all: {"type": "quiet", "logs": [f"{node(log[:16])}:{log[16:].hex()}" for log in all]},
    10: lambda number: {"type": "ask", "number": number},
    11: lambda number: {"type": "told", "number": number},
    12: lambda clock, asks: {"type": "clock", "clock": clock, "asks": asks},
    16: lambda prefix, all: {"type": "branch", "prefix": prefix.hex(), "children": [summary(*one) for one in all]},
    32: lambda log, after: {"type": "inquire", "log": log_text(log), "after": after},
    33: spent,
    48: lambda log: {"type": "forked", "log": log_text(log)},
    49: lambda log, points: {
        "type": "history",
        "log": log_text(log),
        "points": [{"seq": seq, "batch": batch.hex()} for seq, batch in points],
    },
    50: lambda log, all: {
        "type": "shown",
        "log": log_text(log),
        "envelopes": [envelope(*parts) for parts in all],
    },
    17: lambda prefix, all, last: {"type": "leaves", "prefix": prefix.hex(), "entries": entries(all), "last": last},
}

with open(sys.argv[1]) as file:
    vectors = json.load(file)
for vector in vectors:
    raw = bytes.fromhex(vector["bytes"])
    reader = Reader(raw)
    tokens = reader.token()
    assert reader.at == len(raw), "bytes follow"
    assert READ[tokens[0]](*tokens[1:]) == vector["message"], vector["message"]
    assert write(tokens) == raw, vector["message"]
print(f"{len(vectors)} messages")

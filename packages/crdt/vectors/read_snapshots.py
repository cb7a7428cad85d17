"""An independent reader of snapshots.vectors.json, written from docs/wire/snapshots.md with the standard library alone.

    python3 read_snapshots.py

Reads every snapshot to what a container of its type shows, and compares; every refused one must be refused. Prints what it
checked; exits 1 at the first difference.
"""

import json
import pathlib
import struct
import sys

from read import Reader, Refused, need, read_value

CODES = {
    "g_counter": 1, "pn_counter": 2, "bounded_counter": 3, "max_register": 4, "min_register": 5, "lww_register": 6,
    "mv_register": 7, "g_set": 8, "two_phase_set": 9, "or_set": 10, "rw_set": 11, "ew_flag": 12, "lww_map": 13,
    "or_map": 14, "grow_log": 15, "time_series": 16,
}


class Names:
    def __init__(self, reader):
        self.names = [reader.text() for _ in range(reader.varint())]
        order = [name.encode("utf-16-be") for name in self.names]
        need(all(a < b for a, b in zip(order, order[1:])), "names out of order")
        self.used = set()

    def read(self, reader):
        index = reader.varint()
        need(index < len(self.names), "no such name")
        self.used.add(index)
        return index

    def dot(self, reader):
        dot = (self.read(reader), reader.varint())
        need(dot[1] >= 1, "sequence 0")
        return dot


def ascending(items, what):
    need(all(a < b for a, b in zip(items, items[1:])), what + " out of order")


def parts(reader, names, grows):
    found = []
    for _ in range(reader.varint()):
        found.append((names.read(reader), reader.varint(), reader.safe()))
        need(found[-1][1] >= 1 and (found[-1][2] >= 0 or not grows), "no such part")
    ascending([index for index, _, _ in found], "parts")
    return {index: (seq, total) for index, seq, total in found}


def context(reader, names):
    seen = {}
    order = []
    for _ in range(reader.varint()):
        index = names.read(reader)
        order.append(index)
        run = last = reader.varint()
        singles = set()
        for i in range(reader.varint()):
            gap = reader.varint()
            need(i > 0 or gap > 0, "a single dot beside its run")
            last += gap + 1
            singles.add(last)
        need(run > 0 or singles, "a log of which nothing is known")
        seen[index] = (run, singles)
    ascending(order, "logs")
    return lambda dot: dot[0] in seen and (dot[1] <= seen[dot[0]][0] or dot[1] in seen[dot[0]][1])


def element(reader):
    start = reader.at
    value = read_value(reader)
    need(reader.at - start <= 1024, "element")
    return reader.data[start : reader.at], value


def entry(reader, names):
    return names.dot(reader), reader.varint(), read_value(reader)


def items(reader, names, read):
    found = [read(reader, names) for _ in range(reader.varint())]
    ascending([item[0] for item in found], "dots")
    return found


def cells(reader, names, read):
    has = context(reader, names)
    whole = reader.u8()
    need(whole <= 1, "neither a state nor a delta")
    found = []
    for _ in range(reader.varint()):
        live = items(reader, names, read)
        need(live and all(has(item[0]) for item in live), "a dot outside of the context")
        raw, key = element(reader)
        found.append((live[0][0], raw, key, live))
    ascending([(dot, raw) for dot, raw, _, _ in found], "cells")
    empty = [element(reader)[0] for _ in range(reader.varint())]
    need(not (whole and empty), "an empty cell in a state")
    ascending(empty, "emptied cells")
    keys = [raw for _, raw, _, _ in found] + empty
    need(len(set(keys)) == len(keys), "a key twice")
    return [(key, live) for _, _, key, live in found]


def register(reader, names):
    has = context(reader, names)
    found = items(reader, names, entry)
    need(all(has(dot) for dot, _, _ in found), "a dot outside of the context")
    return found


def number(value):
    need(isinstance(value, dict) and "int" in value, "no integer")
    return int(value["int"])


def plain(value):
    return value["text"] if "text" in value else number(value)


def winner(entries):
    return max(entries, key=lambda one: (one[1], one[0]))[2]


def elements(reader):
    found = [element(reader) for _ in range(reader.varint())]
    ascending([raw for raw, _ in found], "elements")
    return [number(value) for _, value in found]


def nested(reader, names):
    return names.dot(reader), parts(reader, names, False)


def read_of(kind, reader, names):
    if kind in ("g_counter", "pn_counter"):
        return sum(total for _, total in parts(reader, names, kind == "g_counter").values())
    if kind == "bounded_counter":
        granted, used = parts(reader, names, True), parts(reader, names, True)
        given = {}
        order = []
        for _ in range(reader.varint()):
            receiver = names.read(reader)
            order.append(receiver)
            given[receiver] = parts(reader, names, True)
            need(given[receiver], "a receiver of nothing")
        ascending(order, "receivers")
        of = lambda found, index: found.get(index, (0, 0))[1]
        rights = []
        for name in "abc":
            index = names.names.index(name) if name in names.names else None
            got = sum(total for _, total in given.get(index, {}).values())
            rights.append(of(granted, index) - of(used, index) + got - sum(of(one, index) for one in given.values()))
        total = lambda found: sum(one for _, one in found.values())
        return [total(granted) - total(used)] + rights
    if kind in ("max_register", "min_register"):
        values = [number(value) for _, _, value in register(reader, names)]
        return (max if kind == "max_register" else min)(values) if values else None
    if kind == "lww_register":
        found = register(reader, names)
        return [number(winner(found)) if found else None, len(found)]
    if kind == "mv_register":
        return sorted(number(value) for _, _, value in register(reader, names))
    if kind == "g_set":
        return sorted(elements(reader))
    if kind == "two_phase_set":
        added, removed = elements(reader), elements(reader)
        return sorted(set(added) - set(removed))
    if kind in ("or_set", "ew_flag"):
        found = cells(reader, names, lambda *of: (names.dot(reader),))
        if kind == "or_set":
            return sorted(number(key) for key, _ in found)
        need(all(key is True for key, _ in found), "no flag")
        return len(found) > 0
    if kind == "rw_set":
        found = cells(reader, names, entry)
        need(all(isinstance(value, bool) for _, live in found for _, _, value in live), "neither in nor out")
        return sorted(number(key) for key, live in found if all(value for _, _, value in live))
    if kind == "lww_map":
        return sorted([plain(key), number(winner(live))] for key, live in cells(reader, names, entry))
    if kind == "or_map:pn_counter":
        result = []
        for key, live in cells(reader, names, nested):
            joined = {}
            for _, found in live:
                for index, part in found.items():
                    joined[index] = max(joined.get(index, part), part)
            result.append([plain(key), sum(total for _, total in joined.values())])
        return sorted(result)
    if kind == "grow_log":
        found = items(reader, names, entry)
        return [number(value) for _, _, value in sorted(found, key=lambda one: (one[1], one[0]))]
    found = []
    for _ in range(reader.varint()):
        bucket, index, count = reader.safe(), names.read(reader), reader.varint()
        total, low, high = struct.unpack(">ddd", reader.raw(24))
        need(count >= 1 and low <= high and abs(total) < float("inf"), "no such cell")
        found.append(((bucket, index), count, total, low, high))
    ascending([one[0] for one in found], "cells")
    newest = max((one[0][0] for one in found), default=0)
    summaries = {}
    for (bucket, _), count, total, low, high in found:
        if bucket <= newest - 3:
            continue
        before = summaries.get(bucket, [bucket * 10, 0, 0, low, high])
        summaries[bucket] = [bucket * 10, before[1] + count, before[2] + total, min(before[3], low), max(before[4], high)]
    return [summaries[bucket] for bucket in sorted(summaries)]


def read_snapshot(kind, data):
    reader = Reader(bytes.fromhex(data))
    need(reader.u8() == 1, "another version")
    for one in kind.split(":"):
        need(reader.u8() == CODES[one], "another type")
    names = Names(reader)
    result = read_of(kind, reader, names)
    reader.end()
    need(len(names.used) == len(names.names), "a name that nothing uses")
    return result


def main():
    path = pathlib.Path(__file__).with_name("snapshots.vectors.json")
    vectors = json.loads(path.read_text(encoding="utf-8"))
    for vector in vectors["snapshots"]:
        found = read_snapshot(vector["type"], vector["bytes"])
        if found != vector["read"]:
            sys.exit(f"{vector['type']} {vector['bytes']}: {found!r} is not {vector['read']!r}")
    for vector in vectors["refused"]:
        try:
            found = read_snapshot(vector["type"], vector["bytes"])
        except Refused:
            continue
        sys.exit(f"{vector['type']} {vector['bytes']}: accepted as {found!r}, but: {vector['why']}")
    print(f"{len(vectors['snapshots'])} snapshots of {len(CODES)} types read, {len(vectors['refused'])} refused")


main()

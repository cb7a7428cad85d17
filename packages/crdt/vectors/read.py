"""An independent reader of operations.vectors.json, written from docs/wire/operations.md with the standard library alone.

    python3 read.py

Decodes every vector and compares it with its description; every refused one must be refused. Prints what it checked;
exits 1 at the first difference.
"""

import json
import pathlib
import struct
import sys

SAFE = 2**53 - 1


class Refused(Exception):
    pass


def need(condition, why):
    if not condition:
        raise Refused(why)


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def raw(self, length):
        need(length <= len(self.data) - self.at, "truncated")
        self.at += length
        return self.data[self.at - length : self.at]

    def u8(self):
        return self.raw(1)[0]

    def leb128(self, bits):
        value = 0
        shift = 0
        while True:
            byte = self.u8()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            need(shift < bits + 7, "integer too long")
        need(byte != 0 or shift == 0, "superfluous byte")
        need(value < 2**bits, "integer too large")
        return value

    def varint(self):
        return self.leb128(53)

    def int(self):
        value = self.leb128(64)
        return value >> 1 if value % 2 == 0 else -((value + 1) >> 1)

    def safe(self):
        value = self.int()
        need(-SAFE <= value <= SAFE, "not a safe integer")
        return value

    def bytes(self):
        return self.raw(self.varint())

    def text(self):
        try:
            return self.bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refused("malformed text") from error

    def name(self):
        text = self.text()
        need(1 <= len(text.encode()) <= 256, "length of a name")
        return text

    def end(self):
        need(self.at == len(self.data), "bytes too many")


def read_value(reader, depth=0):
    tag = reader.u8()
    if tag <= 2:
        return [None, False, True][tag]
    if tag == 3:
        return {"int": str(reader.int())}
    if tag == 4:
        raw = reader.raw(8)
        number = struct.unpack(">d", raw)[0]
        need(number == number or raw.hex() == "7ff8000000000000", "another NaN")
        return {"real": raw.hex()}
    if tag == 5:
        return {"text": reader.text()}
    if tag == 6:
        raw = reader.bytes()
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return {"rawText": raw.hex()}
        raise Refused("raw text that is well-formed")
    if tag == 7:
        return {"bytes": reader.bytes().hex()}
    need(tag in (8, 9), "unknown tag")
    need(depth < 16, "too deep")
    count = reader.varint()
    if tag == 8:
        return {"array": [read_value(reader, depth + 1) for _ in range(count)]}
    members = []
    for _ in range(count):
        key = reader.text()
        need(not members or members[-1][0].encode() < key.encode(), "keys out of order")
        members.append([key, read_value(reader, depth + 1)])
    return {"object": members}


def read_row_values(reader):
    count = reader.varint()
    need(count <= 2000, "columns")
    values = [read_pieced(reader) or read_value(reader) for _ in range(count)]
    for value in values:
        need(value is None or (isinstance(value, dict) and not {"array", "object"} & set(value)), "not a column's value")
    pieced = [value.get("textInPieces", value.get("bytesInPieces", 0)) for value in values if value]
    need(sum(pieced) <= 64 * 2**20, "bytes of a row")
    return values


def read_pieced(reader):
    tag = reader.data[reader.at] if reader.at < len(reader.data) else 0
    if tag not in (10, 11):
        return None
    reader.u8()
    length = reader.varint()
    need(length > 1024, "a value in pieces that needs none")
    return {"textInPieces" if tag == 10 else "bytesInPieces": length}


def log_text(raw):
    digits = raw.hex()
    cuts = [0, 8, 12, 16, 20, 32]
    return "-".join(digits[a:b] for a, b in zip(cuts, cuts[1:])) + ":" + digits[32:]


def read_dots(reader, own):
    count = reader.varint()
    need(count <= 4096, "dots")
    dots = []
    for _ in range(count):
        form = reader.u8()
        need(form <= 1, "form of a dot")
        log = log_text(reader.raw(24)) if form == 1 else own
        need(form == 0 or log != own, "own log spelled out")
        seq = reader.varint()
        need(seq >= 1, "sequence 0")
        need(not dots or dots[-1] < [log, seq], "dots out of order")
        dots.append([log, seq])
    return dots


def read_some_dots(reader, own):
    dots = read_dots(reader, own)
    need(dots, "names nothing")
    return dots


def read_index(reader, limit):
    index = reader.varint()
    need(index < limit, "index")
    return index


def read_sequence(reader):
    sequence = reader.varint()
    need(1 <= sequence <= SAFE, "sequence")
    return sequence


def read_operation(reader, own, hlc_min):
    kinds = ["counter.add", "register.set", "set.add", "set.remove", "row.add", "row.set", "row.remove",
             "keyed.set", "keyed.remove", "piece", "log.abandon", "counter.again"]
    kind = reader.u8()
    need(1 <= kind <= len(kinds), "unknown kind")
    offset = reader.varint()
    stamp = "base" if offset == 0 else hlc_min + offset - 1
    need(stamp == "base" or stamp <= SAFE, "stamp")
    fields = {"kind": kinds[kind - 1], "stamp": stamp}
    if kind in (8, 9):
        fields["object"] = reader.name()
        fields["seen"] = (read_some_dots if kind == 9 else read_dots)(reader, own)
        start = reader.at
        fields["key"] = read_value(reader)
        need(reader.at - start <= 1024, "key")
        if kind == 8:
            fields["value"] = read_value(reader)
        return fields
    if kind <= 4:
        fields["object"] = reader.name()
        if kind == 1:
            fields["by"] = reader.safe()
        else:
            fields["seen"] = (read_some_dots if kind == 4 else read_dots)(reader, own)
            start = reader.at
            fields["value" if kind == 2 else "element"] = read_value(reader)
            need(kind == 2 or reader.at - start <= 1024, "element")
        return fields
    if kind == 10:
        raw = reader.bytes()
        need(1 <= len(raw) <= 65472, "bytes of a piece")
        fields["bytes"] = raw.hex()
        return fields
    if kind == 11:
        fields["abandoned"] = log_text(reader.raw(24))
        need(fields["abandoned"] != own and fields["abandoned"][:36] == own[:36], "another author's log")
        fields["from"] = read_sequence(reader)
        fields["proof"] = [
            {"header": reader.raw(198).hex(), "signature": reader.raw(64).hex()} for _ in range(2)
        ]
        need(fields["proof"][0]["header"] < fields["proof"][1]["header"], "order of a proof")
        count = reader.varint()
        need(count <= 4096, "batches")
        fields["anew"] = [
            {"batch": reader.raw(32).hex(), "first": read_sequence(reader)} for _ in range(count)
        ]
        return fields
    if kind == 12:
        fields["origin"] = reader.raw(8).hex()
        fields["object"] = reader.name()
        fields["by"] = reader.safe()
        return fields
    fields["table"] = read_index(reader, 256)
    fields["uid"] = reader.raw(16).hex()
    if kind == 5:
        form = reader.u8()
        need(form <= 1, "form of a hint")
        fields["hint"] = reader.safe() if form == 1 else None
    if kind == 6:
        fields["group"] = read_index(reader, 64)
    if kind >= 6:
        fields["adds"] = read_some_dots(reader, own)
    if kind == 6:
        fields["seen"] = read_dots(reader, own)
        need(len(fields["adds"]) + len(fields["seen"]) <= 4096, "dots")
    if kind <= 6:
        fields["values"] = read_row_values(reader)
    return fields


def distinct(names):
    need(len(set(names)) == len(names), "a name twice")


def read_schema(reader):
    tables = []
    count = reader.varint()
    need(count <= 256, "tables")
    for _ in range(count):
        name = reader.name()
        kind = reader.u8()
        need(1 <= kind <= 3, "kind of table")
        groups = []
        total = reader.varint()
        need(total <= 64, "groups")
        for _ in range(total):
            group = reader.name()
            columns = [reader.name() for _ in range(reader.varint())]
            need(columns, "a group without columns")
            groups.append({"name": group, "columns": columns})
        distinct([group["name"] for group in groups])
        everything = [column for group in groups for column in group["columns"]]
        distinct(everything)
        need(len(everything) <= 2000, "columns")
        tables.append({"name": name, "kind": ["records", "grow-only", "map"][kind - 1], "groups": groups})
    distinct([table["name"] for table in tables])
    return {"tables": tables}


def whole(read, data):
    reader = Reader(bytes.fromhex(data))
    result = read(reader)
    reader.end()
    return result


def main():
    path = pathlib.Path(__file__).with_name("operations.vectors.json")
    vectors = json.loads(path.read_text(encoding="utf-8"))
    batch = vectors["batch"]
    readers = {
        "value": read_value,
        "operation": lambda reader: read_operation(reader, batch["log"], batch["hlcMin"]),
        "schema": read_schema,
    }
    for what, read in readers.items():
        accepted = vectors[what + "s"]
        for vector in accepted:
            found = whole(read, vector["bytes"])
            # The order of an object's members is the order of the bytes, whatever the description lists first.
            if sort_members(found) != sort_members(vector[what]):
                sys.exit(f"{what} {vector['bytes']}: {found!r} is not {vector[what]!r}")
        refused = vectors["refused" + what.capitalize() + "s"]
        for vector in refused:
            try:
                found = whole(read, vector["bytes"])
            except Refused:
                continue
            sys.exit(f"{what} {vector['bytes']}: accepted as {found!r}, but: {vector['why']}")
        print(f"{len(accepted)} {what}s read, {len(refused)} refused")


def sort_members(one):
    if isinstance(one, list):
        return [sort_members(each) for each in one]
    if not isinstance(one, dict):
        return one
    if set(one) == {"object"} and isinstance(one["object"], list):
        return {"object": sorted(([key, sort_members(value)] for key, value in one["object"]), key=lambda member: member[0])}
    return {key: sort_members(value) for key, value in one.items()}


if __name__ == "__main__":
    main()

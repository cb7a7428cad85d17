"""An independent reader of batch.vectors.json, written from docs/wire/batch.md with the standard library alone.

    python3 check_vectors.py              headers, leaves, roots, proofs, ids, bodies
    python3 check_vectors.py --signatures Ed25519 signatures through openssl; exit 77 where there is none

Prints what it checked; exits 1 at the first difference.
"""

import hashlib
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

HEADER = struct.Struct(">BB16s24s16sQQI32s32sQQQ32s")
SAFE = 2**53 - 1


def digest(*parts):
    return hashlib.blake2b(b"".join(parts), digest_size=32).digest()


def leaf(index, operation):
    return digest(b"crdtsync/1 leaf\0", struct.pack(">II", index, len(operation)), operation)


def node(left, right):
    return digest(b"crdtsync/1 node\0", left, right)


def root(leaves):
    """RFC 6962 section 2.1, recursively, as it is printed there."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(root(leaves[:k]), root(leaves[k:]))


def path(index, leaves):
    """RFC 6962 section 2.1.1, recursively, as it is printed there."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if index < k:
        return path(index, leaves[:k]) + [root(leaves[k:])]
    return path(index - k, leaves[k:]) + [root(leaves[:k])]


def operation(index):
    return (b"operation %d " % index) * (1 + index % 5)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def log_name(raw):
    h = raw.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:32]}:{h[32:]}"


def read_header(raw):
    """The fields, or None where the header must be refused."""
    if len(raw) != HEADER.size:
        return None
    (version, flags, cluster, log, key, number, first, count, previous, schema, epoch, low, high, merkle) = HEADER.unpack(raw)
    if version != 1 or flags > 1 or number < 1 or first < 1 or count < 1 or low < 1 or low > high:
        return None
    if max(number, first, epoch, high) > SAFE:
        return None
    return {
        "version": version,
        "continues": flags == 1,
        "cluster": cluster.hex(),
        "log": log_name(log),
        "key": key.hex(),
        "number": number,
        "first": first,
        "count": count,
        "previous": previous.hex(),
        "schema": schema.hex(),
        "epoch": epoch,
        "hlcMin": low,
        "hlcMax": high,
        "root": merkle.hex(),
    }


def same(name, got, want):
    if got != want:
        sys.exit(f"{name}: {got!r} is not {want!r}")


def check_bodies(bodies):
    for body in bodies:
        raw = b"".join(varint(n) + bytes([f]) * n for n, f in zip(body["lengths"], body["fill"]))
        same("body", digest(raw).hex(), body["rawHash"])


def check_trees(trees):
    for tree in trees:
        count = tree["count"]
        leaves = [leaf(i, operation(i)) for i in range(count)]
        if "leaves" in tree:
            same(f"leaves of {count}", [one.hex() for one in leaves], tree["leaves"])
        same(f"all leaves of {count}", digest(*leaves).hex(), tree["leavesHash"])
        same(f"root of {count}", root(leaves).hex(), tree["root"])
        for proof in tree["proofs"]:
            want = [one.hex() for one in path(proof["index"], leaves)]
            same(f"proof of {proof['index']} of {count}", proof["proof"], want)


def check_batches(batches):
    for batch in batches:
        header = bytes.fromhex(batch["header"])
        same(f"fields of {batch['name']}", read_header(header), batch["fields"])
        same(f"root of {batch['name']}", root([leaf(i, operation(i)) for i in range(batch["fields"]["count"])]).hex(), batch["fields"]["root"])
        identity = digest(b"crdtsync/1 batch\0", header)
        same(f"id of {batch['name']}", identity.hex(), batch["id"])
        same(f"message of {batch['name']}", (b"crdtsync/1 batch-sig\0" + identity).hex(), batch["signedMessage"])


def check_hollow(hollow, batches):
    """Codec 0: the header and signature of a batch, and nothing else."""
    whole = next(batch for batch in batches if batch["name"] == hollow["of"])
    for part in ("header", "signature", "id"):
        same(f"{part} of the hollow batch", hollow[part], whole[part])
    same("hollow id", digest(b"crdtsync/1 batch\0", bytes.fromhex(hollow["header"])).hex(), hollow["id"])
    same("hollow body", (hollow["codec"], hollow["rawLength"], hollow["body"]), (0, 0, ""))


def check_signatures(vectors):
    if shutil.which("openssl") is None:
        print("skipped: openssl is not installed")
        sys.exit(77)
    public = bytes.fromhex(vectors["ed25519"]["publicKey"])
    with tempfile.TemporaryDirectory() as folder:
        files = {name: pathlib.Path(folder, name) for name in ("key.der", "message", "signature")}
        files["key.der"].write_bytes(bytes.fromhex("302a300506032b6570032100") + public)
        for batch in vectors["batches"]:
            files["message"].write_bytes(bytes.fromhex(batch["signedMessage"]))
            files["signature"].write_bytes(bytes.fromhex(batch["signature"]))
            command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", files["key.der"]]
            command += ["-rawin", "-in", files["message"], "-sigfile", files["signature"]]
            done = subprocess.run(command, capture_output=True, text=True)
            same(f"signature of {batch['name']} ({done.stderr.strip()})", done.returncode, 0)
    print(f"{len(vectors['batches'])} signatures")


def main():
    vectors = json.loads(pathlib.Path(__file__).with_name("batch.vectors.json").read_text())
    if "--signatures" in sys.argv[1:]:
        check_signatures(vectors)
        return
    same("key id", digest(bytes.fromhex(vectors["ed25519"]["publicKey"]))[:16].hex(), vectors["ed25519"]["keyId"])
    schema = vectors["schema"]
    same("schema id", digest(b"crdtsync/1 schema\0", bytes.fromhex(schema["bytes"])).hex(), schema["id"])
    check_bodies(vectors["bodies"])
    check_trees(vectors["trees"])
    check_batches(vectors["batches"])
    check_hollow(vectors["hollow"], vectors["batches"])
    for refused in vectors["refusedHeaders"]:
        same(f"header with {refused['name']}", read_header(bytes.fromhex(refused["header"])), None)
    print(f"{len(vectors['trees'])} trees, {len(vectors['batches'])} batches, {len(vectors['refusedHeaders'])} refused headers")


main()

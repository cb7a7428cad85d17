"""Reads the golden vectors of this package with the standard library alone: the wire format in a second language.

Usage: python3 check.py certificate.vectors.json handshake.vectors.json. Prints one line and exits 0, or fails.
"""
import hashlib
import json
import sys

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover(data):
    """A point of edwards25519 from its 32 bytes (RFC 8032, 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    assert y < P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    assert (x * x - square) % P == 0
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


def add(one, two):
    """Sum of two points as (X, Y, Z, T), RFC 8032, 5.1.4."""
    (x1, y1, z1, t1), (x2, y2, z2, t2) = one, two
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point, n = add(point, point), n >> 1
    return result


def same(one, two):
    return all((one[i] * two[2] - two[i] * one[2]) % P == 0 for i in (0, 1))


BASE = recover(bytes.fromhex("58" + "66" * 31))


def verify(signature, message, key):
    r, s = recover(signature[:32]), int.from_bytes(signature[32:], "little")
    assert s < L
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    k = int.from_bytes(digest, "little") % L
    assert same(times(s, BASE), add(r, times(k, recover(key)))), "signature"


def elements(data):
    """The DER elements of `data` as (tag, content, whole)."""
    found = []
    while data:
        length, at = data[1], 2
        if length >= 0x80:
            at += length - 0x80
            length = int.from_bytes(data[2:at], "big")
        found.append((data[0], data[at : at + length], data[: at + length]))
        assert len(found[-1][1]) == length
        data = data[at + length :]
    return found


def name(content):
    pairs = [elements(elements(one[1])[0][1]) for one in elements(content)]
    return {oid[1].hex(): value[1].decode() for oid, value in pairs}


def certificate(der):
    ((_, content, whole),) = elements(der)
    assert whole == der
    signed, algorithm, signature = elements(content)
    parts = elements(signed[1])
    extensions = elements(elements(parts[7][1])[0][1])
    values = {elements(one[1])[0][1].hex(): elements(one[1])[-1][1] for one in extensions}
    return {
        "signed": signed[2],
        "signature": signature[1][1:],
        "subject": name(parts[5][1]),
        "key": elements(parts[6][1])[1][1][1:],
        "uris": [one[1].decode() for one in elements(elements(values["551d11"])[0][1])] if "551d11" in values else [],
    }


def blake(size, *parts):
    return hashlib.blake2b(b"".join(parts), digest_size=size).digest()


def check_certificates(vectors):
    authority = certificate(bytes.fromhex(vectors["authority"]))
    verify(authority["signature"], authority["signed"], authority["key"])
    cluster = authority["subject"]["55040a"]
    assert cluster == vectors["cluster"]
    assert blake(32, b"crdtsync/1 cluster\0", cluster.encode())[:16].hex() == vectors["clusterId"]
    for one in vectors["nodes"]:
        der = bytes.fromhex(one["der"])
        leaf = certificate(der)
        verify(leaf["signature"], leaf["signed"], authority["key"])
        assert leaf["subject"] == {"55040a": cluster, "55040b": one["role"], "550403": one["name"]}
        assert leaf["uris"] == [f"crdt://{cluster}/node/{one['node']}"]
        assert blake(32, der)[:16].hex() == one["key"]


def check_handshake(vectors, certificates):
    suite = b"Noise_XX_25519_ChaChaPoly_BLAKE2b"
    cluster = bytes.fromhex(certificates["clusterId"])
    prologue = b"crdtsync/1\0" + suite + b"\0" + cluster + b"peer"
    first, second, third = (bytes.fromhex(one) for one in vectors["messages"])
    assert len(first) == 32
    running = suite.ljust(64, b"\0")
    for part in (prologue, first, b""):
        running = blake(64, running, part)
    check_proof(vectors["responder"], b"responder", running)
    for part in (second[:32], second[32:80], second[80:]):
        running = blake(64, running, part)
    check_proof(vectors["initiator"], b"initiator", running)
    assert len(second) == 32 + 48 + len(vectors["responder"]["proof"]) // 2 + 16
    assert len(third) == 48 + len(vectors["initiator"]["proof"]) // 2 + 16


def check_proof(end, side, running):
    proof = bytes.fromhex(end["proof"])
    message = b"crdtsync/1 channel-identity\0" + side + running + bytes.fromhex(end["staticKey"])
    verify(proof[:64], message, certificate(proof[64:])["key"])


if __name__ == "__main__":
    certificates, handshake = (json.load(open(path)) for path in sys.argv[1:3])
    check_certificates(certificates)
    check_handshake(handshake, certificates)
    print("the vectors of security hold")

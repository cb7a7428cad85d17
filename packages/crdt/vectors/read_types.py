"""An independent reader of types.vectors.json: what each type means, as a function over the set of operations and what
each of them had seen, with the standard library alone.

    python3 read_types.py

Replays every history as sets of known operations, reads each replica after each step, and compares. Prints what it
checked; exits 1 at the first difference.
"""

import json
import pathlib
import sys
from collections import namedtuple

NODES = ["a", "b", "c"]
Op = namedtuple("Op", "id at name args saw")


def unseen(ops, by=None):
    """Those that no other of `by` has seen."""
    return [op for op in ops if not any(op.id in other.saw for other in (ops if by is None else by))]


def latest(ops, stamp):
    """The last writer: by stamp, then author, then his own order."""
    return max(ops, key=lambda op: (op.args[stamp], op.at, op.id))


def by_key(ops):
    keys = {}
    for op in ops:
        keys.setdefault(op.args[0], []).append(op)
    return sorted(keys.items())


def counter(ops):
    return sum(-op.args[0] if op.name == "decrement" else op.args[0] for op in ops)


def rights(ops, node):
    total = 0
    for op in ops:
        if op.name == "increment" and op.at == node:
            total += op.args[0]
        if op.name == "decrement" and op.at == node:
            total -= op.args[0]
        if op.name == "transfer":
            total += op.args[1] * ((op.args[0] == node) - (op.at == node))
    return total


def bounded(ops):
    each = [rights(ops, node) for node in NODES]
    assert min(each) >= 0, "overspent"
    return [sum(each)] + each


def refused(kind, ops, at, name, args):
    if kind != "BoundedCounter" or name == "increment":
        return None
    if name == "transfer" and args[0] == at:
        return "invalid-value"
    return "no-rights" if args[-1] > rights(ops, at) else None


def lww_register(ops):
    live = unseen(ops)
    return [latest(live, 1).args[0] if live else None, len(live)]


def two_phase_set(ops):
    def takes(op):
        """A remove counts where its author saw the element in the set."""
        return any(o.id in op.saw and o.name == "add" and o.args == op.args for o in ops)

    return [key for key, mine in by_key(ops) if any(o.name == "add" for o in mine) and not any(o.name == "remove" and takes(o) for o in mine)]


def or_set(ops):
    return [key for key, mine in by_key(ops) if unseen([o for o in mine if o.name == "add"], [o for o in mine if o.name == "remove"])]


def rw_set(ops):
    return [key for key, mine in by_key(ops) if all(o.name == "add" for o in unseen(mine))]


def ew_flag(ops):
    return bool(unseen([o for o in ops if o.name == "enable"], [o for o in ops if o.name == "disable"]))


def lww_map(ops):
    result = []
    for key, mine in by_key(ops):
        live = [o for o in unseen(mine) if o.name == "set"]
        if live:
            result.append([key, latest(live, 2).args[1]])
    return result


def or_map(ops):
    result = []
    for key, mine in by_key(ops):
        removes = [o for o in mine if o.name == "remove"]
        makings, on = {}, {}
        # A write whose author saw no living making is one; another is made on those that he saw alive. In the order of
        # the history every operation comes after those it has seen.
        for op in sorted((o for o in mine if o.name == "update"), key=lambda o: o.id):
            past = [r for r in removes if r.id in op.saw]
            alive = unseen([m for m in makings.values() if m.id in op.saw], past)
            on[op.id] = [m.id for m in alive] or [op.id]
            if not alive:
                makings[op.id] = op
        living = {m.id for m in unseen(list(makings.values()), removes)}
        if living:
            result.append([key, sum(o.args[1] for o in mine if o.id in on and living & set(on[o.id]))])
    return result


def time_series(ops):
    if not ops:
        return []
    last = max(op.args[0] // 10 for op in ops)
    result = []
    for bucket in range(last - 2, last + 1):
        values = [op.args[1] for op in ops if op.args[0] // 10 == bucket]
        if values:
            result.append([bucket * 10, len(values), sum(values), min(values), max(values)])
    return result


MEANING = {
    "GCounter": counter,
    "PNCounter": counter,
    "BoundedCounter": bounded,
    "MaxRegister": lambda ops: max((op.args[0] for op in ops), default=None),
    "MinRegister": lambda ops: min((op.args[0] for op in ops), default=None),
    "LWWRegister": lww_register,
    "MVRegister": lambda ops: sorted(op.args[0] for op in unseen(ops)),
    "GSet": lambda ops: sorted({op.args[0] for op in ops}),
    "TwoPhaseSet": two_phase_set,
    "ORSet": or_set,
    "RWSet": rw_set,
    "EWFlag": ew_flag,
    "LWWMap": lww_map,
    "ORMap": or_map,
    "GrowLog": lambda ops: [op.args[0] for op in sorted(ops, key=lambda op: (op.args[1], op.at, op.id))],
    "TimeSeries": time_series,
}


def replay(kind, steps):
    ops = {}
    known = {node: set() for node in NODES}
    for index, (name, *rest) in enumerate(steps):
        if name == "state":
            to = rest[1]
            known[to] |= known[rest[0]]
        elif name == "delta":
            to = rest[1]
            known[to].add(rest[0])
        else:
            to, *args = rest
            code = refused(kind, [ops[id] for id in known[to]], to, name, args)
            if code:
                yield code
                continue
            ops[index] = Op(index, to, name, args, frozenset(known[to]))
            known[to].add(index)
        yield MEANING[kind]([ops[id] for id in sorted(known[to])])


def main():
    path = pathlib.Path(__file__).with_name("types.vectors.json")
    histories = json.loads(path.read_text(encoding="utf-8"))["histories"]
    steps = 0
    for number, history in enumerate(histories):
        for index, found in enumerate(replay(history["type"], history["steps"])):
            said = history["reads"][index]
            if found != said:
                sys.exit(f"history {number} ({history['type']}), step {index}: {found!r} is not {said!r}")
            steps += 1
    print(f"{len(histories)} histories of {len({history['type'] for history in histories})} types, {steps} steps")


main()

"""What is kept of the witnesses' answers: lines, quorums, and what each last said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connections, transaction

from ledger.format.note_keys import NoteRefused
from ledger.format.notes import add_lines
from ledger.format.policy import Policy, Witness
from ledger.witnessing.problems import NotCosigned, Problem

_NEWEST = "SELECT size, root, note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1"
_LAST_SIZE = "SELECT size FROM ledger.witness_state WHERE witness = %s"
# A checkpoint that is no longer there has no cosigners: whoever took it away shall not have them.
_KEEP_LINE = """
INSERT INTO ledger.cosignature (size, witness, line, cosigned_at)
SELECT size, %(witness)s, %(line)s, to_timestamp(%(at)s)
FROM ledger.checkpoint WHERE size = %(size)s AND root = %(root)s
ON CONFLICT DO NOTHING
"""
# Of two gatherers the slower one doesn't take the state back.
_KEEP_STATE = """
INSERT INTO ledger.witness_state AS state (witness, size, root, cosigned_at)
VALUES (%(witness)s, %(size)s, %(root)s, to_timestamp(%(at)s))
ON CONFLICT (witness) DO UPDATE SET
  size = excluded.size, root = excluded.root, cosigned_at = excluded.cosigned_at,
  asked_at = clock_timestamp(), problem = NULL, problem_since = NULL
WHERE state.size <= excluded.size OR state.root IS NULL
"""
# A size without a root is one that the witness named and we have no checkpoint for.
_KEEP_PROBLEM = """
INSERT INTO ledger.witness_state AS state (witness, size, problem, problem_since)
VALUES (%(witness)s, coalesce(%(size)s, 0), %(problem)s, clock_timestamp())
ON CONFLICT (witness) DO UPDATE SET
  size = coalesce(%(size)s, state.size),
  root = CASE WHEN %(size)s IS NULL THEN state.root END,
  asked_at = clock_timestamp(), problem = excluded.problem,
  problem_since = CASE WHEN state.problem = excluded.problem
    THEN state.problem_since ELSE excluded.problem_since END
"""
_COSIGNED = """
SELECT size, p.note, array_agg(c.witness), array_agg(c.line)
FROM ledger.cosignature c JOIN ledger.checkpoint p USING (size)
WHERE size >= %s AND NOT EXISTS (SELECT FROM ledger.witnessed w WHERE w.size = c.size)
GROUP BY size, p.note ORDER BY size
"""
_MARK = "INSERT INTO ledger.witnessed (size) VALUES (%s) ON CONFLICT DO NOTHING"
_WITNESSED = "SELECT coalesce(max(size), 0) FROM ledger.witnessed"


@dataclass(frozen=True, slots=True)
class Head:
    """A signed checkpoint."""

    size: int
    root: bytes
    note: str


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness's line, with its newline, and the time in it."""

    line: str
    at: int


def newest_head(using: str) -> Head | None:
    """The newest checkpoint; None before the first."""
    with connections[using].cursor() as cursor:
        cursor.execute(_NEWEST)
        row = cursor.fetchone()
    return Head(row[0], bytes(row[1]), row[2]) if row else None


def last_size(witness: str, *, using: str) -> int:
    """What a witness last said it has seen; 0 if it never answered."""
    with connections[using].cursor() as cursor:
        cursor.execute(_LAST_SIZE, [witness])
        row = cursor.fetchone()
    return row[0] if row else 0


def keep_cosignature(witness: str, head: Head, cosignature: Cosignature, *, using: str) -> None:
    """Store a checked line; the same witness's second line for a size changes nothing."""
    values: Mapping[str, str | int | bytes] = {
        "witness": witness,
        "size": head.size,
        "root": head.root,
        "line": cosignature.line,
        "at": cosignature.at,
    }
    with transaction.atomic(using), connections[using].cursor() as cursor:
        cursor.execute(_KEEP_LINE, values)
        cursor.execute(_KEEP_STATE, values)


def keep_problem(witness: str, refusal: NotCosigned, *, using: str) -> None:
    """Say since when and why a witness has not cosigned."""
    size = refusal.size if refusal.problem == Problem.LARGER else None
    values = {"witness": witness, "size": size, "problem": str(refusal.problem)}
    with connections[using].cursor() as cursor:
        cursor.execute(_KEEP_PROBLEM, values)


def newest_witnessed(using: str) -> int:
    """The size of the newest checkpoint that a quorum cosigned; 0 before the first."""
    with connections[using].cursor() as cursor:
        cursor.execute(_WITNESSED)
        ((newest,),) = cursor.fetchall()
    return int(newest)


def mark_witnessed(policy: Policy, *, since: int, using: str) -> None:
    """Mark each checkpoint from size ``since`` on whose cosigners are a quorum of the policy.

    Stored lines count only if they hold under the note that is stored now. Called after a line
    was committed, so that of two witnesses' threads the later one sees both.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(_COSIGNED, [since])
        for size, note, names, lines in cursor.fetchall():
            cosigned = {
                name
                for name, line in zip(names, lines, strict=True)
                if _holds(policy.witnesses.get(name), note, line)
            }
            if policy.needs_witnesses and policy.is_met(cosigned):
                cursor.execute(_MARK, [size])


def _holds(witness: Witness | None, note: str, line: str) -> bool:
    try:
        return witness is not None and witness.cosigner.time_of(add_lines(note, [line])) is not None
    except NoteRefused:
        return False

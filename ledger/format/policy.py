"""Whose signatures make a checkpoint valid: C2SP tlog-policy, the form sigsum uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from ledger.format.cosignatures import Cosigner
from ledger.format.note_keys import NoteRefused, Verifier
from ledger.format.notes import Checkpoint, open_note

NONE: Final = "none"
_LINE: Final = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")
_COUNT: Final = re.compile(r"[1-9][0-9]{0,3}")


class PolicyRefused(ValueError):
    """A line that is no rule of a policy; the message names it."""


@dataclass(frozen=True)
class Witness:
    """A party that cosigns: its name in the policy, its key, and where it is asked."""

    name: str
    cosigner: Cosigner
    url: str = ""


@dataclass(frozen=True)
class Group:
    """Counts as cosigned when at least ``least`` of its members do."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """A checkpoint that the log signed, and when which witness cosigned it (POSIX seconds)."""

    checkpoint: Checkpoint
    times: Mapping[str, int]
    is_witnessed: bool


@dataclass
class Policy:
    """The log's keys (several while one takes the other's place), the witnesses, the quorum."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str = ""

    @classmethod
    def parse(cls, text: str) -> Policy:
        """The policy in ``text``; refuses (`PolicyRefused`) with the number of the bad line."""
        policy = cls()
        lines = text.split("\n")
        if lines.pop():
            raise PolicyRefused("The last line doesn't end.")
        for number, line in enumerate(lines, start=1):
            try:
                policy._read(line)
            except (PolicyRefused, NoteRefused) as error:
                raise PolicyRefused(f"Line {number}: {error}") from error
        if not policy.quorum:
            raise PolicyRefused("There is no quorum line.")
        return policy

    @property
    def needs_witnesses(self) -> bool:
        """Whether the log's own signature is not enough."""
        return self.quorum != NONE

    def is_met(self, cosigned: AbstractSet[str]) -> bool:
        """Whether these witnesses, by name, are a quorum."""
        return self.quorum == NONE or self._counts(self.quorum, cosigned)

    def opened(self, note: str) -> Opened:
        """The checkpoint in ``note``; refuses (`NoteRefused`) unless one of the logs signed it.

        A wrong line of a known witness is refused too; lines of unknown parties are ignored.
        """
        checkpoint = Checkpoint.parse(open_note(note, *self.logs))
        if checkpoint.origin not in {log.name for log in self.logs}:
            raise NoteRefused(f"{checkpoint.origin} is another log.")
        found = {name: one.cosigner.time_of(note) for name, one in self.witnesses.items()}
        times = {name: at for name, at in found.items() if at is not None}
        return Opened(checkpoint, times, self.is_met(times.keys()))

    def _counts(self, name: str, cosigned: AbstractSet[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._counts(member, cosigned) for member in group.members) >= group.least

    def _read(self, line: str) -> None:
        if not _LINE.fullmatch(line):
            raise PolicyRefused("A control character.")
        words = [word for word in re.split(r"[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            return
        rules: Mapping[str, Callable[[list[str]], None]] = {
            "log": self._add_log,
            "witness": self._add_witness,
            "group": self._add_group,
            "quorum": self._set_quorum,
        }
        if words[0] not in rules:
            raise PolicyRefused(f"{words[0]!r} is no rule.")
        rules[words[0]](words[1:])

    def _add_log(self, words: list[str]) -> None:
        _check_count(words, {1, 2})
        verifier = Verifier.parse(words[0])
        _check_new(verifier, self.logs)
        self.logs.append(verifier)

    def _add_witness(self, words: list[str]) -> None:
        _check_count(words, {2, 3})
        self._check_name(words[0])
        cosigner = Cosigner.parse(words[1])
        _check_new(cosigner, (one.cosigner for one in self.witnesses.values()))
        self.witnesses[words[0]] = Witness(words[0], cosigner, "".join(words[2:]))

    def _add_group(self, words: list[str]) -> None:
        if len(words) < 3:
            raise PolicyRefused("A group has a name, a number and members.")
        name, least, *members = words
        self._check_name(name)
        taken = {member for group in self.groups.values() for member in group.members}
        for member in members:
            if not self._is_known(member):
                raise PolicyRefused(f"{member!r} is not defined above.")
            if member in taken or members.count(member) > 1:
                raise PolicyRefused(f"{member!r} is in a group already.")
        self.groups[name] = Group(_least(least, len(members)), tuple(members))

    def _set_quorum(self, words: list[str]) -> None:
        _check_count(words, {1})
        if self.quorum:
            raise PolicyRefused("A second quorum line.")
        if words[0] != NONE and not self._is_known(words[0]):
            raise PolicyRefused(f"{words[0]!r} is not defined above.")
        self.quorum = words[0]

    def _check_name(self, name: str) -> None:
        if name == NONE or self._is_known(name):
            raise PolicyRefused(f"The name {name!r} is taken.")

    def _is_known(self, name: str) -> bool:
        return name in self.witnesses or name in self.groups


def _least(text: str, members: int) -> int:
    least = {"any": 1, "all": members}.get(text)
    if least is None:
        least = int(text) if _COUNT.fullmatch(text) else 0
    if not 1 <= least <= members:
        raise PolicyRefused(f"{text!r} of {members} is impossible.")
    return least


def _check_count(words: list[str], allowed: AbstractSet[int]) -> None:
    if len(words) not in allowed:
        raise PolicyRefused("Too many or too few words.")


def _check_new(key: Verifier | Cosigner, known: Iterable[Verifier | Cosigner]) -> None:
    if any(key.key == other.key for other in known):
        raise PolicyRefused("This key stands above already.")

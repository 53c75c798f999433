"""The parts of a consent artefact: each knows its own object, and how to read it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Firm:
    id: UUID
    uscc: str
    name: str

    def claims(self) -> dict[str, Any]:
        return {"id": str(self.id), "uscc": self.uscc, "name": self.name}

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Self:
        return cls(UUID(claims["id"]), claims["uscc"], claims["name"])


@dataclass(frozen=True, slots=True)
class Bank:
    id: UUID
    name: str
    licence: str

    def claims(self) -> dict[str, Any]:
        return {"id": str(self.id), "name": self.name, "licence": self.licence}

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Self:
        return cls(UUID(claims["id"]), claims["name"], claims["licence"])


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often data may be used: ``value`` times per ``unit`` (once, month)."""

    unit: str
    value: int

    def claims(self) -> dict[str, Any]:
        return {"unit": self.unit, "value": self.value}

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Self:
        return cls(claims["unit"], claims["value"])


@dataclass(frozen=True, slots=True)
class Cut:
    """A ceiling that made less of what was asked: the rule's id, and both figures."""

    rule: str
    asked: int
    granted: int

    @property
    def term(self) -> str:
        """What was cut: the middle part of the rule's id (months, days)."""
        return self.rule.split(".")[1]

    def claims(self) -> dict[str, Any]:
        return {"rule": self.rule, "asked": self.asked, "granted": self.granted}

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Self:
        return cls(claims["rule"], claims["asked"], claims["granted"])


@dataclass(frozen=True, slots=True)
class Proof:
    """A passkey's own signature over the terms (WebAuthn assertion), each part in base64url."""

    credential: str
    authenticator_data: str
    client_data: str
    signature: str

    def claims(self) -> dict[str, Any]:
        return {
            "credential": self.credential,
            "authenticator_data": self.authenticator_data,
            "client_data": self.client_data,
            "signature": self.signature,
        }

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Self:
        return cls(**claims)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the signer checked the person: the method, and what ties the check to these terms.

    ``step_digest`` is of the one-time step, ``terms_digest`` of the terms as they were shown, both
    SHA-256 in hex; ``proof`` is what a passkey signed, and None for a code.
    """

    method: str
    step_digest: str
    terms_digest: str
    proof: Proof | None = None

    def claims(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "step_digest": self.step_digest,
            "terms_digest": self.terms_digest,
            "proof": None if self.proof is None else self.proof.claims(),
        }

    @classmethod
    def read(cls, claims: Mapping[str, Any]) -> Self:
        proof = claims["proof"]
        return cls(
            claims["method"],
            claims["step_digest"],
            claims["terms_digest"],
            None if proof is None else Proof.read(proof),
        )

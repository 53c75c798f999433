from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ledger.format.note_keys import NoteRefused, Signer, Verifier, generate_signing_key
from ledger.format.notes import Checkpoint, open_note, sign_note
from tests.ledger.vectors import vectors

SIGNER = Signer("taxbridge.example/ledger", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
TEXT = Checkpoint(SIGNER.name, 7, bytes(32)).text()


def test_a_signed_note_opens() -> None:
    assert open_note(sign_note(TEXT, SIGNER), SIGNER.verifier) == TEXT


def test_the_published_example_opens() -> None:
    example = json.loads((vectors("signed_note") / "c2sp_example.json").read_text())
    verifier = Verifier.parse(example["vkey"])
    assert open_note(example["note"], verifier) == "This is an example message.\n"


def test_published_notes_of_two_signers_open_for_each() -> None:
    found = json.loads((vectors("signed_note") / "golang_sumdb_note.json").read_text())
    note = found["text"] + "\n" + "".join(found["sigs"])
    for vkey in found["vkeys"].values():
        assert open_note(note, Verifier.parse(vkey)) == found["text"]
    for vkey in found["bad_vkeys"]:
        with pytest.raises(NoteRefused):
            Verifier.parse(vkey)


def test_published_malformed_notes_are_refused() -> None:
    found = json.loads((vectors("signed_note") / "golang_sumdb_note.json").read_text())
    text, peter = found["text"], found["sigs"][0]
    verifier = Verifier.parse(found["vkeys"]["PeterNeumann"])
    malformed = [
        text,
        text + "\n",
        text + "\n" + peter[:-1],
        text + "\n" + peter.replace("PeterNeumann", "Bad Name"),
        text + "\n" + peter + "Unexpected line.\n",
    ]
    for note in malformed:
        with pytest.raises(NoteRefused):
            open_note(note, verifier)


def test_published_checkpoint_examples_parse() -> None:
    blocks = json.loads((vectors("c2sp_spec_examples") / "example_blocks.json").read_text())
    (example,) = blocks["tlog-checkpoint.md"]
    checkpoint = Checkpoint.parse(example.partition("\n\n")[0] + "\n")
    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20852163)


def test_every_changed_byte_is_refused() -> None:
    note = sign_note(TEXT, SIGNER)
    raw = note.encode()
    for place in range(len(raw)):
        changed = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(NoteRefused):
            open_note(changed.decode("utf-8", errors="replace"), SIGNER.verifier)


def test_a_control_character_in_a_name_is_refused() -> None:
    """Also in the name of a party that nobody here knows."""
    stranger = "— witness.example\x0fw 3q2+7wAAAAAAAAAA\n"
    assert open_note(sign_note(TEXT, SIGNER) + stranger.replace("\x0f", "/"), SIGNER.verifier)
    with pytest.raises(NoteRefused, match="control"):
        open_note(sign_note(TEXT, SIGNER) + stranger, SIGNER.verifier)


def test_a_lone_surrogate_is_refused() -> None:
    """No file holds one, but JSON spells it: encoding the text would fail later, elsewhere."""
    with pytest.raises(NoteRefused, match="surrogates"):
        open_note(sign_note(TEXT, SIGNER).replace(SIGNER.name, "\ud800", 1), SIGNER.verifier)


def test_a_signature_line_of_another_party_is_ignored() -> None:
    other = Signer("witness.example/w", Ed25519PrivateKey.generate())
    extra = sign_note(TEXT, other).rpartition("\n\n")[2]
    assert open_note(sign_note(TEXT, SIGNER) + extra, SIGNER.verifier) == TEXT
    with pytest.raises(NoteRefused, match="No signature"):
        open_note(sign_note(TEXT, other), SIGNER.verifier)


@pytest.mark.parametrize(
    "size", ["+7", "07", "-7", "7_0", "٧", " 7", "7 ", "7.0", "", "0x7", str(2**63)]
)
def test_a_size_written_otherwise_is_refused(size: str) -> None:
    with pytest.raises(NoteRefused):
        Checkpoint.parse(TEXT.replace("\n7\n", f"\n{size}\n"))


@pytest.mark.parametrize(
    "text",
    [
        TEXT + "extension\n",
        TEXT.removesuffix("\n"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("AAA=", "AAB="),
        TEXT.replace("AAA=", "AAA"),
        TEXT.replace("AAAA", "AA\nAA", 1),
        TEXT.replace(SIGNER.name, ""),
    ],
)
def test_a_checkpoint_written_otherwise_is_refused(text: str) -> None:
    assert Checkpoint.parse(TEXT).size == 7
    with pytest.raises(NoteRefused):
        Checkpoint.parse(text)


def test_a_made_key_signs_what_its_verifier_opens() -> None:
    pem, vkey = generate_signing_key("taxbridge.example/ledger")
    signer = Signer.from_pem("taxbridge.example/ledger", pem)
    assert str(signer.verifier) == vkey
    assert open_note(sign_note(TEXT, signer), Verifier.parse(vkey)) == TEXT


def test_a_key_of_another_kind_is_refused() -> None:
    pem = X25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    with pytest.raises(NoteRefused, match="Ed25519"):
        Signer.from_pem("log", pem)
    with pytest.raises(NoteRefused, match="PEM"):
        Signer.from_pem("log", b"no key")
    with pytest.raises(NoteRefused, match="name"):
        generate_signing_key("two words")

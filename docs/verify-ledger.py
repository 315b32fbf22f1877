#!/usr/bin/env python3
"""Verifies Scellé's ledger without Scellé: Python's own library and the openssl command, nothing else.

    scelle --json ledger show --last 999999999 > ledger.json
    python3 verify-ledger.py ledger.json [checkpoint] [verifier-key]

checkpoint    a signed note (docs/formats.md), by default the latest one of ledger.json; better one that you kept yourself
verifier-key  name+keyid+base64, as published by whoever keeps the ledger; without it the signature is not checked
"""
import base64, hashlib, json, os, subprocess, sys, tempfile


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def root_of(leaves):
    """RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1", root_of(leaves[:half]), root_of(leaves[half:]))


def canonical(entry):
    """RFC 8785, for what entries hold: ASCII keys, strings, whole numbers, booleans."""
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def signature_is_right(text, line, verifier):
    name, key_id, key = verifier.split("+", 2)
    public = base64.b64decode(key)[1:]
    signed = base64.b64decode(line.split(" ")[2])
    if signed[:4].hex() != key_id or sha256(name.encode(), b"\n\1", public)[:4].hex() != key_id:
        return False
    with tempfile.TemporaryDirectory() as folder:
        paths = {part: os.path.join(folder, part) for part in ("text", "signature", "key")}
        spki = bytes.fromhex("302a300506032b6570032100") + public  # RFC 8410
        for part, content in (("text", text), ("signature", signed[4:]), ("key", spki)):
            with open(paths[part], "wb") as file:
                file.write(content)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", paths["key"]]
        command += ["-rawin", "-in", paths["text"], "-sigfile", paths["signature"]]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def main(ledger, checkpoint=None, verifier=None):
    with open(ledger, encoding="utf-8") as file:
        shown = json.load(file)
    note = open(checkpoint, encoding="utf-8").read() if checkpoint else shown["head"]["note"]
    text, signatures = note.split("\n\n", 1)
    _, size, root = text.split("\n")[:3]
    entries = sorted(shown["entries"], key=lambda entry: entry["seq"])[: int(size)]
    checks = {
        f"all {size} entries are there": [entry["seq"] for entry in entries] == list(range(int(size))),
        "they lead to the signed root": root_of([sha256(b"\0", canonical(entry)) for entry in entries])
        == base64.b64decode(root),
    }
    if verifier:
        line = next(line for line in signatures.split("\n") if line.startswith(f"— {verifier.split('+')[0]} "))
        checks["the signature is right"] = signature_is_right((text + "\n").encode(), line, verifier)
    for check, holds in checks.items():
        print("yes" if holds else "NO ", check)
    return 0 if all(checks.values()) else 7


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]) if len(sys.argv) > 1 else __doc__)

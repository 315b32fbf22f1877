#!/usr/bin/env python3
"""Recovers a master key file from shares, without Scellé: formats.md, "Shares of the master key file".

    python3 recover-master-key.py SHARE... > master.json

Nothing but the standard library is needed. Exits with a message where a share is damaged or the digest is another.
"""
import base64, hashlib, json, re, sys

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def read(name):
    whole = b""
    for line in open(name, encoding="utf-8"):
        found = re.match(r"^\s*(\d\d)\s+([0-9A-Za-z ]+)$", line.rstrip("\r\n"))
        if not found:
            continue
        text = found[2].replace(" ", "").upper().translate(str.maketrans("ILO", "110"))
        own, control = text[:-4], text[-4:]
        digest = hashlib.sha256(bytes([int(found[1])]) + own.encode()).digest()
        first20 = int.from_bytes(digest[:3], "big") >> 4
        if control != "".join(LETTERS[first20 >> shift & 31] for shift in (15, 10, 5, 0)):
            sys.exit(f"{name}: line {int(found[1])} is damaged or mistyped")
        number = 0
        for letter in own:
            number = number * 32 + LETTERS.index(letter)
        length = len(own) * 5 // 8
        whole += (number >> len(own) * 5 - length * 8).to_bytes(length, "big")
    if not whole or hashlib.sha256(whole[:-8]).digest()[:8] != whole[-8:]:
        sys.exit(f"{name}: not a whole share")
    return whole[:-8]


def times(a, b):
    """In GF(2^8), modulo x^8 + x^4 + x^3 + x + 1."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = a << 1 ^ (0x11B if a & 128 else 0)
        b >>= 1
    return product


def inverse(a):
    result = 1
    for _ in range(254):
        result = times(result, a)
    return result


shares = [read(name) for name in sys.argv[1:]]
if len({share[1:5] + share[6:40] for share in shares}) != 1:
    sys.exit("these shares are not of one set")
if len({share[5] for share in shares}) < shares[0][7]:
    sys.exit(f"{shares[0][7]} different shares are needed")
values = [share[40:] for share in shares[: shares[0][7]]]
secret = bytearray()
for at in range(len(values[0]) - 1):
    byte = 0
    for value in values:
        term = value[at]
        for other in values:
            if other is not value:
                term = times(term, times(other[-1], inverse(other[-1] ^ value[-1])))
        byte ^= term
    secret.append(byte)

encoded = lambda key: base64.b64encode(key).decode()
entries = [secret[2 + 36 * i : 38 + 36 * i] for i in range(secret[1])]
epochs = [{"epoch": int.from_bytes(entry[:4], "big"), "key": encoded(entry[4:])} for entry in entries]
text = json.dumps({"version": 1, "epochs": epochs, "indexKey": encoded(secret[-32:])}, indent=2) + "\n"
if hashlib.sha256(text.encode()).digest() != shares[0][8:40]:
    sys.exit("the shares do not come together to the file that they announce: one of them was changed")
sys.stdout.write(text)

"""Takes the n-th signature of a PDF out, and what it covers: the way docs/formats.md says, with nothing of ours."""
import re
import sys

pdf, which, signature, covered = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
data = open(pdf, "rb").read()
ranges = re.findall(rb"/ByteRange \[ (\d+) (\d+) (\d+) (\d+) *\]", data)
_, before, start, after = map(int, ranges[which])
hexadecimal = data[before + 1 : start - 1]
der = bytes.fromhex(hexadecimal.decode())
octets = der[1] & 0x7F
length = 2 + octets + int.from_bytes(der[2 : 2 + octets], "big")
open(signature, "wb").write(der[:length])
open(covered, "wb").write(data[:before] + data[start : start + after])

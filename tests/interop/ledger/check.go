// Checks what Scellé publishes of its ledger with the Go project's own packages, golang.org/x/mod/sumdb/note and tlog
// (Debian: golang-golang-x-mod-dev), and nothing of Scellé:
//
//	check FOLDER LOG_KEY WITNESS_KEY OLD_CHECKPOINT PROOF...
//
// FOLDER holds checkpoint and tile/. Every entry bundle is hashed again, every hash read through tlog.TileHashReader, which
// refuses tiles that do not lead to the signed root. OLD_CHECKPOINT is an earlier head of the same log. A PROOF is a
// c2sp.org/tlog-proof@v1.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/ioutil"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Println("REFUSED:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 4 {
		return fmt.Errorf("check FOLDER LOG_KEY WITNESS_KEY OLD_CHECKPOINT PROOF...")
	}
	folder, logKey, witnessKey, oldFile, proofs := args[0], args[1], args[2], args[3], args[4:]
	verifiers, err := verifiersOf(logKey, witnessKey)
	if err != nil {
		return err
	}
	head, signers, err := openHead(filepath.Join(folder, "checkpoint"), verifiers)
	if err != nil {
		return err
	}
	if signers != 2 {
		return fmt.Errorf("checkpoint: %d of 2 signatures", signers)
	}
	fmt.Printf("checkpoint: %d entries, signed by log and witness\n", head.N)

	reader := tlog.TileHashReader(head, tiles{folder})
	root, err := tlog.TreeHash(head.N, reader)
	if err != nil || root != head.Hash {
		return fmt.Errorf("tiles: another root (%v)", err)
	}
	if err := checkBundles(folder, head, reader); err != nil {
		return err
	}
	fmt.Println("tiles and entry bundles: lead to the root")

	old, _, err := openHead(oldFile, verifiers)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(head.N, old.N, reader)
	if err != nil {
		return err
	}
	if err := tlog.CheckTree(proof, head.N, head.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency: %v", err)
	}
	fmt.Printf("consistency: goes on from the head of %d\n", old.N)

	for _, file := range proofs {
		if err := checkProof(file, folder, verifiers); err != nil {
			return fmt.Errorf("%s: %v", filepath.Base(file), err)
		}
	}
	fmt.Printf("inclusion: %d proofs accepted\n", len(proofs))
	return nil
}

func verifiersOf(logKey, witnessKey string) (note.Verifiers, error) {
	log, err := note.NewVerifier(logKey)
	if err != nil {
		return nil, err
	}
	witness, err := newCosigner(witnessKey)
	if err != nil {
		return nil, err
	}
	return note.VerifierList(log, witness), nil
}

// cosigner verifies c2sp.org/tlog-cosignature, version 1, which this note package does not know.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newCosigner(vkey string) (*cosigner, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("witness key malformed")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != 4 {
		return nil, fmt.Errorf("witness key malformed")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if fmt.Sprintf("%x", sum[:4]) != parts[1] {
		return nil, fmt.Errorf("witness key id differs")
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), ed25519.PublicKey(raw[1:])}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }
func (c *cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(sig)
	signed := append([]byte(fmt.Sprintf("cosignature/v1\ntime %d\n", time)), msg...)
	return ed25519.Verify(c.key, signed, sig[8:])
}

func openHead(file string, verifiers note.Verifiers) (tlog.Tree, int, error) {
	text, err := ioutil.ReadFile(file)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	return parseHead(text, verifiers)
}

func parseHead(text []byte, verifiers note.Verifiers) (tlog.Tree, int, error) {
	opened, err := note.Open(text, verifiers)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, 0, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, len(opened.Sigs), err
}

// tiles reads tiles of height 8 as tlog-tiles names them: without the height.
type tiles struct{ folder string }

func (tiles) Height() int                         { return 8 }
func (tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		content, err := ioutil.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		found = append(found, content)
	}
	return found, nil
}

func bundle(folder string, n, size int64) ([][]byte, error) {
	width := size - n*256
	if width > 256 {
		width = 256
	}
	path := tlog.Tile{H: 8, L: -1, N: n, W: int(width)}.Path()
	path = strings.Replace(path, "tile/8/data/", "tile/entries/", 1)
	content, err := ioutil.ReadFile(filepath.Join(folder, path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(content) > 0 {
		length := int(binary.BigEndian.Uint16(content))
		entries = append(entries, content[2:2+length])
		content = content[2+length:]
	}
	if int64(len(entries)) != width {
		return nil, fmt.Errorf("%s: %d entries", path, len(entries))
	}
	return entries, nil
}

func checkBundles(folder string, head tlog.Tree, reader tlog.HashReader) error {
	for n := int64(0); n*256 < head.N; n++ {
		entries, err := bundle(folder, n, head.N)
		if err != nil {
			return err
		}
		var indexes []int64
		for i := range entries {
			indexes = append(indexes, tlog.StoredHashIndex(0, n*256+int64(i)))
		}
		hashes, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, entry := range entries {
			if tlog.RecordHash(entry) != hashes[i] {
				return fmt.Errorf("entry %d: differs from its tile", n*256+int64(i))
			}
		}
	}
	return nil
}

func checkProof(file, folder string, verifiers note.Verifiers) error {
	text, err := ioutil.ReadFile(file)
	if err != nil {
		return err
	}
	split := bytes.Index(text, []byte("\n\n"))
	lines := strings.Split(string(text[:split]), "\n")
	if lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("first line")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil {
		return err
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	head, _, err := parseHead(text[split+2:], verifiers)
	if err != nil {
		return err
	}
	entries, err := bundle(folder, index/256, head.N)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, head.N, head.Hash, index, tlog.RecordHash(entries[index%256]))
}

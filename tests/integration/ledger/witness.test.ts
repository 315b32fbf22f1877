import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtemp, readdir, rm, writeFile, mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPublishedLog } from '../../../src/adapters/witness/published-log.ts'
import { openWitnessPost } from '../../../src/adapters/witness/post.ts'
import { serveWitness } from '../../../src/adapters/witness/server.ts'
import { createWitnessState, openWitnessState } from '../../../src/adapters/witness/state.ts'
import { askWitnesses, type Witness } from '../../../src/commands/ask-witnesses.ts'
import { guardLedger } from '../../../src/commands/guard-ledger.ts'
import { proveEntry, proveFromPublished } from '../../../src/commands/prove-entry.ts'
import {
  answerOf,
  type WitnessDesk,
  witnessHead,
  witnessPublished,
} from '../../../src/commands/witness-head.ts'
import { cosignaturesOf, cosignerOf, formatCosignerKey } from '../../../src/ledger/cosignature.ts'
import { formatVerifierKey, verifierOf } from '../../../src/ledger/note.ts'
import { parseProof, verifyProof } from '../../../src/ledger/tlog-proof.ts'
import { leafHash } from '../../../src/ledger/tree.ts'
import { witnessPath } from '../../../src/ledger/witnessing.ts'
import { buildChecker, noGo } from '../../interop/ledger/checker.ts'
import { signerOf } from '../../unit/ledger/signers.ts'
import { type LedgerHouse, openLedgerHouse, restoreOlder } from './ledger-house.ts'

let house: LedgerHouse
let folder: string
let stop: (() => Promise<void>)[]
beforeEach(async () => {
  house = await openLedgerHouse()
  folder = await mkdtemp(path.join(tmpdir(), 'scelle-witness-'))
  stop = []
})
afterEach(async () => {
  for (const one of stop) await one()
  await house.close()
  await rm(folder, { recursive: true, force: true })
})

const grow = async (count: number) => {
  await house.happen(count)
  await house.extend()
  await house.publish()
}

/** A witness on HTTP, with a key and a memory of its own. */
async function startWitness(name = 'witness.example.org', number = 2, required = true) {
  const state = path.join(folder, name)
  await createWitnessState(state)
  const desk: WitnessDesk = {
    state: openWitnessState(state),
    signer: signerOf(name, number),
    logs: [verifierOf(house.signer)],
    clock: house.clock,
  }
  const server = await serveWitness({
    ...{ host: '127.0.0.1', port: 0, state: desk.state },
    answer: async (request) => answerOf(await witnessHead(request, desk)),
    report: (error) => {
      throw error
    },
  })
  stop.push(() => server.close())
  const url = `http://127.0.0.1:${server.port}`
  const cosigner = cosignerOf(desk.signer)
  const witness: Witness = { cosigner, required, post: openWitnessPost(name, url) }
  return { desk, url, cosigner, witness, folder: state }
}
const ask = (...witnesses: Witness[]) => askWitnesses(witnesses, { ledger: house.ledger })

/** The archive's files, as somebody copied them into a folder. */
async function copied(): Promise<string> {
  const place = path.join(folder, 'copy')
  for (const key of await house.keys()) {
    const file = path.join(place, ...key.split('/').slice(1))
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, (await house.read(key))!)
  }
  return place
}

test('a witness signs each head once it is published, and the archives show it', async () => {
  const { witness, cosigner, url } = await startWitness()
  await grow(7)
  expect(await ask(witness)).toBe(1)
  expect(await ask(witness)).toBe(0)
  await grow(300)
  expect(await ask(witness)).toBe(1)
  await house.publish()
  const shown = (await house.read('ledger/checkpoint', house.archives.south))!
  expect(cosignaturesOf(shown, [cosigner])).toHaveLength(1)
  const own = await fetch(`${url}/${witnessPath(house.signer.name)}`)
  expect(await own.text()).toBe(shown.toString())
  expect((await house.verify()).findings).toEqual([])
})

test('a witness that saw more by other ways is told where it is, and goes on from there', async () => {
  const { desk, witness } = await startWitness()
  await grow(7)
  expect(await witnessPublished(openPublishedLog(await copied()), desk)).toMatchObject({
    status: 200,
    size: 7,
  })
  await grow(5)
  expect(await ask(witness)).toBe(1)
})

test('a witness looks at a folder of tiles by itself, and refuses one that shrank', async () => {
  const { desk } = await startWitness()
  await grow(300)
  expect(await witnessPublished(openPublishedLog(await copied()), desk)).toMatchObject({ size: 300 })
  await grow(400)
  const log = openPublishedLog(await copied())
  expect(await witnessPublished(log, desk)).toMatchObject({ status: 200, size: 700 })
  const older = { ...log, checkpoint: async () => (await house.read('ledger/checkpoints/0000000000000300'))! }
  expect(await witnessPublished(older, desk)).toMatchObject({ status: 409, kept: 700, reason: 'log-shrank' })
})

test.each([
  ['larger', 12],
  ['as large', 10],
])(
  'two heads that disagree are never signed: the second history (%s) is refused, and stops the ledger',
  async (_, count) => {
    const { witness, desk } = await startWitness()
    await grow(10)
    await ask(witness)
    await restoreOlder(house.database, 0)
    const elsewhere = await openOtherArchives()
    await house.happen(count, 2)
    await house.extend()
    await house.publish(elsewhere)
    await expect(ask(witness)).rejects.toMatchObject({
      code: 'ledger-contradicts-published',
      facts: { place: 'witness/witness.example.org' },
    })
    expect((await desk.state.read()).heads.get(house.signer.name)?.size).toBe(10)
  },
)

test('a required witness that knows a larger head keeps the ledger from going on; another one only complains', async () => {
  const required = await startWitness()
  const other = await startWitness('other.example.org', 3, false)
  await grow(10)
  await ask(required.witness, other.witness)
  await restoreOlder(house.database, 0)
  const elsewhere = await openOtherArchives()
  await house.happen(4, 2)
  await house.extend()
  await house.publish(elsewhere)
  await expect(ask(other.witness)).rejects.toMatchObject({ code: 'witness-refused' })
  const guard = guardLedger(house.publisher(elsewhere))
  await expect(askWitnesses([required.witness], { ledger: house.ledger, guard })).rejects.toMatchObject({
    code: 'ledger-older-than-published',
  })
  await house.happen(1)
  await expect(house.extend(guard)).rejects.toMatchObject({ code: 'ledger-older-than-published' })
})

test('one witness that is away keeps no other from signing', async () => {
  const { witness, cosigner } = await startWitness()
  await grow(3)
  const gone: Witness = {
    cosigner: cosignerOf(signerOf('gone.example.org', 4)),
    required: true,
    post: openWitnessPost('gone.example.org', 'http://127.0.0.1:9'),
  }
  await expect(ask(gone, witness)).rejects.toMatchObject({ code: 'witness-away' })
  expect(await house.ledger.latestCosignatures()).toMatchObject([{ witness: cosigner.name, size: 3 }])
})

test.skipIf(noGo)(
  "Go's sumdb packages accept what is in the archive, and a proof out of the database",
  async () => {
    const { witness, cosigner, desk } = await startWitness()
    await grow(300)
    await grow(300)
    await ask(witness)
    await house.publish()
    const place = await copied()
    const { proof } = await proveEntry(511, { ...house, required: [cosigner] })
    await writeFile(path.join(place, 'proof'), proof)
    const go = await buildChecker()
    stop.push(() => go.close())
    const keys = [formatVerifierKey(house.signer), formatCosignerKey(desk.signer)]
    const old = path.join(place, 'checkpoints/0000000000000300')
    const { accepted, said } = await go.check(place, ...keys, old, path.join(place, 'proof'))
    expect(accepted, said).toBe(true)
  },
)

describe('a proof', () => {
  test('waits for the witnesses that are required', async () => {
    const { witness, cosigner } = await startWitness()
    await grow(3)
    const given = { ledger: house.ledger, signer: house.signer, required: [cosigner] }
    await expect(proveEntry(1, given)).rejects.toMatchObject({ code: 'entry-not-published' })
    await ask(witness)
    await grow(3)
    const { proof, entry, size } = await proveEntry(1, given)
    expect(size).toBe(3)
    const parsed = parseProof(proof)
    expect(verifyProof(parsed, leafHash(entry), [verifierOf(house.signer)]).size).toBe(3)
    expect(cosignaturesOf(parsed.checkpoint, [cosigner])).toHaveLength(1)
    await expect(proveEntry(4, given)).rejects.toMatchObject({ code: 'entry-not-published' })
    await expect(proveEntry(99, given)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('is the same out of the tiles and out of the database', async () => {
    await grow(600)
    const log = openPublishedLog(await copied())
    for (const seq of [0, 255, 256, 511, 599]) {
      const out = await proveEntry(seq, house)
      expect(await proveFromPublished(seq, log, [verifierOf(house.signer)])).toEqual(out)
    }
  })
})

describe('the memory of a witness', () => {
  // A name like others.
  const heads = (size: number) =>
    new Map([['__proto__', { size, root: Buffer.alloc(32, size), note: 'note' }]])

  test('is there, or nothing is signed', async () => {
    await expect(openWitnessState(path.join(folder, 'none')).read()).rejects.toMatchObject({
      code: 'witness-state-missing',
    })
  })

  test('is made once', async () => {
    const place = path.join(folder, 'state')
    await createWitnessState(place)
    await expect(createWitnessState(place)).rejects.toMatchObject({ code: 'already-registered' })
  })

  test('of two who go on from the same, one is told that it came too late', async () => {
    const place = path.join(folder, 'state')
    await createWitnessState(place)
    const [one, other] = [openWitnessState(place), openWitnessState(place)]
    const before = await one.read()
    const kept = await Promise.all([one.replace(before, heads(1)), other.replace(before, heads(2))])
    expect(kept.filter(Boolean)).toHaveLength(1)
    for (let size = 3; size < 9; size++) expect(await one.replace(await one.read(), heads(size))).toBe(true)
    expect(await other.replace(before, heads(99))).toBe(false)
    expect((await other.read()).heads).toEqual(heads(8))
    expect((await readdir(place)).length).toBeLessThan(5)
  })

  test('that is damaged is not taken for an empty one', async () => {
    const place = path.join(folder, 'state')
    await createWitnessState(place)
    await writeFile(path.join(place, '000000000002.json'), '{"version":1,"heads":{"a":{}}}')
    await expect(openWitnessState(place).read()).rejects.toMatchObject({ code: 'witness-state-invalid' })
  })
})

test('a witness knows nothing at an address that is none, and is at no fault', async () => {
  const { url } = await startWitness()
  expect((await fetch(`${url}//`)).status).toBe(404)
  expect((await fetch(`${url}/%`)).status).toBe(404)
})

test('a published log that never ends, or breaks off, is unreadable and no fault of ours', async () => {
  const megabyte = Buffer.alloc(1 << 20)
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-length': 1 << 30 })
    if (request.url!.endsWith('/checkpoint')) response.write(megabyte, () => request.socket.destroy())
    else for (let sent = 0; sent < 20; sent++) response.write(megabyte)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  stop.push(async () => {
    server.closeAllConnections()
    server.close()
  })
  const log = openPublishedLog(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  await expect(log.checkpoint()).rejects.toMatchObject({ code: 'input-unreadable' })
  await expect(log.tile({ level: 0, index: 0, width: 256 })).rejects.toMatchObject({
    ...{ code: 'input-unreadable', facts: { reason: 'too-long' } },
  })
})

/** Archives that know nothing of the first history. */
async function openOtherArchives() {
  const other = await openLedgerHouse()
  stop.push(() => other.close())
  return other.archives
}

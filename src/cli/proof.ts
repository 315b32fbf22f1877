import path from 'node:path'
import type { Command } from 'commander'
import { makeProof } from '../commands/make-proof.ts'
import type { ProofSubject } from '../proof/proof-file.ts'
import type { Desk } from './desk.ts'
import { refuseExisting, shellWord, writeNew } from './files.ts'
import { batchId, count, documentId, type Frame, noun, patientId, required } from './frame.ts'

const idOf = { document: documentId, batch: batchId, patient: patientId } as const

export function addProof(program: Command, { help: { proof: help }, act }: Frame): void {
  const proof = noun(program, 'proof', help.noun)
  for (const kind of ['document', 'batch', 'patient'] as const) {
    proof
      .command(kind)
      .description(help[kind])
      .argument('<ID>', help.id, idOf[kind])
      .addOption(required('--out <FILE>', help.out))
      .option('--since <N>', help.since, count)
      .action(act((desk, given: Given, id: string) => make(desk, { kind, id }, given)))
  }
}

type Given = { readonly out: string; readonly since?: number }

async function make(desk: Desk, subject: ProofSubject, { out, since }: Given): Promise<void> {
  await refuseExisting(out)
  const { proof: say } = desk.say
  const progress = desk.progress(say.collecting)
  const room = (await desk.house()).proofRoom()
  const made = await makeProof(await desk.organisation(), subject, room, {
    since,
    progress: (done, total) => progress.at(done, total),
  }).finally(() => progress.end())
  await writeNew(out, Buffer.from(made.file))
  const { file, ...figures } = made
  desk.answer({ ...figures, subject, file: path.resolve(out), bytes: file.length }, () =>
    [
      `✓ ${say.written(shellWord(out), made.entries, made.size)}`,
      ...(made.waiting > 0 ? [`• ${say.waiting(made.waiting)}`] : []),
      ...(made.isTimed ? [] : [`• ${say.untimed}`]),
    ].join('\n'),
  )
}

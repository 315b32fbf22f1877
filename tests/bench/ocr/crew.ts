import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, Question } from './questions.ts'

const workerFile = fileURLToPath(new URL('./worker.ts', import.meta.url))

/** A worker of ours in a process of its own: one question at a time. */
export type Worker = {
  /** @throws what it failed of */
  ask<Kind extends Question['kind']>(
    question: Extract<Question, { kind: Kind }>,
  ): Promise<Extract<Answer, { kind: Kind }>>
  end(): void
}

export async function startWorker(): Promise<Worker> {
  const child: ChildProcess = fork(workerFile, {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('a worker ended')
  })
  ended.catch(() => {})
  const next = async (): Promise<Answer> => {
    const said = Promise.withResolvers<Answer>()
    child.once('message', (answer) => said.resolve(answer as Answer))
    return Promise.race([said.promise, ended])
  }
  await next()
  return {
    async ask(question) {
      child.send(question)
      const said = await next()
      if (said.kind === 'failed') throw new Error(said.why)
      return said as Extract<Answer, { kind: typeof question.kind }>
    },
    end: () => void child.kill(),
  }
}

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

// What comes before the slow tests: every `check:…` script of package.json. All of them run, whatever fails, so that
// one read shows all that is wrong.

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
const steps = Object.entries(scripts).filter(([name]) => name.startsWith('check:'))

/** Runs a command and keeps what it says. */
function run(command: string): Promise<{ code: number; said: string }> {
  const color = process.stdout.isTTY && !process.env.NO_COLOR
  const env = { ...process.env, ...(color ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) }
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, env })
    let said = ''
    const hear = (chunk: Buffer) => (said += chunk.toString())
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, said: said.trim() }))
  })
}

const failed: string[] = []
for (const [name, command] of steps) {
  const started = performance.now()
  const { code, said } = await run(command)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const step = name.slice('check:'.length)
  // The steps of our own end with what they counted, which shows that they looked at something.
  const counted = command.startsWith('node scripts/') ? said.split('\n').at(-1) : ''
  console.log(`${code === 0 ? '✓' : '✗'} ${step} (${seconds} s) ${counted}`.trimEnd())
  if (code === 0) continue
  failed.push(step)
  console.log(said)
}
console.log(failed.length === 0 ? 'check: all passed' : `check: failed: ${failed.join(', ')}`)
process.exit(failed.length === 0 ? 0 : 1)

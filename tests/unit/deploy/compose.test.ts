import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { Settings } from '../../../src/settings/settings.ts'

// No container engine is asked: what can be seen in the files alone must be right in them.

type Service = {
  image: string
  command?: string[]
  secrets?: (string | { source: string; target: string })[]
  volumes?: string[]
  networks: string[]
  mem_limit?: string
}

const text = (file: string): string => readFileSync(file, 'utf8')
const compose = parse(text('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
  secrets: Record<string, { file: string }>
}
const services = Object.entries(compose.services)
const ours = services.filter(([, { image }]) => image.startsWith('scelle'))
const dockerfile = text('Dockerfile')

/** The configuration of the containers, and the secret files that it reads. */
function configuration(): { settings: Settings; secrets: string[] } {
  const secrets: string[] = []
  const value: unknown = JSON.parse(text('deploy/scelle.json'), (_, one: unknown) => {
    const file = (one as { file?: string } | null)?.file
    if (typeof file === 'string') secrets.push(path.basename(file))
    return typeof file === 'string' ? 'a-secret' : one
  })
  return { settings: Settings.parse(value), secrets: [...new Set(secrets)].sort() }
}

test.each(ours)('%s runs a program that the image has', (_, { command }) => {
  const [program] = command!
  expect(existsSync(program!)).toBe(true)
  expect(dockerfile).toContain(`COPY ${program!.split('/')[0]} `)
})

test.each(ours)('%s is given every secret that its configuration reads, and no other', (_, { secrets }) => {
  const given = secrets!.map((one) => (typeof one === 'string' ? one : one.target))
  expect(given.sort()).toEqual(configuration().secrets)
})

test('secrets are those that are drawn', () => {
  const drawn = [...text('deploy/make-secrets.sh').matchAll(/\bput ([\w.-]+)/g)].map(([, name]) => name)
  for (const { file } of Object.values(compose.secrets)) expect(drawn).toContain(path.basename(file))
})

test('only the installation knows the owner of the tables', () => {
  const owners = services.filter(([, { secrets = [] }]) => secrets.includes('owner-url'))
  expect(owners.map(([name]) => name)).toEqual(['init'])
})

test.each(services)('what %s keeps is in a volume that is declared', (_, { volumes = [] }) => {
  for (const volume of volumes) {
    const [source] = volume.replace(/\$\{\w+:-(\w+)\}/, '$1').split(':')
    expect(compose.volumes).toHaveProperty(source!)
  }
})

test.each(['page', 'document'] as const)(
  'the container of %s has room for all that its settings let it take',
  (kind) => {
    const { parsing, workers } = configuration().settings
    // Beside its readers the worker itself needs some 500 MB.
    const gigabytes = (workers[kind] * parsing.memoryMegabytes + 512) / 1024
    expect(Number.parseFloat(compose.services[kind]!.mem_limit!)).toBeGreaterThanOrEqual(gigabytes)
  },
)

test('the image has the Node that the tests ran on', () => {
  const { devDependencies } = JSON.parse(text('package.json')) as { devDependencies: { node: string } }
  const versions = [...dockerfile.matchAll(/^FROM node:([\d.]+)-/gm)].map(([, version]) => version)
  expect(new Set(versions)).toEqual(new Set([devDependencies.node]))
})

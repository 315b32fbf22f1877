import { expect, test } from 'vitest'
import { draftConfiguration, fillMeIn, unfilled } from '../../../src/cli/configuration-draft.ts'
import { Settings } from '../../../src/settings/settings.ts'

const answers = {
  language: 'fr',
  ownerUrl: 'postgresql://owner:secret@db.example:5432/scelle',
  redisUrl: undefined,
  storage: { endpoint: 'https://s3.example', accessKeyId: 'id', secretAccessKey: 'key' },
} as const

test('drafts a configuration that the settings accept, with a password of its own for each role', () => {
  const settings = Settings.parse(draftConfiguration(answers))
  const [app, system] = [settings.database.appUrl, settings.database.systemUrl].map((url) => new URL(url))
  expect([app!.username, system!.username]).toEqual(['scelle_app', 'scelle_system'])
  expect(new Set([app!.password, system!.password, 'secret']).size).toBe(3)
  expect(settings.queue).toMatchObject({ backend: 'postgres', url: settings.database.systemUrl })
  expect(unfilled(settings)).toEqual([])
})

test('names every setting that is still to be filled in', () => {
  const draft = draftConfiguration({ ...answers, storage: { ...answers.storage, secretAccessKey: fillMeIn } })
  expect(unfilled(draft)).toEqual(['staging.secretAccessKey', 'archives.main.secretAccessKey'])
})

test('refuses what is no address before anything is written', () => {
  expect(() => draftConfiguration({ ...answers, ownerUrl: 'db.example' })).toThrow('not-a-url')
})

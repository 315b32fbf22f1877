import { describe, expect, test } from 'vitest'
import { type ChecksumName, startChecksum } from '../../../src/devstack/s3/checksums.ts'
import { readRange } from '../../../src/devstack/s3/reading.ts'
import type { S3Request } from '../../../src/devstack/s3/request.ts'
import { route } from '../../../src/devstack/s3/router.ts'
import { child, element, fields, parseXml, textAt, xmlDocument } from '../../../src/devstack/s3/xml.ts'

describe('checksums', () => {
  // "Check" values of the CRC catalogue (reveng.sourceforge.io), for the ASCII digits 1 to 9.
  test.each<[ChecksumName, string]>([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
    ['sha1', 'f7c3bc1d808e04732adf679965ccc34ca7ae3441'],
  ])('%s gives its published check value, in one piece or in two', (name, expected) => {
    const whole = startChecksum(name)
    whole.update(Buffer.from('123456789'))
    const inTwo = startChecksum(name)
    inTwo.update(Buffer.from('1234'))
    inTwo.update(Buffer.from('56789'))
    expect(whole.digest().toString('hex')).toBe(expected)
    expect(inTwo.digest().toString('hex')).toBe(expected)
  })
})

describe('XML', () => {
  test('reads back what it writes, whatever the key', () => {
    const key = ' a<b>&"é\'\r\n]]> '
    const text = xmlDocument('Delete', element('Object', fields({ Key: key, VersionId: undefined })))
    const object = child(parseXml(text), 'Object')
    expect(child(object, 'Key')?.text).toBe(key)
    expect(textAt(object, 'VersionId')).toBeUndefined()
  })

  test('reads namespaces, comments, empty elements and character references', () => {
    const node = parseXml('<?xml version="1.0"?><R xmlns="http://x/"><!-- c --><E/><M>a&#x41;&#66;</M></R>')
    expect(node.children.map(({ name }) => name)).toEqual(['E', 'M'])
    expect(textAt(node, 'M')).toBe('aAB')
  })

  test.each(['', '<a>', '<a></b>', '<a/><b/>', '</a>', '<!DOCTYPE a [<!ENTITY x "y">]><a/>', '<a><'])(
    'refuses %s',
    (text) => {
      expect(() => parseXml(text)).toThrow()
    },
  )
})

describe('ranges', () => {
  test.each([
    ['bytes=0-9', { from: 0, to: 9 }],
    ['bytes=90-', { from: 90, to: 99 }],
    ['bytes=-5', { from: 95, to: 99 }],
    ['bytes=50-500', { from: 50, to: 99 }],
    ['bytes=9-2', undefined],
    ['bytes=-', undefined],
    ['lines=1-2', undefined],
  ])('%s of 100 bytes', (text, expected) => {
    expect(readRange(text, 100)).toEqual(expected)
  })

  test('refuses a range that begins after the end', () => {
    expect(() => readRange('bytes=100-', 100)).toThrow()
  })
})

describe('routing', () => {
  const ask = (method: string, bucket: string, key: string, query: Record<string, string> = {}) =>
    route({ method, bucket, key, query: new Map(Object.entries(query)) } as unknown as S3Request)

  test('tells operations apart by their subresource', () => {
    expect(ask('GET', '', '')).toBe('ListBuckets')
    expect(ask('GET', 'b', '', { versions: '', prefix: 'p' })).toBe('ListObjectVersions')
    expect(ask('PUT', 'b', 'k', { 'x-id': 'PutObject' })).toBe('PutObject')
    expect(ask('PUT', 'b', 'k', { uploadId: 'u', partNumber: '1' })).toBe('UploadPart')
    expect(ask('DELETE', 'b', 'k', { versionId: 'v' })).toBe('DeleteObject')
  })

  test('never takes a subresource that it does not know for the object itself', () => {
    expect(ask('DELETE', 'b', 'k', { tagging: '' })).toBeUndefined()
    expect(ask('PUT', 'b', '', { policy: '' })).toBeUndefined()
    expect(ask('GET', 'b', '', { uploads: '', versions: '' })).toBeUndefined()
  })
})

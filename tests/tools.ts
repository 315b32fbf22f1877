import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that some suites compare ours with, the Debian package of each, and the suites that need it. */
export const tools = {
  'redis-server': { package: 'redis-server', suites: 'the queue on Redis' },
  pdftotext: { package: 'poppler-utils', suites: 'the text of PDFs as others read it' },
  pdfsig: { package: 'poppler-utils', suites: 'signatures of certificates as others check them' },
  certutil: { package: 'libnss3-tools', suites: 'signatures of certificates as others check them' },
  qpdf: { package: 'qpdf', suites: 'the structure of PDFs as others check it' },
  tesseract: { package: 'tesseract-ocr-fra', suites: 'recognition by the program tesseract' },
  python3: { package: 'python3', suites: 'recovering a master key without our programs' },
  'softhsm2-util': { package: 'softhsm2', suites: 'keys in an HSM' },
  chromium: { package: 'chromium', suites: 'the verifier page in a browser' },
  go: {
    package: 'golang-go golang-golang-x-mod-dev',
    suites: 'the published ledger as the packages of the Go project read it',
  },
  openssl: { package: 'openssl', suites: 'opening envelopes with stock tools' },
  radosgw: { package: 'radosgw', suites: 'the object store on a real Ceph' },
  'ceph-mon': { package: 'ceph-mon', suites: 'the object store on a real Ceph' },
  'ceph-osd': { package: 'ceph-osd', suites: 'the object store on a real Ceph' },
} as const satisfies Record<string, { package: string; suites: string }>

export type Tool = keyof typeof tools

/** Is the program in the PATH? For `describe.skipIf(!isInstalled('qpdf'))`: `npm test` says what is left out. */
export function isInstalled(tool: Tool): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

// Who may import whom (ARCHITECTURE.md, "The import rule"). Type imports count too.

const npm = ['npm', 'npm-dev', 'npm-optional', 'npm-peer']

/** The libraries that each room of adapters is there to wrap. A new room names its own here. */
const librariesOf = {
  barcodes: ['zxing-wasm', 'sharp'],
  bullmq: ['bullmq', 'ioredis', 'pg'],
  images: ['sharp'],
  keys: ['shamir-secret-sharing'],
  pdf: ['@cantoo/pdf-lib', '@cantoo/fontkit', 'bwip-js', 'sharp'],
  postgres: ['kysely', 'pg'],
  s3: ['@aws-sdk/client-s3', '@smithy'],
  splitting: ['@cantoo/pdf-lib', '@hyzyla/pdfium', 'sharp'],
  tar: ['tar-stream'],
  tesseract: ['tesseract.js', 'sharp'],
}

const own = (libraries) => libraries.map((library) => `(^|/)node_modules/${library.replace('.', '\\.')}/`)
const zod = own(['zod'])
const rules = '^src/domain/'
const proofs = '^src/(ledger|envelope|proof)/'
const ports = '^src/(ports|evidence-ports|key-ports|records|plumbing)\\.ts$'

/** A room that may import what is listed, its own files, and nothing else at all. */
const room = (name, path, allowed) => ({
  name,
  comment: `${name}: what this room may import is listed in ARCHITECTURE.md`,
  severity: 'error',
  from: { path },
  to: { pathNot: [path, ...allowed] },
})

export default {
  forbidden: [
    room('domain-is-pure', rules, [...zod, '^(node:)?crypto$']),
    room('ledger-is-pure', '^src/ledger/', [
      '^src/domain/failure\\.ts$',
      '^(node:)?(crypto|stream)(/|$)',
      ...own(['canonicalize']),
    ]),
    room('proof-is-pure', '^src/proof/', [
      rules,
      '^src/ledger/',
      '^(node:)?crypto$',
      ...zod,
      ...own(['fflate']),
    ]),
    {
      name: 'the-verifier-knows-proofs-only',
      comment: 'what the page is made of is bundled into it: its libraries are needed nowhere else',
      severity: 'error',
      from: { path: '^src/verifier/' },
      to: { path: '^(src|workers)/', pathNot: ['^src/(verifier|proof|ledger)/', rules] },
    },
    room('envelope-is-pure', '^src/envelope/', [
      '^src/domain/failure\\.ts$',
      '^(node:)?(crypto|stream)(/|$)',
    ]),
    room('ports-know-the-domain-only', ports, [rules, ...zod, '^(node:)?stream(/|$)']),
    room('stages-touch-ports-only', '^src/stages/', [
      rules,
      proofs,
      ports,
      ...zod,
      '^(node:)?(crypto|stream|path)(/|$)',
    ]),
    room('commands-touch-ports-only', '^src/commands/', [
      '^src/stages/',
      rules,
      proofs,
      ports,
      ...zod,
      '^(node:)?(crypto|stream|path)(/|$)',
    ]),
    room('settings-stand-alone', '^src/settings/', [
      rules,
      ...zod,
      '^config/',
      '^(node:)?(crypto|fs|os|path|process|url)(/|$)',
    ]),
    {
      name: 'adapters-know-no-stage-and-no-other-adapter',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^(src|workers|tests|fixtures)/', pathNot: ['^src/adapters/$1/', rules, proofs, ports] },
    },
    ...Object.entries(librariesOf).map(([name, libraries]) => ({
      name: `adapter-${name}-has-its-own-libraries`,
      severity: 'error',
      from: { path: `^src/adapters/${name}/` },
      to: { dependencyTypes: npm, pathNot: [...own(libraries), ...zod] },
    })),
    {
      name: 'adapter-without-a-library',
      comment: 'a room of adapters that needs a library names it in .dependency-cruiser.mjs',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: `^src/adapters/(${Object.keys(librariesOf).join('|')})/` },
      to: { dependencyTypes: npm, pathNot: zod },
    },
    {
      name: 'only-compose-builds-adapters',
      severity: 'error',
      from: {
        path: '^(src|workers)/',
        pathNot: ['^src/adapters/', '^src/(compose|install|keyring|witnesses)\\.ts$'],
      },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'faces-do-not-know-each-other',
      severity: 'error',
      from: { path: '^(src/cli|src/api|src/web|workers)/' },
      to: { path: '^(src/cli|src/api|src/web|workers)/', pathNot: '^$1/' },
    },
    {
      name: 'faces-stand-on-compose',
      severity: 'error',
      from: { path: '^(src/cli|workers)/' },
      to: {
        path: '^src/',
        pathNot: [
          '^src/cli/',
          '^src/(compose|install|witnesses)\\.ts$',
          '^src/(stages|commands|domain|proof|settings)/',
          ports,
        ],
      },
    },
    {
      name: 'the-product-does-not-know-its-development-stack',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '^src/devstack/' },
      to: { path: '^src/devstack/' },
    },
    {
      name: 'the-product-does-not-know-its-tests',
      severity: 'error',
      from: { path: '^(src|workers)/' },
      to: { path: '^(tests|fixtures|scripts)/' },
    },
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-dependency-in-the-product',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '^src/verifier/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}

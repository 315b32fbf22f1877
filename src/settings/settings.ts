import { z } from 'zod'
import { algorithmNames } from '../domain/algorithms.ts'

const Text = z.string().min(1)
const ObjectIdentifier = z.string().regex(/^[0-2](\.(0|[1-9]\d*))+$/)
/** At most what a timer can wait, 24 days: with more it would not wait at all. */
const Seconds = z
  .number()
  .positive()
  .max((2 ** 31 - 1) / 1000)
const Minutes = z.number().positive()

/** A bucket of an S3-compatible storage. */
const BucketSettings = z.strictObject({
  endpoint: z.url({ protocol: /^https?$/ }),
  region: Text.default('fr-par'),
  bucket: Text,
  accessKeyId: Text,
  secretAccessKey: Text,
  forcePathStyle: z.boolean().default(true),
})

/** The 30 countries of the European Economic Area (ISO 3166-1 alpha-2). */
const eea = 'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO'.split(
  ' ',
)

export const Settings = z.strictObject({
  $schema: z.string().optional(),
  /** Refuses test identities; only demonstrations and tests turn it off. */
  production: z.boolean().default(true),
  language: z.enum(['fr', 'en']).default('fr'),
  /** Id of the organisation that commands act for when none is named. */
  organisation: z.uuid().optional(),
  database: z.strictObject({
    /** Role confined to one organisation by row-level security. */
    appUrl: Text,
    /** Role of dispatcher, sweeper and sequencer, which cross organisations. */
    systemUrl: Text,
    /** Owner of the tables: needed by `scelle init` only. */
    ownerUrl: Text.optional(),
  }),
  queue: z.discriminatedUnion('backend', [
    z.strictObject({ backend: z.literal('redis'), url: Text, prefix: Text.default('scelle') }),
    z.strictObject({ backend: z.literal('postgres'), url: Text, prefix: Text.default('scelle') }),
  ]),
  keys: z
    .strictObject({
      /** Where new master keys are made. Both may be configured, while keys are moved from one to the other. */
      provider: z.enum(['local', 'pkcs11']).default('local'),
      /** File of the local master keys. */
      master: Text.optional(),
      /** File of the key that signs checkpoints, or of its public half when an HSM holds it. */
      ledger: Text,
      /** An HSM, through its vendor's PKCS #11 library. */
      pkcs11: z
        .strictObject({
          module: Text,
          /** Label of the token. */
          token: Text,
          /** Holds the PIN and nothing else; its owner's alone. */
          pinFile: Text,
          /** How keys are called in the token; the epoch follows the master's. */
          labels: z
            .strictObject({
              master: Text.default('scelle-master'),
              index: Text.default('scelle-index'),
              ledger: Text.default('scelle-ledger'),
              certificates: Text.default('scelle-certificates'),
            })
            .prefault({}),
          /** Opened by each process; so many things are asked at once. */
          sessions: z.number().int().min(1).max(64).default(2),
          /** A token that has not answered for so long counts as away. */
          timeoutSeconds: Seconds.default(10),
        })
        .optional(),
    })
    .refine(({ provider, master }) => provider !== 'local' || master !== undefined, {
      path: ['master'],
      error: 'missing',
    })
    .refine(({ provider, pkcs11 }) => provider !== 'pkcs11' || pkcs11 !== undefined, {
      path: ['pkcs11'],
      error: 'missing',
    }),
  staging: z.strictObject({
    ...BucketSettings.shape,
    /** Batches wait outside when those being worked on may fill so much (1 GB = 10^9 bytes). Without it, none waits. */
    capacityGigabytes: z.number().positive().optional(),
  }),
  /** By the name that hosts are registered with (`scelle host add --storage NAME`). */
  archives: z.record(z.string(), BucketSettings),
  inbox: z
    .strictObject({
      directory: Text,
      /** A folder without a .done marker is whole when nothing in it changed for so long. */
      quietSeconds: Seconds.default(30),
      pollSeconds: Seconds.default(2),
    })
    .optional(),
  recognition: z
    .strictObject({
      /**
       * Every page is read with the models of all of these (ISO 639-2, as Tesseract names them), the first before the
       * others. With tesseract.js each is a package, `@tesseract.js-data/deu`, of which only French comes with us.
       */
      languages: z
        .array(z.string().regex(/^[a-z]{3}$/))
        .min(1)
        .default(['fra']),
      /** `native` asks for the program tesseract, and its languages, on the PATH of the page workers. */
      engine: z.enum(['tesseract.js', 'native']).default('tesseract.js'),
      /** Pages that were never on paper, and say legibly what they show, keep their own words; `recognise` reads them all the same. */
      ownText: z.enum(['keep', 'recognise']).default('keep'),
    })
    .prefault({}),
  /** The searchable copy that is read every day; the scanner's own file is kept beside it, byte for byte. */
  pdf: z
    .strictObject({
      /** PDF/A-1b, as CI-SIS wants documents that are exchanged, or PDF/A-2b. */
      conformance: z.enum(['1b', '2b']).default('1b'),
      /** `compact` keeps text and background of grey and colour pages apart: a twentieth of the size, no longer pixel by pixel. */
      accessCopy: z.enum(['faithful', 'compact']).default('faithful'),
    })
    .prefault({}),
  filing: z
    .strictObject({
      /** A file of the kinds of papers and their words, in place of the one that is shipped (config/document-types.json). */
      documentTypes: Text.optional(),
    })
    .prefault({}),
  /** What reading one file from outside may cost; it is read in a process of its own that is ended when it goes past. */
  parsing: z
    .strictObject({
      /** All memory of that process. */
      memoryMegabytes: z.number().int().min(512).default(2048),
      /** Until the next page of the file is there. */
      secondsPerPage: Seconds.default(120),
      /** 5,000 pages in colour, at two seconds and a half each. */
      secondsPerFile: Seconds.default(14_400),
      /** The file, which is read in parts: 5,000 pages in colour. A PDF that must be rendered ends at 4095. */
      inputMegabytes: z.number().int().positive().max(1_048_576).default(4096),
      /** All page images of one file, and the largest page, as the file holds it and as its image. */
      outputMegabytes: z.number().positive().default(65_536),
      pageMegabytes: z.number().positive().max(4095).default(512),
      maxPages: z.number().int().positive().default(5_000),
      /** A3 at 600 dpi has 70 million. */
      maxPixels: z.number().int().positive().default(150_000_000),
    })
    .prefault({}),
  retention: z
    .strictObject({
      /** Rolling Object Lock COMPLIANCE; 0 leaves objects unlocked. */
      lockDays: z.number().int().min(0).default(90),
    })
    .prefault({}),
  admission: z
    .strictObject({
      /** HDS activities that keeping sealed objects needs: sites, hardware, virtual infrastructure, platform, backup. */
      activities: z.array(z.number().int().min(1).max(6)).default([1, 2, 3, 4, 6]),
      /** Décret 2026-209: storage inside the European Economic Area. */
      countries: z.array(z.string().regex(/^[A-Z]{2}$/)).default(eea),
      dpiaRequired: z.boolean().default(true),
    })
    .prefault({}),
  workers: z
    .strictObject({
      batch: z.number().int().positive().default(2),
      page: z.number().int().positive().default(1),
      document: z.number().int().positive().default(2),
      /** Orders released to one queue and not carried out yet, at most. */
      inFlight: z.number().int().positive().default(64),
      maxAttempts: z.number().int().positive().default(8),
      retrySeconds: Seconds.default(2),
      /** A job whose worker died is taken up again after about so long. */
      lockSeconds: Seconds.default(15),
      sweepSeconds: Seconds.default(10),
      stopSeconds: Seconds.default(10),
    })
    .prefault({}),
  /** When `scelle queue status` and the clock's log say that something is wrong with the house as a whole. */
  alarms: z
    .strictObject({
      /** A batch has open orders, and none of them was settled for so long. */
      batchStallsAfterMinutes: Minutes.default(30),
      /** A process that was not heard of for so long is held for dead; it gives a sign every ten seconds. */
      silentAfterSeconds: Seconds.default(60),
      /** How far dispatching, the ledger and the clock's other duties may be behind. */
      lagsAfterSeconds: Seconds.default(120),
      /** How often the clock looks. */
      lookSeconds: Seconds.default(15),
    })
    .prefault({}),
  /** RFC 3161 tokens on signed heads of the ledger and on what is sealed. Without authorities there is no trusted time. */
  timestamps: z
    .strictObject({
      /** In the order in which they are asked; the next stands in for one that fails. */
      authorities: z
        .array(
          z.strictObject({
            /** Stands in logs and refusals. */
            name: z.string().regex(/^[a-z0-9]+([-.][a-z0-9]+)*$/),
            url: z.url({ protocol: /^https?$/ }),
            /** Asked for, and the only one that is accepted (a dotted object identifier). */
            policy: ObjectIdentifier.optional(),
            /** A file of certificates (PEM, or one in DER) that its tokens must lead up to: its root, or the issuing authority. */
            anchors: Text,
            timeoutSeconds: Seconds.default(20),
            username: Text.optional(),
            password: Text.optional(),
          }),
        )
        .default([]),
      /** Files of certificates (PEM) of authorities that are asked no more, but whose tokens are kept. */
      formerAnchors: z.array(Text).default([]),
      /** Files of certificate revocation lists (PEM or DER). */
      revocations: z.array(Text).default([]),
      /** How far from the house's time the time of a fresh token may be. */
      toleranceSeconds: Seconds.default(120),
      everySeconds: Seconds.default(30),
      /** Tokens asked for at a time. */
      atOnce: z.number().int().positive().max(64).default(4),
      /** Evidence is stamped again so long before its certificate, or what it rests on, ends. */
      renewBeforeDays: z.number().int().positive().default(180),
      /** Last days of algorithms (null: no end), where they are known better than by this release. */
      algorithmEnds: z.partialRecord(z.enum(algorithmNames), z.iso.date().nullable()).default({}),
    })
    .prefault({}),
  /** Certificates of the house, of which deposit attestations are the first. Without `signing` none is made. */
  certificates: z
    .strictObject({
      signing: z
        .strictObject({
          /** File of the private key (PEM, PKCS #8), its owner's alone. Without it the HSM signs (keys.pkcs11). */
          key: Text.optional(),
          /** File of certificates (PEM): the signer's, then those above it. */
          chain: Text,
        })
        .optional(),
      /** An image file for the head of the page. */
      logo: Text.optional(),
      everySeconds: Seconds.default(30),
    })
    .prefault({}),
  ledger: z
    .strictObject({
      name: Text.default('ledger.scelle.example'),
      checkpointSeconds: Seconds.default(10),
      /** How often tiles and the head go to the archives. Each time leaves partial tiles behind: about 50 kB. */
      publishSeconds: Seconds.default(60),
      /** Who is asked to sign the head of the ledger besides us (c2sp.org/tlog-witness). */
      witnesses: z
        .array(
          z.strictObject({
            /** The submission prefix: `add-checkpoint` is asked under it. Without it, its cosignatures are brought by hand. */
            url: z.url({ protocol: /^https?$/ }).optional(),
            /** Its verifier key, `name+id+base64`. */
            key: Text,
            /** Proofs are given out once it has signed; and its word that we went back stops the ledger. */
            required: z.boolean().default(false),
          }),
        )
        .default([]),
    })
    .prefault({}),
})
export type Settings = z.infer<typeof Settings>
export type SettingsInput = z.input<typeof Settings>

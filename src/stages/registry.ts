import { assembleDocument } from './assemble-document.ts'
import { checkConsent } from './check-consent.ts'
import { closeBatch } from './close-batch.ts'
import { composeDocuments } from './compose-documents.ts'
import { confirmIdentity } from './confirm-identity.ts'
import { depositDocument } from './deposit-document.ts'
import { destroyStaging } from './destroy-staging.ts'
import { discardPages } from './discard-pages.ts'
import { examinePage } from './examine-page.ts'
import { recognisePage } from './recognise-page.ts'
import { registerBatch } from './register-batch.ts'
import { sealDocument } from './seal-document.ts'
import { splitPages } from './split-pages.ts'
import type { Stage } from './stage.ts'
import { verifyDeposit } from './verify-deposit.ts'

/** The way of a batch, in order. */
const way = [
  registerBatch,
  splitPages,
  examinePage,
  composeDocuments,
  checkConsent,
  discardPages,
  recognisePage,
  confirmIdentity,
  assembleDocument,
  sealDocument,
  depositDocument,
  verifyDeposit,
  closeBatch,
  destroyStaging,
]

/** Each stage by its name. What a stage loads is what it runs on: the runner need not know more. */
export const stages: ReadonlyMap<string, Stage> = new Map(
  way.map((stage) => [stage.name, stage as unknown as Stage]),
)

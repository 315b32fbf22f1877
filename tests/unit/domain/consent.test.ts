import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ConsentDecision,
  type ConsentPolicy,
  ConsentStatus,
  consentGate,
  documentGate,
  inForce,
} from '../../../src/domain/consent.ts'
import type { PatientId } from '../../../src/domain/ids.ts'

const now = new Date('2026-11-22T10:00:00Z')
const required: ConsentPolicy = { kind: 'required' }
const recommended: ConsentPolicy = { kind: 'recommended', legalBasis: 'legal-obligation' }

const decision = (status: ConsentStatus, change: Partial<ConsentDecision> = {}): ConsentDecision => ({
  purpose: 'digitisation',
  status,
  noticeVersion: '2026-1',
  channel: 'paper',
  evidenceSha256: null,
  legalBasis: null,
  decidedBy: null,
  decidedAt: new Date('2026-01-01'),
  expiresAt: null,
  ...change,
})

describe('where consent is required', () => {
  test('a grant clears', () => {
    expect(consentGate(required, decision('granted'), now)).toEqual({ kind: 'cleared', basis: 'consent' })
  })
  test('no decision holds, as a pending one does', () => {
    const held = { kind: 'held', reason: 'consent-pending' }
    expect(consentGate(required, undefined, now)).toEqual(held)
    expect(consentGate(required, decision('pending'), now)).toEqual(held)
  })
  test('a grant past its term holds, to the instant', () => {
    const held = { kind: 'held', reason: 'consent-expired' }
    expect(consentGate(required, decision('granted', { expiresAt: now }), now)).toEqual(held)
    const later = new Date(now.getTime() + 1)
    expect(consentGate(required, decision('granted', { expiresAt: later }), now).kind).toBe('cleared')
  })
  test('a physician who decided that it is not required clears, on the basis given', () => {
    const decided = decision('not-required', { legalBasis: 'preventive-medicine', decidedBy: 'dr-1' })
    expect(consentGate(required, decided, now)).toEqual({ kind: 'cleared', basis: 'preventive-medicine' })
  })
  test('not required without a legal basis holds', () => {
    expect(consentGate(required, decision('not-required'), now).kind).toBe('held')
  })
})

describe('where consent is recommended beside another legal basis', () => {
  test('silence clears on that basis', () => {
    expect(consentGate(recommended, undefined, now)).toEqual({ kind: 'cleared', basis: 'legal-obligation' })
  })
})

describe('under every policy', () => {
  const policies = fc.constantFrom(required, recommended)

  test('a refusal refuses and a withdrawal holds', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        expect(consentGate(policy, decision('refused'), now)).toEqual({ kind: 'refused' })
        expect(consentGate(policy, decision('withdrawn'), now)).toEqual({
          kind: 'held',
          reason: 'consent-withdrawn',
        })
      }),
    )
  })
  test('a document of nobody is held, whatever was decided', () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(...ConsentStatus.options), (policy, status) => {
        const verdict = documentGate({ patientId: null, policy, decision: decision(status) }, now)
        expect(verdict).toEqual({ kind: 'held', reason: 'patient-missing' })
      }),
    )
  })
  test('a status from another version of the software is held', () => {
    const unknown = decision('assumed' as ConsentStatus)
    expect(
      documentGate({ patientId: 'p' as PatientId, policy: recommended, decision: unknown }, now).kind,
    ).toBe('held')
  })
})

describe('the decision in force', () => {
  const at = (day: string, status: ConsentStatus, recorded = '2026-06-01') => ({
    status,
    decidedAt: new Date(day),
    recordedAt: new Date(recorded),
  })
  const statusOf = (...history: ReturnType<typeof at>[]) => inForce(history)?.status

  test('is the one recorded last, also among those of one moment', () => {
    expect(statusOf(at('2026-01-01', 'granted'), at('2026-01-01', 'withdrawn'))).toBe('withdrawn')
    expect(statusOf(at('2026-01-01', 'withdrawn'), at('2026-01-01', 'granted'))).toBe('granted')
    expect(statusOf()).toBeUndefined()
  })

  test('is no older one that was recorded afterwards: a register that is imported late undoes no refusal', () => {
    expect(statusOf(at('2026-03-01', 'refused'), at('2024-01-01', 'granted'))).toBe('refused')
    expect(statusOf(at('2026-03-01', 'granted'), at('2024-01-01', 'refused'))).toBe('granted')
  })

  test('is a refusal of which only the day is known, on the day of a grant, and stays so until the next grant', () => {
    const day = [at('2026-03-01T10:00:00Z', 'granted'), at('2026-03-01', 'refused')]
    expect(statusOf(...day)).toBe('refused')
    expect(statusOf(...day, at('2026-03-01T09:00:00Z', 'granted'))).toBe('refused')
    expect(statusOf(...day, at('2026-03-01T11:00:00Z', 'granted'))).toBe('granted')
  })

  test('is not put off by a day to come: nothing was decided after it was recorded', () => {
    const mistyped = at('2062-03-01', 'granted', '2026-03-01')
    expect(statusOf(mistyped, at('2026-04-01', 'refused', '2026-04-01'))).toBe('refused')
  })
})

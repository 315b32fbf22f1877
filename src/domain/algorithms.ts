/**
 * What evidence rests on, and until when it may. A date is the last day (UTC) on which the source still accepts the
 * algorithm for evidence; without one no end is known yet, which is said again with each release.
 */
export const algorithms = {
  sha1: { until: '2017-12-31', source: 'ETSI TS 119 312 V1.5.1; ANSSI RGS B1' },
  sha256: { until: null, source: 'SOG-IS ACM 1.3, ETSI TS 119 312 V1.5.1: recommended, no end' },
  sha384: { until: null, source: 'SOG-IS ACM 1.3, ETSI TS 119 312 V1.5.1: recommended, no end' },
  sha512: { until: null, source: 'SOG-IS ACM 1.3, ETSI TS 119 312 V1.5.1: recommended, no end' },
  // Moduli of 1900 to 2999 bits.
  'rsa-2048': { until: '2028-12-31', source: 'ETSI TS 119 312 V1.5.1: not after 2028' },
  // 3000 bits and more. A quantum computer would break all of those below.
  'rsa-3072': { until: '2035-12-31', source: 'NIST IR 8547, EU roadmap on post-quantum cryptography' },
  'ecdsa-p256': { until: '2035-12-31', source: 'NIST IR 8547, EU roadmap on post-quantum cryptography' },
  'ecdsa-p384': { until: '2035-12-31', source: 'NIST IR 8547, EU roadmap on post-quantum cryptography' },
  'ecdsa-p521': { until: '2035-12-31', source: 'NIST IR 8547, EU roadmap on post-quantum cryptography' },
  ed25519: { until: '2035-12-31', source: 'NIST IR 8547, EU roadmap on post-quantum cryptography' },
  'aes-256-gcm': { until: null, source: 'SOG-IS ACM 1.3, ANSSI: also beyond 2030' },
} as const satisfies Record<string, { readonly until: string | null; readonly source: string }>

export type AlgorithmName = keyof typeof algorithms
export const algorithmNames = Object.keys(algorithms) as [AlgorithmName, ...AlgorithmName[]]

/** Last days by name, `null` for no end: what the configuration knows better. */
export type AlgorithmEnds = Readonly<Partial<Record<AlgorithmName, string | null>>>

/** The moment from which the algorithm is not relied upon any more; undefined where no end is known. */
export function endOf(name: AlgorithmName, ends: AlgorithmEnds = {}): Date | undefined {
  const own = ends[name]
  const until = own === undefined ? algorithms[name].until : own
  return until === null ? undefined : new Date(Date.parse(until) + 86_400_000)
}

/** Those that are not relied upon any more at that moment. */
export const endedBy = (moment: Date, ends: AlgorithmEnds = {}): AlgorithmName[] =>
  algorithmNames.filter((name) => {
    const end = endOf(name, ends)
    return end !== undefined && end <= moment
  })

/** The moment until which all of them are relied upon; undefined where no end is known. */
export function endOfAll(names: readonly AlgorithmName[], ends: AlgorithmEnds = {}): Date | undefined {
  const known = names.flatMap((name) => endOf(name, ends)?.getTime() ?? [])
  return known.length > 0 ? new Date(Math.min(...known)) : undefined
}

/** `45 s`, `12 min`, `3 h`, `5 d`; `days` is the letter for days. */
export function ageOf(ms: number, days: string): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 6_000) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} ${days}`
}

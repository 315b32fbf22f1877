/** What is staged, in bytes: of one organisation, and of all. */
export type StagingUse = { readonly own: number; readonly total: number }

/**
 * What a file takes in staging until its batch closes, as multiples of its own size: itself, its page images, the access
 * copy, and both sealed.
 */
export const stagedPerByte = 5

/**
 * May these bytes of files be taken in? An organisation may hold as much as is left free for the others: alone, half of
 * all; and there is always room for whoever comes with little. What is larger than that goes in when staging is empty,
 * since it could go in at no other time. (Dynamic thresholds with factor 1: Choudhury and Hahne, IEEE/ACM Transactions on
 * Networking 6(2), 1998.)
 */
export function hasRoom(bytes: number, { own, total }: StagingUse, capacity: number): boolean {
  const needs = bytes * stagedPerByte
  return total === 0 || own + needs <= capacity - total - needs
}

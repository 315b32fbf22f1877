/**
 * Answers of a listing, one after the other. The SDK's own paging does not end at a store that gives a next marker on its
 * last page, as Ceph RGW does.
 */
export async function* answersOf<Answer extends { readonly IsTruncated?: boolean | undefined }>(
  ask: (previous: Answer | undefined) => Promise<Answer>,
): AsyncGenerator<Answer> {
  let previous: Answer | undefined
  do {
    previous = await ask(previous)
    yield previous
  } while (previous.IsTruncated)
}

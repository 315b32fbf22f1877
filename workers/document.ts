import { runQueueProcess } from './queue-process.ts'

await runQueueProcess('document')

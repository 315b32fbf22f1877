import { describe } from 'vitest'
import { openPostgres } from './backends.ts'
import { queueSuite } from './suite.ts'

describe('the queue on PostgreSQL', () => {
  queueSuite(openPostgres)
})

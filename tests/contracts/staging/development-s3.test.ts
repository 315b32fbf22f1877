import { startServer } from '../object-store/development-s3.ts'
import { stagingContract } from './staging-contract.ts'

stagingContract('the development server', () => startServer())

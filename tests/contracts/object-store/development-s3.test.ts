import { startServer } from './development-s3.ts'
import { objectStoreContract } from './object-store-contract.ts'

objectStoreContract('the development server', () => startServer())

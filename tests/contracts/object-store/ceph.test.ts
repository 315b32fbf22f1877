import { hasRadosgw, startRadosgw } from '../../ceph.ts'
import { objectStoreContract } from './object-store-contract.ts'

/** Version 16 (Debian 12) reads past `If-None-Match` and checksum headers. */
const limits = { ignoresConditions: true, ignoresChecksums: true }

if (hasRadosgw('the object store on a real Ceph'))
  objectStoreContract('Ceph RGW', async () => {
    const { stop, ...gateway } = await startRadosgw()
    return { ...gateway, ...limits, close: stop }
  })

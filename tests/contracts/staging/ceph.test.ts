import { hasRadosgw, startRadosgw } from '../../ceph.ts'
import { stagingContract } from './staging-contract.ts'

if (hasRadosgw('staging on a real Ceph'))
  stagingContract('Ceph RGW', async () => {
    const { stop, ...gateway } = await startRadosgw()
    return { ...gateway, close: stop }
  })

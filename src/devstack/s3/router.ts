import {
  deleteBucket,
  getBucketLocation,
  getBucketVersioning,
  getObjectLockConfiguration,
  headBucket,
  listBuckets,
  makeBucket,
  putBucketVersioning,
  putObjectLockConfiguration,
} from './buckets.ts'
import type { Operation } from './call.ts'
import { deleteObjects, listObjects, listVersions } from './listings.ts'
import {
  abortUpload,
  completeUpload,
  createUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from './multipart.ts'
import { getLegalHold, getRetention, putLegalHold, putRetention } from './object-locks.ts'
import { deleteObject, putObject } from './objects.ts'
import { getObject, headObject } from './reading.ts'
import type { S3Request } from './request.ts'

/** Every operation that this server knows, by its name in the S3 API. */
export const operations = {
  ListBuckets: listBuckets,
  CreateBucket: makeBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  PutBucketVersioning: putBucketVersioning,
  GetObjectLockConfiguration: getObjectLockConfiguration,
  PutObjectLockConfiguration: putObjectLockConfiguration,
  ListObjectsV2: listObjects,
  ListObjectVersions: listVersions,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  GetObjectRetention: getRetention,
  PutObjectRetention: putRetention,
  GetObjectLegalHold: getLegalHold,
  PutObjectLegalHold: putLegalHold,
  CreateMultipartUpload: createUpload,
  UploadPart: uploadPart,
  CompleteMultipartUpload: completeUpload,
  AbortMultipartUpload: abortUpload,
  ListParts: listParts,
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

const ofBucket: Record<string, OperationName> = {
  'PUT ': 'CreateBucket',
  'HEAD ': 'HeadBucket',
  'DELETE ': 'DeleteBucket',
  'GET ': 'ListObjectsV2',
  'GET location': 'GetBucketLocation',
  'GET versioning': 'GetBucketVersioning',
  'PUT versioning': 'PutBucketVersioning',
  'GET object-lock': 'GetObjectLockConfiguration',
  'PUT object-lock': 'PutObjectLockConfiguration',
  'GET versions': 'ListObjectVersions',
  'GET uploads': 'ListMultipartUploads',
  'POST delete': 'DeleteObjects',
}

const ofObject: Record<string, OperationName> = {
  'PUT ': 'PutObject',
  'GET ': 'GetObject',
  'HEAD ': 'HeadObject',
  'DELETE ': 'DeleteObject',
  'GET retention': 'GetObjectRetention',
  'PUT retention': 'PutObjectRetention',
  'GET legal-hold': 'GetObjectLegalHold',
  'PUT legal-hold': 'PutObjectLegalHold',
  'POST uploads': 'CreateMultipartUpload',
  'PUT uploadId': 'UploadPart',
  'POST uploadId': 'CompleteMultipartUpload',
  'DELETE uploadId': 'AbortMultipartUpload',
  'GET uploadId': 'ListParts',
}

/** Subresources of the API, known or not: asking for an unknown one must never be taken for a plain get or put. */
const subresource =
  /^(accelerate|acl|analytics|attributes|cors|delete|encryption|intelligent-tiering|inventory|legal-hold|lifecycle|location|logging|metrics|notification|object-lock|ownershipControls|policy|policyStatus|publicAccessBlock|replication|requestPayment|restore|retention|select|tagging|torrent|uploadId|uploads|versioning|versions|website)$/

/** The operation that a request asks for; undefined when this server has none. */
export function route(request: S3Request): OperationName | undefined {
  if (request.bucket === '') return request.method === 'GET' ? 'ListBuckets' : undefined
  const asked = [...request.query.keys()].filter((name) => subresource.test(name))
  const table = request.key === '' ? ofBucket : ofObject
  return asked.length > 1 ? undefined : table[`${request.method} ${asked[0] ?? ''}`]
}

import { createHash } from 'node:crypto';
import type { AccountResource, AccountResources, StoredVersion } from '../../account/resources';
import { type ApiContext, ApiError, type ApiOperation, type ApiService } from '../../api';
import type { S3Output } from '../../server/s3-protocol';
import { xmlElement, xmlMembers } from '../../server/xml';

/** Type under which buckets are among the account's resources. */
export const BUCKET_TYPE = 'AWS::S3::Bucket';

const UNVERSIONED = 'null';
const MAX_KEYS = 1000;

interface Input {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Uint8Array;
  readonly prefix?: string;
  readonly versionId?: string;
}

/** Amazon S3, path style and in memory: what uploading assets and emptying buckets needs. */
export function createS3Service(context: ApiContext, resources: AccountResources): ApiService {
  let lastVersion = 0;
  const newVersion = (bucket: AccountResource): string => {
    lastVersion += 1;
    return isVersioned(bucket) ? `v${String(lastVersion).padStart(8, '0')}` : UNVERSIONED;
  };
  const on = (
    name: string,
    run: (bucket: AccountResource, input: Input) => S3Output,
  ): ApiOperation<Input> => ({
    iamAction: `s3:${name}`,
    resources: ({ Bucket, Key }) => [`arn:aws:s3:::${Bucket}${Key === '' ? '' : `/${Key}`}`],
    run: (input) => run(bucketOf(resources, input.Bucket), input),
  });
  const put = (bucket: AccountResource, { Key, Body }: Input): S3Output => {
    store(bucket, Key, { id: newVersion(bucket), bytes: Body });
    return { headers: { etag: `"${md5(Body)}"` } };
  };
  const mark = (bucket: AccountResource, key: string, versionId: string | undefined): void =>
    isVersioned(bucket) && versionId === undefined
      ? store(bucket, key, { id: newVersion(bucket), bytes: null })
      : forget(bucket, key, versionId ?? UNVERSIONED);
  return {
    signingName: 's3',
    protocols: [{ kind: 's3' }],
    operations: {
      HeadBucket: on('ListBucket', () => ({ headers: { 'x-amz-bucket-region': context.region } })),
      GetBucketLocation: on('GetBucketLocation', () => ({
        document: { root: 'LocationConstraint', xml: context.region },
      })),
      GetBucketEncryption: on('GetEncryptionConfiguration', () => ({
        document: { root: 'ServerSideEncryptionConfiguration', xml: ENCRYPTION },
      })),
      GetBucketVersioning: on('GetBucketVersioning', (bucket) => ({
        document: {
          root: 'VersioningConfiguration',
          xml: isVersioned(bucket) ? xmlElement('Status', 'Enabled') : '',
        },
      })),
      ListObjectsV2: on('ListBucket', (bucket, input) => listObjects(bucket, input)),
      ListObjectVersions: on('ListBucketVersions', (bucket, input) => listVersions(bucket, input)),
      PutObject: on('PutObject', put),
      GetObject: on('GetObject', (bucket, input) => {
        const { bytes } = objectOf(bucket, input.Key);
        return { bytes, headers: { 'content-type': 'application/octet-stream' } };
      }),
      HeadObject: on('GetObject', (bucket, input) => ({
        headers: { etag: `"${md5(objectOf(bucket, input.Key).bytes)}"` },
      })),
      DeleteObject: on('DeleteObject', (bucket, { Key, versionId }) => {
        mark(bucket, Key, versionId);
        return { status: 204 };
      }),
      DeleteObjects: on('DeleteObject', (bucket, { Body }) => {
        const named = namedObjects(Body);
        for (const { key, versionId } of named) mark(bucket, key, versionId);
        return { document: { root: 'DeleteResult', xml: '' } };
      }),
      DeleteBucket: on('DeleteBucket', (bucket) => {
        refuseUnlessEmpty(bucket);
        resources.remove(BUCKET_TYPE, bucket.physicalId);
        return { status: 204 };
      }),
    },
  };
}

const ENCRYPTION = xmlElement(
  'Rule',
  xmlElement('ApplyServerSideEncryptionByDefault', xmlElement('SSEAlgorithm', 'AES256')),
);

/** @throws ApiError `BucketNotEmpty` (409), as S3 and CloudFormation answer. */
export function refuseUnlessEmpty(bucket: AccountResource): void {
  if (bucket.content.size > 0) {
    throw new ApiError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
  }
}

function bucketOf(resources: AccountResources, name: string): AccountResource {
  const bucket = resources.find(BUCKET_TYPE, name);
  if (bucket !== undefined) return bucket;
  throw new ApiError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
}

function objectOf(bucket: AccountResource, key: string): { readonly bytes: Uint8Array } {
  const bytes = bucket.content.get(key)?.at(-1)?.bytes;
  if (bytes !== undefined && bytes !== null) return { bytes };
  throw new ApiError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
}

function isVersioned({ properties }: AccountResource): boolean {
  const { Status } = Object(properties.VersioningConfiguration) as { Status?: unknown };
  return Status === 'Enabled';
}

function store(bucket: AccountResource, key: string, version: StoredVersion): void {
  const before = (bucket.content.get(key) ?? []).filter(({ id }) => id !== version.id);
  bucket.content.set(key, [...before, version]);
}

function forget(bucket: AccountResource, key: string, versionId: string): void {
  const left = (bucket.content.get(key) ?? []).filter(({ id }) => id !== versionId);
  if (left.length === 0) bucket.content.delete(key);
  else bucket.content.set(key, left);
}

function listObjects(bucket: AccountResource, { prefix = '' }: Input): S3Output {
  const found = [...bucket.content].flatMap(([key, versions]) => {
    const bytes = versions.at(-1)?.bytes;
    return key.startsWith(prefix) && bytes ? [{ key, bytes }] : [];
  });
  const listed = found
    .map(({ key, bytes }) =>
      xmlElement('Contents', xmlMembers({ Key: key, Size: bytes.length, ETag: `"${md5(bytes)}"` })),
    )
    .join('');
  const head = xmlMembers({
    Name: bucket.physicalId,
    Prefix: prefix,
    KeyCount: found.length,
    MaxKeys: MAX_KEYS,
  });
  return {
    document: { root: 'ListBucketResult', xml: `${head}${xmlMembers({ IsTruncated: false })}${listed}` },
  };
}

function listVersions(bucket: AccountResource, { prefix = '' }: Input): S3Output {
  const all = [...bucket.content]
    .filter(([key]) => key.startsWith(prefix))
    .flatMap(([key, versions]) => versions.map((version) => ({ key, ...version })));
  const page = all.slice(0, MAX_KEYS);
  const listed = page
    .map(({ key, id, bytes }) =>
      xmlElement(bytes === null ? 'DeleteMarker' : 'Version', xmlMembers({ Key: key, VersionId: id })),
    )
    .join('');
  // A caller that deletes what it was shown finds the rest at the beginning of the next listing.
  const head = xmlMembers({
    Name: bucket.physicalId,
    MaxKeys: MAX_KEYS,
    IsTruncated: page.length < all.length,
  });
  return { document: { root: 'ListVersionsResult', xml: `${head}${listed}` } };
}

function namedObjects(body: Uint8Array): readonly { key: string; versionId: string | undefined }[] {
  const text = Buffer.from(body).toString('utf8');
  return [...text.matchAll(/<Object>(.*?)<\/Object>/gs)].map(([, object = '']) => ({
    key: unescapeXml(/<Key>(.*?)<\/Key>/s.exec(object)?.[1] ?? ''),
    versionId: /<VersionId>(.*?)<\/VersionId>/s.exec(object)?.[1],
  }));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
};

function unescapeXml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|apos);/g, (entity) => ENTITIES[entity] ?? entity);
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

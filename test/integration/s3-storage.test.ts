import { S3Storage } from '../../storage/s3-storage.ts';
import { describeWith } from '../setup/test-services.ts';
import { testStorageConformance } from '../suites/storage-conformance.ts';

await describeWith('s3', 'S3 storage', ({ bucket, region, endpoint, accessKeyId, secretAccessKey }) => {
  const credentials = { accessKeyId, secretAccessKey };
  const place = { kind: 's3', bucket, prefix: '/s3-storage/', region, endpoint, forcePathStyle: true } as const;
  testStorageConformance(() => new S3Storage({ ...place, credentials }));
});

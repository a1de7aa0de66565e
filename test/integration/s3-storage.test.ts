import { S3Storage } from '../../storage/s3-storage.ts';
import { describeWith } from '../setup/test-services.ts';
import { testStorageConformance } from '../suites/storage-conformance.ts';

await describeWith('s3', 'S3 storage', ({ bucket, region, endpoint, accessKeyId, secretAccessKey }) => {
  testStorageConformance(
    () =>
      new S3Storage({
        kind: 's3',
        bucket,
        prefix: '/tests/',
        region,
        endpoint,
        forcePathStyle: true,
        credentials: { accessKeyId, secretAccessKey },
      }),
  );
});

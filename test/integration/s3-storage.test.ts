import { S3Storage } from '../../storage/s3-storage.ts';
import { startS3Server } from '../setup/s3-server.ts';
import { testStorageConformance } from '../suites/storage-conformance.ts';

const server = await startS3Server();
afterAll(() => server.stop());

testStorageConformance(
  () =>
    new S3Storage({
      kind: 's3',
      bucket: server.bucket,
      prefix: '/tests/',
      region: server.region,
      endpoint: server.endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey },
    }),
);

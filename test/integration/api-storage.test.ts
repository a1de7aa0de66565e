import { randomUUID } from 'node:crypto';
import { LeaseBench, s3Settings, type BenchLease } from '../helpers/lease-bench.ts';
import { describeWith, describeWithAll } from '../setup/test-services.ts';
import { testPublishing } from '../suites/publish-conformance.ts';
import { testStorageConformance } from '../suites/storage-conformance.ts';
import { testTransfers } from '../suites/transfer-conformance.ts';

/** Everything that a storage does, over leases of datasets at the places that the suites use. */
function testThroughApi(start: () => Promise<LeaseBench>, { reachesStore }: { reachesStore: boolean }): void {
  let bench: LeaseBench;
  let conformance: BenchLease;
  let transfers: BenchLease;

  beforeAll(async () => {
    bench = await start();
    conformance = await bench.hold({ basePath: 'conformance' });
    transfers = await bench.hold({ basePath: 'datasets' });
  });
  afterAll(() => bench.stop());

  testStorageConformance(() => bench.open(conformance, { reachesStore }));
  testTransfers(() => bench.open(transfers, { reachesStore }));
  testPublishing(() => bench.open(transfers, { reachesStore }));
}

await describeWith('postgres', 'the server’s folder, through the server', ({ url }) => {
  testThroughApi(() => LeaseBench.start(url), { reachesStore: false });
});

await describeWithAll(['postgres', 's3'], 'the server’s bucket, by signed requests', ({ postgres, s3 }) => {
  const storage = s3Settings(s3, `api-signed-${randomUUID()}`);
  testThroughApi(() => LeaseBench.start(postgres.url, { storage }), { reachesStore: true });
});

await describeWithAll(['postgres', 's3'], 'the server’s bucket, through the server', ({ postgres, s3 }) => {
  const storage = s3Settings(s3, `api-streamed-${randomUUID()}`);
  testThroughApi(() => LeaseBench.start(postgres.url, { storage }), { reachesStore: false });
});

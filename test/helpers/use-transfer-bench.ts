import type { Storage } from '../../storage/storage.ts';
import { TransferBench } from './transfer-bench.ts';

type HandOver = (bench: TransferBench) => void;

/** Opens a bench for each test of the suite, hands it over before the test begins, and closes it with its storage. */
export function useTransferBench(open: () => Storage | Promise<Storage>, handOver: HandOver): void {
  useBench(async () => TransferBench.open(await open()), handOver);
}

/** The same over a storage folder of each test's own. */
export function useFolderBench(handOver: HandOver): void {
  useBench(() => TransferBench.openOnFolder(), handOver);
}

function useBench(open: () => Promise<TransferBench>, handOver: HandOver): void {
  let bench: TransferBench;
  beforeEach(async () => {
    bench = await open();
    handOver(bench);
  });
  afterEach(async () => {
    await bench.close();
    await bench.storage.close();
  });
}

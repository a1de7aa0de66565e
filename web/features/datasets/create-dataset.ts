import type { z } from 'zod';
import type { DatasetDetail, NewDataset } from '../../../shared/contract/datasets.ts';
import type { Attribute } from '../../../shared/contract/attributes.ts';
import { crunch } from '../../connection/crunch.ts';

/** How far the making of one dataset has come: it goes on where it failed, with what it began with. */
export class DatasetCreation {
  private dataset: DatasetDetail | undefined;
  private added = 0;

  /** Whether the dataset is there already, though perhaps not all of its attributes. */
  get isBegun(): boolean {
    return this.dataset !== undefined;
  }

  /** Adds the dataset, then its attributes. Throws CrunchError; what was added by then is not added again. */
  async run(input: z.input<typeof NewDataset>, attributes: readonly Attribute[]): Promise<DatasetDetail> {
    this.dataset ??= await crunch.createDataset({ body: input });
    const item = this.dataset.slug;
    for (const attribute of attributes.slice(this.added)) {
      await crunch.createAttribute({ body: { item, attribute } });
      this.added += 1;
    }
    return this.dataset;
  }
}

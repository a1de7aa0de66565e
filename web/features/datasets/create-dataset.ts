import type { z } from 'zod';
import type { DatasetDetail, NewDataset } from '../../../shared/contract/datasets.ts';
import type { Attribute } from '../../../shared/contract/attributes.ts';
import { crunch } from '../../connection/crunch.ts';

/** What a dataset is made of, and how far that has come: it goes on where it failed. */
export class DatasetCreation {
  private dataset: DatasetDetail | undefined;
  private readonly added = new Set<string>();

  /** Adds the dataset, then its attributes. Throws CrunchError; what was added by then is not added again. */
  async run(input: z.input<typeof NewDataset>, attributes: readonly Attribute[]): Promise<DatasetDetail> {
    this.dataset ??= await crunch.createDataset({ body: input });
    const item = this.dataset.slug;
    for (const attribute of attributes) {
      if (this.added.has(attribute.key)) continue;
      await crunch.createAttribute({ body: { item, attribute } });
      this.added.add(attribute.key);
    }
    return this.dataset;
  }
}

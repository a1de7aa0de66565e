export { processDataset } from './process-dataset.ts';

import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import classes from './dataset-search.module.css';

const TYPING_PAUSE_MS = 250;

interface DatasetSearchProps {
  /** What it begins with; give it another key to begin anew. */
  search: string;
  onSearch: (search: string) => void;
}

/** Finds datasets by name; asks when typing pauses. */
export function DatasetSearch({ search, onSearch }: DatasetSearchProps) {
  const ask = useDebouncedCallback(onSearch, TYPING_PAUSE_MS);
  return (
    <TextInput
      className={classes.search}
      type="search"
      aria-label="Search by name"
      placeholder="Search by name"
      defaultValue={search}
      onChange={({ currentTarget }) => ask(currentTarget.value)}
    />
  );
}

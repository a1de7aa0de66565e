import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import classes from './dataset-search.module.css';

const TYPING_PAUSE_MS = 250;

interface DatasetSearchProps {
  /** What is searched for now, whoever asked for it. */
  search: string;
  onSearch: (search: string) => void;
}

/** Finds datasets by name; asks when typing pauses. */
export function DatasetSearch({ search, onSearch }: DatasetSearchProps) {
  const [typed, setTyped] = useState(search);
  const asked = useRef(search);
  const ask = useDebouncedCallback((words: string) => {
    asked.current = words;
    onSearch(words);
  }, TYPING_PAUSE_MS);
  useEffect(() => {
    // The answer to what was typed must not undo what was typed since; a link or the way back may.
    if (search === asked.current) return;
    asked.current = search;
    setTyped(search);
  }, [search]);
  return (
    <TextInput
      className={classes.search}
      type="search"
      aria-label="Search by name"
      placeholder="Search by name"
      value={typed}
      onChange={({ currentTarget: { value } }) => {
        setTyped(value);
        ask(value);
      }}
    />
  );
}

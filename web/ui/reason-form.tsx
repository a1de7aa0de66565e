import { Button, Group, TextInput } from '@mantine/core';
import { useState } from 'react';

interface ReasonFormProps {
  /** A verb: what is done. */
  verb: string;
  isBusy: boolean;
  onConfirm: (reason: string | undefined) => void;
}

/** The same for each render, and so called once. */
const focus = (input: HTMLInputElement | null) => input?.focus();

/** Asks why, before something is done that others will wonder about; nobody has to answer. */
export function ReasonForm({ verb, isBusy, onConfirm }: ReasonFormProps) {
  const [reason, setReason] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onConfirm(reason.trim() === '' ? undefined : reason);
      }}
    >
      <Group align="end" mb="md">
        <TextInput
          label="Why?"
          description="For those who wonder; may be empty"
          maxLength={300}
          w={360}
          maw="100%"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          ref={focus}
        />
        <Button type="submit" loading={isBusy}>
          {verb} now
        </Button>
      </Group>
    </form>
  );
}

import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DatasetChange, DatasetDetail } from '../../../shared/contract/datasets.ts';
import { crunch } from '../../connection/crunch.ts';
import { FormFaults } from '../../ui/form-faults.tsx';
import { NAME_LABELS, NameFields } from '../../ui/name-fields.tsx';

const PRIORITIES = ['1: most urgent', '2', '3: usual', '4', '5: least urgent'];

interface DatasetEditFormProps {
  dataset: DatasetDetail;
  onSaved: (dataset: DatasetDetail) => void;
}

/** Changes what is said of a dataset. What was typed stays when the server refuses it. */
export function DatasetEditForm({ dataset, onSaved }: DatasetEditFormProps) {
  const { slug, may } = dataset;
  // What was typed goes on from what was there then, whatever others change meanwhile.
  const [before] = useState(() => inputOf(dataset));
  const saving = useMutation({
    mutationFn: (input: Input) => crunch.changeDataset({ params: { slug }, body: changeOf(before, input) }),
    onSuccess: onSaved,
  });
  const form = useForm({
    initialValues: before,
    validate: { name: (typed) => (typed.trim() === '' ? 'must not be empty' : null) },
    onValuesChange: () => saving.reset(),
  });
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
      <Stack gap="md" maw={760}>
        <FormFaults
          title="The dataset was left as it is"
          errors={form.errors}
          error={saving.error}
          labels={{ ...NAME_LABELS, priority: 'Priority' }}
        />
        <NameFields form={form} isNew={false} />
        {may.includes('operate') && (
          <NativeSelect
            label="Priority"
            description="Which datasets of the queue hosts take first"
            data={PRIORITIES.map((label, place) => ({ value: String(place + 1), label }))}
            maw={320}
            {...form.getInputProps('priority')}
          />
        )}
        <Group>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function inputOf({ name, description, details, priority }: DatasetDetail) {
  return { name, description, details, priority: String(priority) };
}

type Input = ReturnType<typeof inputOf>;

/** Only what is another: the priority must not be sent by those who may not change it. */
function changeOf(before: Input, input: Input): DatasetChange {
  const { name, description, details, priority } = input;
  return {
    ...(name !== before.name && { name }),
    ...(description !== before.description && { description }),
    ...(details !== before.details && { details }),
    ...(priority !== before.priority && { priority: Number(priority) }),
  };
}

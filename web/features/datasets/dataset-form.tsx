import { Button, Fieldset, Group, Radio, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { DatasetDetail } from '../../../shared/contract/datasets.ts';
import { FormFaults } from '../../ui/form-faults.tsx';
import { NameFields } from '../../ui/name-fields.tsx';
import { AttributeFields } from './attribute-fields.tsx';
import { attributeFaults, readAttribute, type AttributeInput } from './attribute-input.ts';
import { DatasetCreation } from './create-dataset.ts';

/** What becomes of a dataset when its files are there. */
export type Afterwards = 'queue' | 'draft' | 'hold';

interface DatasetFormProps {
  project: string;
  /** Where its files are chosen. */
  files: ReactNode;
  onCreated: (dataset: DatasetDetail, afterwards: Afterwards) => void;
}

interface Values {
  name: string;
  description: string;
  attributes: AttributeInput[];
  afterwards: Afterwards;
}

const EMPTY: Values = { name: '', description: '', attributes: [], afterwards: 'queue' };

/** Asks for a dataset and adds it. What was typed stays when the server refuses it. */
export function DatasetForm({ project, files, onCreated }: DatasetFormProps) {
  const [creation] = useState(() => new DatasetCreation());
  const form = useForm({
    initialValues: EMPTY,
    validate: {
      name: (name) => (name.trim() === '' ? 'must not be empty' : null),
      attributes: {
        key: (_key, values, path) => faultsAt(path, values).key,
        value: (_value, values, path) => faultsAt(path, values).value,
      },
    },
  });
  const adding = useMutation({
    mutationFn: ({ name, description, attributes }: Values) =>
      creation.run(
        // Held until its files are there, so that no host takes it before.
        { project, name, description, held: true },
        attributes.flatMap((input) => readAttribute(input).data ?? []),
      ),
    onSuccess: (dataset, { afterwards }) => onCreated(dataset, afterwards),
  });

  const title = creation.isBegun ? 'The dataset was added, but not all of its attributes' : 'The dataset was not added';
  return (
    <form onSubmit={form.onSubmit((values) => adding.mutate(values))} noValidate>
      <Stack gap="md" maw={760}>
        <FormFaults title={title} errors={form.errors} error={adding.error} />
        <Fieldset variant="unstyled" m={0} disabled={creation.isBegun}>
          <Stack gap="md">
            <NameFields form={form} />
            {files}
            <AttributeFields form={form} />
          </Stack>
        </Fieldset>
        <Radio.Group label="When its files are there" {...form.getInputProps('afterwards')}>
          <Stack gap={4} mt="xs">
            <Radio value="queue" label="Queue it: the next free host takes it" />
            <Radio value="draft" label="Leave it a draft: a host that starts for its project takes it" />
            <Radio value="hold" label="Hold it: nobody takes it until it is queued by name" />
          </Stack>
        </Radio.Group>
        <Group>
          <Button type="submit" loading={adding.isPending}>
            {creation.isBegun ? 'Add the rest' : 'Add dataset'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The row of a path such as `attributes.2.key`. */
function faultsAt(path: string, { attributes }: Values) {
  const input = attributes[Number(path.split('.')[1])];
  return input === undefined ? {} : attributeFaults(input);
}

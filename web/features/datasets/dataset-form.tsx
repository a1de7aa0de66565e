import { Button, Fieldset, Group, Radio, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { DatasetDetail } from '../../../shared/contract/datasets.ts';
import { FormFaults } from '../../ui/form-faults.tsx';
import { NAME_LABELS, NameFields } from '../../ui/name-fields.tsx';
import { AttributeFields } from './attribute-fields.tsx';
import { ATTRIBUTE_LABELS, faultOf, readAttribute, type AttributeInput } from './attribute-input.ts';
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
  details: string;
  attributes: AttributeInput[];
  afterwards: Afterwards;
}

const EMPTY: Values = { name: '', description: '', details: '', attributes: [], afterwards: 'queue' };

const LABELS = { ...NAME_LABELS, ...ATTRIBUTE_LABELS };

/** Asks for a dataset and adds it. What was typed stays when the server refuses it. */
export function DatasetForm({ project, files, onCreated }: DatasetFormProps) {
  const [creation] = useState(() => new DatasetCreation());
  const adding = useMutation({
    mutationFn: ({ name, description, details, attributes }: Values) =>
      creation.run(
        // Held until its files are there, so that no host takes it before.
        { project, name, description, details, held: true },
        attributes.flatMap((input) => readAttribute(input).data ?? []),
      ),
    onSuccess: (dataset, { afterwards }) => onCreated(dataset, afterwards),
  });
  const form = useForm({
    initialValues: EMPTY,
    // What the server said was of what is now another.
    onValuesChange: () => adding.reset(),
    validate: {
      name: (name) => (name.trim() === '' ? 'must not be empty' : null),
      attributes: { key: faultOf('key'), value: faultOf('value') },
    },
  });

  const title = creation.isBegun ? 'The dataset was added, but not all of its attributes' : 'The dataset was not added';
  return (
    <form onSubmit={form.onSubmit((values) => adding.mutate(values))} noValidate>
      <Stack gap="md" maw={760}>
        <FormFaults title={title} errors={form.errors} error={adding.error} labels={LABELS} />
        <Fieldset variant="unstyled" m={0} disabled={creation.isBegun}>
          <Stack gap="md">
            <NameFields form={form} isNew />
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

import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { crunch } from '../../connection/crunch.ts';
import { FormFaults } from '../../ui/form-faults.tsx';
import { AttributeFields } from './attribute-fields.tsx';
import { ATTRIBUTE_LABELS, EMPTY_ATTRIBUTE, faultOf, readAttribute, type AttributeInput } from './attribute-input.ts';
import { datasetKeys } from './queries.ts';

/** Adds attributes to a dataset that is there: a button, and the form that it opens. */
export function AddAttributes({ slug }: { slug: string }) {
  const [isOpen, setOpen] = useState(false);
  if (isOpen) return <AddAttributesForm slug={slug} onClose={() => setOpen(false)} />;
  return (
    <Button variant="default" size="xs" mt="xs" onClick={() => setOpen(true)}>
      Add attributes
    </Button>
  );
}

function AddAttributesForm({ slug, onClose }: { slug: string; onClose: () => void }) {
  const queries = useQueryClient();
  const adding = useMutation({
    mutationFn: async (attributes: readonly AttributeInput[]) => {
      for (const [row, input] of attributes.entries()) {
        const attribute = readAttribute(input).data;
        if (attribute) await crunch.createAttribute({ body: { item: slug, attribute } });
        // Those that are added are not added again when one of the others is refused.
        form.setValues({ attributes: attributes.slice(row + 1) });
      }
    },
    onSuccess: onClose,
    onSettled: () => queries.invalidateQueries({ queryKey: datasetKeys.one(slug) }),
  });
  const form = useForm<{ attributes: AttributeInput[] }>({
    initialValues: { attributes: [EMPTY_ATTRIBUTE] },
    validate: { attributes: { key: faultOf('key'), value: faultOf('value') } },
  });
  return (
    <form onSubmit={form.onSubmit(({ attributes }) => adding.mutate(attributes))} noValidate>
      <Stack gap="sm" mt="xs">
        <FormFaults
          title="Not all attributes were added"
          errors={form.errors}
          error={adding.error}
          labels={ATTRIBUTE_LABELS}
        />
        <AttributeFields form={form} />
        <Group gap="xs">
          <Button type="submit" size="xs" loading={adding.isPending}>
            Save attributes
          </Button>
          <Button variant="default" size="xs" onClick={onClose}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

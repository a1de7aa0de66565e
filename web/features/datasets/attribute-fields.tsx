import { Button, Fieldset, Group, NativeSelect, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { ATTRIBUTE_TYPES } from '../../../shared/domain/attribute-type.ts';
import { EMPTY_ATTRIBUTE, VALUE_HINTS, type AttributeInput } from './attribute-input.ts';

interface AttributeFieldsProps {
  form: Pick<
    UseFormReturnType<{ attributes: AttributeInput[] }>,
    'values' | 'getInputProps' | 'insertListItem' | 'removeListItem'
  >;
}

/** Rows of key, type and value. */
export function AttributeFields({ form }: AttributeFieldsProps) {
  return (
    <Fieldset legend="Attributes (optional)" m={0}>
      {form.values.attributes.map(({ type }, row) => (
        <Group key={row} gap="xs" align="start" mb="xs">
          <TextInput label="Key" w={160} {...form.getInputProps(`attributes.${row}.key`)} />
          <NativeSelect
            label="Type"
            w={120}
            data={[...ATTRIBUTE_TYPES]}
            {...form.getInputProps(`attributes.${row}.type`)}
          />
          <TextInput
            label="Value"
            flex="1 1 12rem"
            placeholder={VALUE_HINTS[type]}
            {...form.getInputProps(`attributes.${row}.value`)}
          />
          <Button
            variant="default"
            mt="1.4rem"
            aria-label={`Remove attribute ${row + 1}`}
            onClick={() => form.removeListItem('attributes', row)}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Button variant="default" size="xs" onClick={() => form.insertListItem('attributes', EMPTY_ATTRIBUTE)}>
        Add an attribute
      </Button>
    </Fieldset>
  );
}

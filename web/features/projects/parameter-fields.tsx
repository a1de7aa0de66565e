import { Button, Fieldset, Group, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import type { ParameterInput } from './parameter-input.ts';

interface ParameterFieldsProps {
  form: Pick<
    UseFormReturnType<{ parameters: ParameterInput[] }>,
    'values' | 'getInputProps' | 'insertListItem' | 'removeListItem'
  >;
}

/** Rows of key and value. */
export function ParameterFields({ form }: ParameterFieldsProps) {
  return (
    <Fieldset legend="Parameters (optional)" m={0}>
      {form.values.parameters.map((_parameter, row) => (
        <Group key={row} gap="xs" align="start" mb="xs">
          <TextInput label="Parameter" w={160} {...form.getInputProps(`parameters.${row}.key`)} />
          <TextInput
            label="Value"
            flex="1 1 12rem"
            placeholder="a text, a number, or JSON"
            {...form.getInputProps(`parameters.${row}.value`)}
          />
          <Button
            variant="default"
            mt="1.4rem"
            aria-label={`Remove parameter ${row + 1}`}
            onClick={() => form.removeListItem('parameters', row)}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Button variant="default" size="xs" onClick={() => form.insertListItem('parameters', { key: '', value: '' })}>
        Add a parameter
      </Button>
    </Fieldset>
  );
}

import { TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

interface NameFieldsProps {
  form: Pick<UseFormReturnType<{ name: string; description: string }>, 'getInputProps'>;
}

/** The fields that all items have. */
export function NameFields({ form }: NameFieldsProps) {
  return (
    <>
      <TextInput
        label="Name"
        description="Its address is made of it and stays when the name changes"
        required
        withAsterisk={false}
        {...form.getInputProps('name')}
      />
      <TextInput label="Description" description="Optional, one line" {...form.getInputProps('description')} />
    </>
  );
}

import { Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';

interface NameFieldsProps {
  form: Pick<UseFormReturnType<{ name: string; description: string; details: string }>, 'getInputProps'>;
  /** Whether what they describe is still to be made. */
  isNew: boolean;
}

export const NAME_LABELS = { name: 'Name', description: 'Description', details: 'Details' } as const;

/** The fields that all items have. */
export function NameFields({ form, isNew }: NameFieldsProps) {
  return (
    <>
      <TextInput
        label={NAME_LABELS.name}
        description={
          isNew
            ? 'The address of its page is made of this name. A later change of the name leaves the address as it is'
            : 'The address of its page stays as it is'
        }
        required
        withAsterisk={false}
        {...form.getInputProps('name')}
      />
      <TextInput
        label={NAME_LABELS.description}
        description="Optional, one line"
        {...form.getInputProps('description')}
      />
      <Textarea
        label={NAME_LABELS.details}
        description="Optional, as long as you like, in Markdown"
        rows={3}
        {...form.getInputProps('details')}
      />
    </>
  );
}

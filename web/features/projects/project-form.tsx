import { Button, FileButton, Group, NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Project } from '../../../shared/contract/projects.ts';
import { ENGINES } from '../../../shared/domain/engine.ts';
import { messageOf } from '../../../shared/errors/crunch-error.ts';
import { Icon } from '../../ui/icon.tsx';
import { FormFaults } from '../../ui/form-faults.tsx';
import { NAME_LABELS, NameFields } from '../../ui/name-fields.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { engineOf, projectFaults, type ProjectInput } from './project-input.ts';

const LABELS: Record<string, string> = {
  ...NAME_LABELS,
  ...{ source: 'Workflow', text: 'Workflow text', fileName: 'File name', url: 'Workflow address', engine: 'Engine' },
  ...{ pool: 'Pool', maxRunning: 'At most at once' },
  ...{ 'parameters.key': 'Parameter', 'parameters.value': 'Value of parameter' },
};

interface ProjectFormProps {
  /** What the form begins with. */
  initial: ProjectInput;
  /** Whether the project is still to be made. */
  isNew: boolean;
  save: (input: ProjectInput) => Promise<Project>;
  onSaved: (project: Project) => void;
}

/** Asks for a project and saves it. What was typed stays when the server refuses it. */
export function ProjectForm({ initial, isNew, save, onSaved }: ProjectFormProps) {
  const saving = useMutation({ mutationFn: save, onSuccess: onSaved });
  const form = useForm({
    initialValues: initial,
    validate: projectFaults,
    // What the server said was of what is now another.
    onValuesChange: () => saving.reset(),
  });
  const { source } = form.values;
  const guessed = engineOf({ ...form.values, engine: '' });
  const forgetChoice = useRef<() => void>(null);

  async function takeFile(file: File | null) {
    if (!file) return;
    try {
      form.setValues({ text: await file.text(), fileName: file.name });
    } catch (error) {
      form.setFieldError('text', `${file.name} can’t be read: ${messageOf(error)}`);
    }
    // Else a browser says nothing when the same file is chosen again.
    forgetChoice.current?.();
  }

  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))} noValidate>
      <Stack gap="md" maw={760}>
        <FormFaults
          title={isNew ? 'The project was not added' : 'The project was left as it is'}
          errors={form.errors}
          error={saving.error}
          labels={LABELS}
        />
        <NameFields form={form} isNew={isNew} />
        <Radio.Group
          label="Workflow"
          description="The program that each dataset goes through"
          {...form.getInputProps('source')}
        >
          <Group mt="xs">
            <Radio value="text" label="Text or file" />
            <Radio value="url" label="Address" />
            <Radio value="none" label={isNew ? 'Later' : 'Leave it as it is'} />
          </Group>
        </Radio.Group>
        {source === 'text' && (
          <>
            <Group gap="sm" align="end">
              <FileButton onChange={(file) => void takeFile(file)} resetRef={forgetChoice}>
                {(props) => (
                  <Button variant="default" leftSection={<Icon name="upload" />} {...props}>
                    Choose a file
                  </Button>
                )}
              </FileButton>
              <TextInput label="File name" placeholder="Snakefile, workflow.sh" {...form.getInputProps('fileName')} />
            </Group>
            <Textarea
              label="Workflow text"
              description="A script begins with #! and its interpreter; anything else is read as a Snakefile"
              rows={10}
              spellCheck={false}
              styles={{ input: { fontFamily: 'ui-monospace, Menlo, Consolas, monospace' } }}
              {...form.getInputProps('text')}
            />
          </>
        )}
        {source === 'url' && (
          <TextInput
            label="Workflow address"
            description="The server fetches it when the project is added, and keeps what it got"
            placeholder="https://example.org/workflow/Snakefile"
            type="url"
            {...form.getInputProps('url')}
          />
        )}
        <NativeSelect
          label="Engine"
          description="What runs the workflow"
          data={[
            { value: '', label: guessed ? `As the workflow looks: ${guessed}` : 'As the workflow looks' },
            ...ENGINES.map((engine) => ({ value: engine, label: engine })),
          ]}
          maw={320}
          {...form.getInputProps('engine')}
        />
        <ParameterFields form={form} />
        <TextInput
          label="Pool"
          description="Optional: only hosts that were started for this pool take its datasets"
          maw={320}
          {...form.getInputProps('pool')}
        />
        <TextInput
          label="At most at once"
          description="Optional: how many of its datasets may run at one time"
          inputMode="numeric"
          maw={320}
          {...form.getInputProps('maxRunning')}
        />
        <Group>
          <Button type="submit" loading={saving.isPending}>
            {isNew ? 'Add project' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

import { Button, FileButton, Group, NativeSelect, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Project } from '../../../shared/contract/projects.ts';
import { ENGINES } from '../../../shared/domain/engine.ts';
import { messageOf } from '../../../shared/errors/crunch-error.ts';
import { crunch } from '../../connection/crunch.ts';
import { Icon } from '../../ui/icon.tsx';
import { FormFaults } from '../../ui/form-faults.tsx';
import { NameFields } from '../../ui/name-fields.tsx';
import { EMPTY_PROJECT, engineOf, readProject, projectFaults } from './project-input.ts';

/** Asks for a project and adds it. What was typed stays when the server refuses it. */
export function ProjectForm({ onCreated }: { onCreated: (project: Project) => void }) {
  const form = useForm({ initialValues: EMPTY_PROJECT, validate: projectFaults });
  const creation = useMutation({
    mutationFn: (values: typeof EMPTY_PROJECT) => crunch.createProject({ body: readProject(values) }),
    onSuccess: onCreated,
  });
  const forgetChoice = useRef<() => void>(null);
  const { source } = form.values;

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
    <form onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      <Stack gap="md" maw={760}>
        <FormFaults title="The project was not added" errors={form.errors} error={creation.error} />
        <NameFields form={form} />
        <Radio.Group
          label="Workflow"
          description="The program that each dataset goes through"
          {...form.getInputProps('source')}
        >
          <Group mt="xs">
            <Radio value="text" label="Text or file" />
            <Radio value="url" label="Address" />
            <Radio value="none" label="Later" />
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
            { value: '', label: `As the workflow looks: ${engineOf(form.values)}` },
            ...ENGINES.map((engine) => ({ value: engine, label: engine })),
          ]}
          maw={320}
          {...form.getInputProps('engine')}
        />
        <Group>
          <Button type="submit" loading={creation.isPending}>
            Add project
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

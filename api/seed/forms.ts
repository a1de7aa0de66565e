import { CHAR_MAX_LENGTH, type AttributeType } from '../../shared/domain/attribute-type.ts';
import type { BuiltInStage } from '../../shared/domain/stage.ts';
import {
  booleanField,
  choiceField,
  dateField,
  datetimeField,
  degreeField,
  floatField,
  integerField,
  keyField,
  nullable,
  slugField,
  textField,
  urlField,
  type Field,
} from './fields.ts';
import type { Form } from './parse-form.ts';

const NAME_MAX_LENGTH = 200;
const DESCRIPTION_MAX_LENGTH = 10_000;

const described = {
  name: textField({ label: 'Name', maxLength: NAME_MAX_LENGTH }),
  description: textField({ label: 'Description', required: false, maxLength: DESCRIPTION_MAX_LENGTH }),
  details: textField({ label: 'Details', required: false }),
};

const parent = slugField({ label: 'Parent' });

export const projectForm = { ...described, workflow: textField({ label: 'Workflow', required: false }) } satisfies Form;

export const itemForm = { ...described, parent } satisfies Form;

export const datasetForm = {
  ...itemForm,
  base_file_path: textField({ label: 'Base file path', required: false, maxLength: 1024 }),
} satisfies Form;

const keyed = { item: slugField({ label: 'Item' }), key: textField({ label: 'Key', maxLength: 255 }) };

const value = { label: 'Value' };

/** A form for each type of attribute. */
export const attributeForms = {
  char: { ...keyed, value: textField({ ...value, maxLength: CHAR_MAX_LENGTH }) },
  float: { ...keyed, value: floatField(value) },
  integer: { ...keyed, value: integerField(value) },
  filesize: { ...keyed, value: integerField({ ...value, min: 0 }) },
  boolean: { ...keyed, value: booleanField(value) },
  url: { ...keyed, value: urlField({ ...value, maxLength: 1023 }) },
  'lat-long': {
    ...keyed,
    latitude: degreeField({ label: 'Latitude', most: 90 }),
    longitude: degreeField({ label: 'Longitude', most: 180 }),
  },
  datetime: { ...keyed, value: datetimeField(value) },
  date: { ...keyed, value: dateField(value) },
} satisfies Record<AttributeType, Form>;

/** The numbers of django-crunch for stages and for what happened to them. */
export const STAGES: Record<number, BuiltInStage> = { 1: 'download', 2: 'workflow', 3: 'upload' };
export const STATES: Record<number, 'START' | 'SUCCESS' | 'FAIL'> = { 1: 'START', 2: 'SUCCESS', 3: 'FAIL' };

const told = (label: string): Field<string> => textField({ label, required: false, maxLength: 255 });
const bytes = (label: string): Field<number | null> => nullable(integerField({ label, required: false, min: 0 }));

export const statusForm = {
  dataset: keyField({ label: 'Dataset' }),
  stage: choiceField({ label: 'Stage' }, STAGES),
  state: choiceField({ label: 'State' }, STATES),
  note: textField({ label: 'Note', required: false }),
  agent_user: told('Agent user'),
  version: told('Version'),
  revision: told('Revision'),
  system: told('System'),
  system_release: told('System release'),
  system_version: told('System version'),
  machine: told('Machine'),
  hostname: told('Hostname'),
  ip_address: told('Ip address'),
  mac_address: told('Mac address'),
  memory_total: bytes('Memory total'),
  memory_free: bytes('Memory free'),
  disk_total: bytes('Disk total'),
  disk_free: bytes('Disk free'),
} satisfies Form;

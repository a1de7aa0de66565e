import type { AttributeRecord } from '../../catalog/attributes.ts';
import type { ItemRecord } from '../../catalog/items.ts';
import type { DatasetParts } from '../../catalog/numbered-pages.ts';
import type { StatusRecord } from '../../catalog/statuses.ts';
import { isBuiltInStage, statusStage } from '../../shared/domain/stage.ts';
import { STAGES, STATES } from './forms.ts';

// What is given here is django-crunch's wire format and nothing else's: names, numbers and nesting are its own.

type Shown = Record<string, unknown>;

export function presentProject({ id, name, slug, description, details }: ItemRecord, workflow: string): Shown {
  return { id, name, slug, description, details, workflow };
}

export function presentItem({ id, name, slug, parent, description, details, attributes }: ItemRecord): Shown {
  return { id, name, slug, parent, description, details, attributes: attributes.map(presentValue) };
}

export function presentDataset(item: ItemRecord, { items, basePath }: DatasetParts): Shown {
  return { ...presentItem(item), items: items.map(presentItem), base_file_path: basePath };
}

/** An attribute among those of its item: its type shows by its value alone. */
function presentValue(attribute: AttributeRecord): Shown {
  const { key } = attribute;
  if (attribute.type === 'lat-long') return { key, latitude: attribute.latitude, longitude: attribute.longitude };
  return { key, value: attribute.type === 'datetime' ? shortTime(attribute.value) : attribute.value };
}

/** An attribute in the list of its type. */
export function presentAttribute(item: string, attribute: AttributeRecord): Shown {
  if (attribute.type !== 'lat-long') return { item, ...presentValue(attribute) };
  const [latitude, longitude] = [attribute.latitude.toFixed(9), attribute.longitude.toFixed(9)];
  return { item, key: attribute.key, latitude, longitude };
}

/** What django-crunch has no number for is shown as a failure, its own word before the note. */
export function presentStatus(status: StatusRecord & { datasetId: number }): Shown {
  const { id, datasetId, diagnostics: it } = status;
  const state = numberOf(STATES, (word) => word === status.state);
  return {
    ...{ id, dataset: datasetId, site_user: null },
    // A stage of somebody's own is a part of what the workflow does.
    stage: numberOf(STAGES, (stage) => isBuiltInStage(stage) && statusStage(stage) === status.stage) ?? 2,
    state: state ?? 3,
    note: state === undefined ? [status.state, status.note].filter((text) => text !== '').join(': ') : status.note,
    ...{ agent_user: it.agentUser, version: it.version, revision: it.revision, system: it.system },
    ...{ system_release: it.systemRelease, system_version: it.systemVersion, machine: it.machine },
    ...{ hostname: it.hostname, ip_address: it.ipAddress, mac_address: it.macAddress },
    ...{ memory_total: it.memoryTotal, memory_free: it.memoryFree },
    ...{ disk_total: it.diskTotal, disk_free: it.diskFree },
  };
}

function numberOf<Word>(words: Record<number, Word>, fits: (word: Word) => boolean): number | undefined {
  const found = Object.entries(words).find(([, word]) => fits(word));
  return found && Number(found[0]);
}

/** Python writes no fraction of a second where there is none, else six digits. */
function shortTime(iso: string): string {
  return iso.replace(/\.(\d{3})Z$/, (_, digits: string) => (digits === '000' ? 'Z' : `.${digits}000Z`));
}

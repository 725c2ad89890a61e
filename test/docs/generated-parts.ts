import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/shared/clock.ts';
import { DRIVERS } from '../../src/driver-catalog.ts';
import type { DriverEntry } from '../../src/drivers/driver-entry.ts';
import { SeriesLabels } from '../../src/metrics/series-labels.ts';
import { PUSH_PROTOCOL_NAMES } from '../../src/push-catalog.ts';
import { REPORT_KINDS } from '../../src/reports/report-kinds.ts';
import { optionNameOf } from '../../src/library/internal/flag-names.ts';
import { PROFILES } from '../../src/sources/profiles/registry.ts';
import { sourceFamilies, SourceRecord } from '../../src/sources/source-families.ts';
import { TAGS } from '../../src/templates/tags.ts';
import { flagRows } from '../../src/workload/flags.ts';
import { workloadJsonSchema } from '../../src/workload/json-schema.ts';
import { urlTable } from '../unit/cli/url-table.ts';
import { exposeAllFamilies } from '../unit/metrics/exposed-families.ts';
import { boundTable } from '../unit/workload/bound-table.ts';
import { tagTable } from '../unit/workload/field-table.ts';
import { referenceTables } from '../unit/workload/reference-tables.ts';
import { labelsOf, updateFamilies } from './families.ts';
import { fillTable, renderTable } from './markdown-table.ts';

/** Generates the text of a block. @param current the present text, for parts that keep columns written by hand */
type Generate = (current: string) => string | Promise<string>;

interface Layer {
  readonly folder: string;
  readonly content: string;
  readonly may: readonly string[];
}

/**
 * Generated parts of each page of the documentation, by the names of their blocks. Deterministic: two calls give the
 * same text.
 */
export const GENERATED_PARTS: Readonly<Record<string, Readonly<Record<string, Generate>>>> = {
  'docs/architecture.md': { layers: layerTable },
  'docs/ci.md': {
    'report formats': (current) => fillTable(current, REPORT_KINDS.map(codeCell)),
  },
  'docs/connections.md': { 'checks of URLs': urlTable },
  'docs/library.md': { options: optionTable, example: exampleTest },
  'docs/metrics.md': {
    families: async (current) => updateFamilies(current, await exposeAllFamilies()),
    'push protocols': (current) => fillTable(current, PUSH_PROTOCOL_NAMES.map(codeCell)),
  },
  'docs/sources.md': { 'source families': sourceFamilyTable, profiles: profileTable },
  'docs/targets.md': { drivers: (current) => fillTable(current, Object.values<DriverEntry>(DRIVERS).map(driverCells)) },
  'docs/workload.md': {
    ...Object.fromEntries(
      Object.entries(referenceTables(workloadJsonSchema())).map(([name, table]) => [`fields of ${name}`, () => table]),
    ),
    'template tags': () => tagTable(Object.values(TAGS)),
    bounds: boundTable,
  },
};

/** Options of the library that are flags, with the functions that have them. */
function optionTable(): string {
  const rows = flagRows().flatMap(([name, { commands, description }]) => {
    const users = (['run', 'validate'] as const).filter((command) => commands.some((one) => one === command));
    if (users.length === 0) return [];
    const of = users.length === 2 ? 'both' : `\`${users.join()}\``;
    return [[`\`${optionNameOf(name)}\``, of, description.replace('; may be repeated', '')]];
  });
  return renderTable(['option', 'of', 'meaning'], rows);
}

function exampleTest(): string {
  const text = readFileSync(new URL('../../examples/library/load.test.ts', import.meta.url), 'utf8');
  return `\`\`\`ts\n${text.trimEnd()}\n\`\`\``;
}

function codeCell(name: string): readonly string[] {
  return [`\`${name}\``];
}

function driverCells({ schemes, peer }: DriverEntry): readonly string[] {
  const library = peer === undefined ? 'built in' : `\`npm install ${peer.name}@${peer.major}\``;
  return [schemes.map((scheme) => `\`${scheme}\``).join(', '), library];
}

function layerTable(): string {
  const layers = JSON.parse(readFileSync(new URL('../layers/layers.json', import.meta.url), 'utf8')) as Layer[];
  const rows = layers.map(({ folder, content, may }) => [`\`${folder}\``, content, describeImports(may)]);
  return renderTable(['folder', 'content', 'may import'], rows);
}

function describeImports(may: readonly string[]): string {
  if (may.length === 0) return 'no other folder';
  if (may.includes('*')) return 'all';
  return may.map((entry) => (entry.includes('/') ? `\`${entry}\`` : entry)).join(', ');
}

function sourceFamilyTable(current: string): string {
  const families = sourceFamilies([
    { series: new SeriesLabels({ source: 'db' }), record: new SourceRecord(systemClock()) },
  ]);
  return fillTable(
    current,
    families.map((family) => [`\`${family.name}\``, family.type, labelsOf(family).join(', ')]),
  );
}

function profileTable(): string {
  const rows = Object.values(PROFILES).map(({ name, system, phases }) => [
    `\`${name}\``,
    system,
    phases.map((phase) => `\`${phase.name}\``).join(' '),
  ]);
  return renderTable(['profile', 'system', 'phases'], rows);
}

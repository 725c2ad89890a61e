import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { scratchFile } from '../e2e/agent.ts';
import { findBinary, HELM } from '../needs.ts';
import type { KubernetesObject } from './deployment-schemas.ts';

export { HELM };

const CHART = fileURLToPath(new URL('../../charts/loadbot-agent', import.meta.url));

/** The result of a command of helm. */
interface HelmOutput {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The lowest version of Kubernetes that the chart allows. */
const KUBERNETES = '1.29.0';

/** Renders the chart for a release `lb`, without a cluster. */
export function helmTemplate(values: unknown = {}, chart = CHART): HelmOutput {
  const file = scratchFile('values.json');
  writeFileSync(file, JSON.stringify(values));
  const args = ['template', 'lb', chart, '--values', file, '--kube-version', KUBERNETES];
  return spawnSync(findBinary(HELM.name, HELM.folder) ?? HELM.name, args, { encoding: 'utf8' });
}

/** The objects of the chart, as text. */
function render(values: unknown, chart?: string): string {
  const { status, stdout, stderr } = helmTemplate(values, chart);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Renders the objects of the chart. */
export function renderChart(values: unknown = {}): readonly KubernetesObject[] {
  return parseAllDocuments(render(values)).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as KubernetesObject;
  });
}

/** Renders the notes of an installation. `helm template` leaves them out, so that a copy has them as an object. */
export function renderNotes(values: unknown = {}): string {
  const copy = scratchFile('chart');
  cpSync(CHART, copy, { recursive: true });
  const notes = readFileSync(join(copy, 'templates/NOTES.txt'), 'utf8');
  writeFileSync(join(copy, 'templates/_notes.tpl'), `{{ define "notes" }}${notes}{{ end }}`);
  const object = 'kind: Notes\napiVersion: v1\nmetadata: { name: notes }\ntext: {{ include "notes" . | toJson }}\n';
  writeFileSync(join(copy, 'templates/notes.yaml'), object);
  const documents = parseAllDocuments(render(values, copy)).map((document) => document.toJS() as Notes);
  return documents.find(({ kind }) => kind === 'Notes')?.text ?? '';
}

interface Notes {
  readonly kind: string;
  readonly text: string;
}

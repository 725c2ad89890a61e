import { basename, extname } from 'node:path';
import { SECRET_NAME } from '../../shared/secret-text.ts';
import type { ImportNode } from '../../request-files/import-node.ts';
import type { SecretVariables } from '../secret-variables.ts';
import { variableName } from '../../request-files/template-text.ts';
import { toTemplate } from '../request-fields.ts';
import { listOf } from './expectations.ts';
import { secondsOf } from './flow.ts';

/** A section of the rate of new users. */
interface Phase {
  readonly seconds: number;
  /** Users per second. */
  readonly from: number;
  readonly to: number;
}

/** Phases of `config`, in order; empty: none. */
export function readPhases(config: ImportNode, notes: Set<string>): Phase[] {
  return config
    .field('phases')
    .items()
    .flatMap((phase): Phase[] => {
      const pause = secondsOf(phase.field('pause'));
      if (pause !== undefined) return [{ seconds: pause, from: 0, to: 0 }];
      const seconds = secondsOf(phase.field('duration'));
      const rate = Number(phase.field('arrivalRate').text() ?? NaN);
      const count = Number(phase.field('arrivalCount').text() ?? NaN);
      const to = Number(phase.field('rampTo').text() ?? NaN);
      const from = Number.isFinite(rate) ? rate : Number.isFinite(to) ? 0 : count / (seconds ?? NaN);
      if (seconds === undefined || seconds <= 0 || !(from >= 0)) {
        notes.add('A phase is imported with a duration and an arrivalRate, rampTo or arrivalCount as numbers.');
        return [];
      }
      return [{ seconds, from, to: Number.isFinite(to) ? to : from }];
    });
}

/** Highest number of users at the same time; 0: not limited in all phases. */
export function readMaxUsers(config: ImportNode, notes: Set<string>): number {
  const phases = config
    .field('phases')
    .items()
    .filter((phase) => phase.field('pause').value === undefined);
  const limits = phases.map((phase) => Number(phase.field('maxVusers').text() ?? 0));
  if (limits.length > 0 && limits.every((limit) => limit > 0)) return Math.max(...limits);
  if (limits.some((limit) => limit > 0)) notes.add('maxVusers is not imported: other phases have none.');
  return 0;
}

/** Stages of a job at a share of the rate of all users. */
export function toStages(phases: readonly Phase[], share: number): readonly object[] {
  const pace = (rate: number): number => Number((rate * share).toPrecision(6));
  return phases.map(({ seconds, from, to }) => ({ duration: `${seconds}s`, from: pace(from), pace: pace(to) }));
}

/** Variables that are drawn once for each user, in the notation of the file. */
export function readVariables(
  config: ImportNode,
  notes: Set<string>,
  secrets: SecretVariables,
): ReadonlyMap<string, unknown> {
  const variables = new Map<string, unknown>();
  for (const [name, node] of config.field('variables').entries()) {
    const texts = node.items().map((item) => item.text());
    const text = node.text();
    const isList = texts.length > 0 && texts.every((one) => one !== undefined && /^[^,()#$]+$/.test(one));
    if (!/^[A-Za-z_]\w{0,63}$/.test(name))
      notes.add(`The variable ${name} is not imported: its name has other characters than letters.`);
    else if (text !== undefined && SECRET_NAME.test(name)) {
      variables.set(name, toTemplate(secrets.replace(text, name, `the variable ${name}`)));
    } else if (isList && !SECRET_NAME.test(name)) variables.set(name, `#pick(${texts.join(',')})`);
    else if (text !== undefined) variables.set(name, typeof node.value === 'string' ? toTemplate(text) : node.value);
    else notes.add(`The variable ${name} is not imported: lists of plain texts and single values are.`);
  }
  return variables;
}

/** A feeder, in the notation of the file, and its columns. */
interface Payload {
  readonly feeder: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly columns: readonly string[];
}

/** Files of `payload`. */
export function readPayloads(config: ImportNode, notes: Set<string>): Payload[] {
  const taken = new Set<string>();
  return listOf(config.field('payload')).flatMap((payload): Payload[] => {
    const file = payload.field('path').requireText();
    const columns = payload
      .field('fields')
      .items()
      .map((one) => one.requireText());
    if (extname(file).toLowerCase() !== '.csv') {
      notes.add(`The payload ${file} is not imported: CSV is.`);
      return [];
    }
    const word = variableName(basename(file, extname(file))).replace(/^_+/, '');
    const base = /^[A-Za-z]/.test(word) ? word : `rows_${word}`;
    let name = base;
    for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
    taken.add(name);
    const bad = columns.filter((column) => !/^\w+$/.test(column));
    if (bad.length > 0) notes.add(`Columns of ${file} need names of letters, digits and _: ${bad.join(', ')}.`);
    notes.add(`${file} must begin with a line of column names: ${columns.join(',')}`);
    const order = payload.field('order').text() === 'sequence' ? undefined : 'random';
    const delimiter = payload.field('delimiter').text();
    return [{ name, columns, feeder: { name, file, order, delimiter: delimiter === ',' ? undefined : delimiter } }];
  });
}

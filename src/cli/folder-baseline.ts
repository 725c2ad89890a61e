import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadbotError } from '../shared/errors.ts';
import { formatCountOf } from '../shared/units.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import { readResultFile } from '../planning/read-result-file.ts';
import type { PlanIo } from '../planning/source-io.ts';
import { buildComparedSide, type ComparedSide } from '../reports/comparison/comparison.ts';
import type { ResultDocument } from '../reports/document/result-document.ts';
import { unreadableReason } from '../workload/read/unreadable-reason.ts';

/** Fewest runs whose variation is a sample. */
const MIN_SAMPLE = 3;

/** Selects runs of a folder as the baseline. */
export interface FolderBaseline {
  readonly folder: string;
  /** How many, the last ones. */
  readonly runs: number;
}

/**
 * Reads the last runs of a folder as the baseline, the oldest first: completed runs of the workloads of the current
 * side, without the current runs. Other files stay out.
 * @param allowInvalid takes invalid runs, too
 * @throws {LoadbotError} `config_invalid` when the folder cannot be read, or has no such run
 */
export async function readFolderBaseline(
  { folder, runs: wanted }: FolderBaseline,
  current: readonly ResultDocument[],
  allowInvalid: boolean,
  io: Pick<PlanIo, 'readStdin'>,
): Promise<ComparedSide> {
  const workloads = new Set(current.map(({ workload }) => workload));
  const except = new Set(current.map(({ run_id: id }) => id));
  const { results, unreadable } = await readResults(folder, io);
  const candidates = results.filter(({ run_id: id, workload }) => workloads.has(workload) && !except.has(id));
  const complete = candidates.filter(({ partial, end }) => !partial && end === 'completed');
  const valid = complete.filter(({ validity }) => allowInvalid || validity.valid);
  const used = valid.toSorted((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at)).slice(-wanted);
  const names = [...workloads].map(sanitizeForTerminal).join(', ');
  const [oldest] = used;
  if (oldest === undefined) {
    const found = `${formatCountOf(candidates.length, 'run')} of ${names}, none of them complete and valid`;
    throw new LoadbotError('config_invalid', `no baseline in ${folder}: ${found}`, {
      hint: 'runs are stored there with run --out DIR/NAME.json, or by start-agent with --state DIR',
    });
  }
  const side = buildComparedSide(used);
  const leftOut = [
    [candidates.length - complete.length, 'not completed'],
    [complete.length - valid.length, 'invalid'],
    [unreadable, 'not a result'],
  ] as const;
  return {
    ...side,
    notes: [
      `baseline: the last ${formatCountOf(used.length, 'run')} of ${names} in ${folder}, since ${oldest.started_at}`,
      ...(used.length < MIN_SAMPLE
        ? [`with fewer than ${MIN_SAMPLE} runs, the variation between runs is not known`]
        : ['a change counts beyond the 95 % prediction interval of one further run of the baseline']),
      ...leftOut.flatMap(([count, why]) => (count === 0 ? [] : [`left out: ${formatCountOf(count, 'file')}, ${why}`])),
      ...side.notes,
    ],
  };
}

interface FoundResults {
  readonly results: readonly ResultDocument[];
  readonly unreadable: number;
}

async function readResults(folder: string, io: Pick<PlanIo, 'readStdin'>): Promise<FoundResults> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new LoadbotError('config_invalid', `cannot read ${folder}: ${unreadableReason(cause)}`, { cause });
  });
  const results: ResultDocument[] = [];
  let unreadable = 0;
  for (const name of names.filter((one) => one.endsWith('.json')).toSorted()) {
    try {
      results.push(await readResultFile(join(folder, name), io));
    } catch {
      unreadable++;
    }
  }
  return { results, unreadable };
}

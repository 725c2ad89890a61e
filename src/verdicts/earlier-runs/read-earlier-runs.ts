import { LoadbotError } from '../../core/errors.ts';
import { printable } from '../../core/printable.ts';
import { redactUrl } from '../../core/redact.ts';
import { formatCountOf } from '../../core/units.ts';
import type { JobFigures } from '../compare.ts';
import { describeInvalid } from '../describe-invalid.ts';
import { figuresOfHistory } from './figures.ts';
import { findRuns, type FoundRun, type RunSelection } from './find-runs.ts';
import { historyOf } from './job-histories.ts';
import { readRunSeries } from './run-series.ts';

/** Runs that a server still knows of, as a side of a comparison. */
export interface EarlierRuns {
  readonly runs: readonly (readonly JobFigures[])[];
  /** Those of them that are marked invalid, by their ids. */
  readonly invalid: readonly string[];
  /** Which runs these are, which were left out, and what is not known of them. */
  readonly notes: readonly string[];
}

/**
 * Reads the last runs of a server that a selector finds. Those that were not carried out to their end, or are marked invalid, are
 * left out, and older ones taken in their place.
 * @param wanted how many at most, 1 or more
 * @param except runs that are none of the earlier ones
 * @param allowInvalid takes those that are marked invalid, too
 * @throws {LoadbotError} `server_unreachable` when there is no answer, `config_invalid` when there is no run
 */
export async function readEarlierRuns(
  selection: RunSelection,
  wanted: number,
  except: ReadonlySet<string>,
  allowInvalid: boolean,
): Promise<EarlierRuns> {
  const { server, selector } = selection;
  const found = (await findRuns(selection)).filter(({ runId }) => !except.has(runId));
  const used: { readonly run: FoundRun; readonly jobs: readonly JobFigures[] }[] = [];
  const invalid: string[] = [];
  const notes: string[] = [];
  const warmedUp = new Set<string>();
  for (const run of found) {
    if (used.length === wanted) break;
    const { counters, isInvalid } = await readRunSeries(server, run);
    const { jobs, unfinished } = historyOf(counters);
    if (unfinished.length > 0) {
      notes.push(`left out: run ${shortId(run)}, as ${unfinished.map(printable).join(', ')} did not come to its end`);
    } else if (jobs.length === 0) {
      notes.push(`left out: run ${shortId(run)}, no series with its job_uuid has any requests`);
    } else if (isInvalid && !allowInvalid) {
      notes.push(`left out: ${describeInvalid(run.runId)}`);
    } else {
      used.push({ run, jobs: jobs.map(figuresOfHistory) });
      if (isInvalid) invalid.push(run.runId);
    }
    for (const job of jobs) if (job.warmedUp) warmedUp.add(job.job);
  }
  if (used.length === 0) {
    throw new LoadbotError(
      'config_invalid',
      `${redactUrl(server.url)} has no earlier run to compare with for ${selector}`,
      {
        hint:
          notes.length > 0
            ? notes.join('; ')
            : 'the only run that it finds is the current one; choose labels that earlier runs have, or further back with --look_back',
      },
    );
  }
  const runs = used.map(({ run }) => `${shortId(run)} (${dateOf(run)})`).join(', ');
  return {
    runs: used.map(({ jobs }) => jobs),
    invalid,
    notes: [
      `the baseline is ${formatCountOf(used.length, 'run')} of ${redactUrl(server.url)}: ${runs}`,
      'of its percentiles only the bucket is known; finer `buckets` of the workload tell more',
      ...(used.length === 1
        ? ['one run does not say how runs differ: rates cannot be told, and percentiles hardly']
        : []),
      ...[...warmedUp].map(
        (job) => `the rate of ${printable(job)} cannot be told: no series says how long it warmed up`,
      ),
      ...invalid.map(describeInvalid),
      ...notes,
    ],
  };
}

function shortId({ runId }: FoundRun): string {
  return printable(runId.slice(0, 8));
}

function dateOf({ toSeconds }: FoundRun): string {
  return new Date(toSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

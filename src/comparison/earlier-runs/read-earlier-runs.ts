import { LoadbotError } from '../../shared/errors.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { redactUrl } from '../../shared/redact.ts';
import { formatCountOf } from '../../shared/units.ts';
import { type JobEstimates, describeInvalid } from '../compare.ts';
import { estimatesOfHistory } from './estimates.ts';
import { findRuns, type FoundRun, type RunSelection } from './find-runs.ts';
import { buildRunHistory } from './job-histories.ts';
import { readRunSeries } from './run-series.ts';

/** Stored runs of a server, as one side of a comparison. */
export interface EarlierRuns {
  readonly runs: readonly (readonly JobEstimates[])[];
  /** Ids of the runs that are marked invalid. */
  readonly invalid: readonly string[];
  /** Notes for the report: the runs used, the runs left out, and missing data. */
  readonly notes: readonly string[];
}

/**
 * Reads the latest runs that match a selector. Runs that did not complete or are marked invalid are left out; older
 * runs take their place.
 * @param wanted maximum number of runs, 1 or more
 * @param except ids of runs that do not belong to the baseline
 * @param allowInvalid also uses runs that are marked invalid
 * @throws {LoadbotError} `server_unreachable` without a usable response, `config_invalid` if no run is left
 */
export async function readEarlierRuns(
  selection: RunSelection,
  wanted: number,
  except: ReadonlySet<string>,
  allowInvalid: boolean,
): Promise<EarlierRuns> {
  const { server, selector } = selection;
  const found = (await findRuns(selection)).filter(({ runId }) => !except.has(runId));
  const used: { readonly run: FoundRun; readonly jobs: readonly JobEstimates[] }[] = [];
  const invalid: string[] = [];
  const notes: string[] = [];
  const warmedUp = new Set<string>();
  for (const run of found) {
    if (used.length === wanted) break;
    const { counters, isInvalid } = await readRunSeries(server, run);
    const { jobs, unfinished } = buildRunHistory(counters);
    if (unfinished.length > 0) {
      notes.push(
        `left out: run ${shortId(run)}, as ${unfinished.map(sanitizeForTerminal).join(', ')} did not complete`,
      );
    } else if (jobs.length === 0) {
      notes.push(`left out: run ${shortId(run)}, no series with its job_uuid has any requests`);
    } else if (isInvalid && !allowInvalid) {
      notes.push(`left out: ${describeInvalid(run.runId)}`);
    } else {
      used.push({ run, jobs: jobs.map(estimatesOfHistory) });
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
            : 'the selector matches only the current run; choose labels of earlier runs, or a longer --look_back',
      },
    );
  }
  const runs = used.map(({ run }) => `${shortId(run)} (${dateOf(run)})`).join(', ');
  return {
    runs: used.map(({ jobs }) => jobs),
    invalid,
    notes: [
      `the baseline is ${formatCountOf(used.length, 'run')} of ${redactUrl(server.url)}: ${runs}`,
      'percentiles of the baseline are known only to the histogram bucket; finer `buckets` in the workload narrow them',
      ...(used.length === 1
        ? ['one run does not show how much runs differ: rates are undecided, and percentiles mostly']
        : []),
      ...[...warmedUp].map(
        (job) => `the rate of ${sanitizeForTerminal(job)} is undecided: no series contains the duration of its warm-up`,
      ),
      ...invalid.map(describeInvalid),
      ...notes,
    ],
  };
}

function shortId({ runId }: FoundRun): string {
  return sanitizeForTerminal(runId.slice(0, 8));
}

function dateOf({ toSeconds }: FoundRun): string {
  return new Date(toSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

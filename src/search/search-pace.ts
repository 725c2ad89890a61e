import { isBuiltIn } from '../driver-catalog.ts';
import { DocumentLedger } from '../engine/document-ledger.ts';
import type { Plan, RequestJobPlan } from '../plan/plan.ts';
import type { RunResult } from '../reports/report.ts';
import { LoadbotError } from '../shared/errors.ts';
import { evaluateProbe, type ProbeResult } from './evaluate-probe.ts';
import { findHighestPace, type PaceRange } from './find-highest-pace.ts';
import { planProbe, stepsBefore } from './probe-plan.ts';

interface SearchOptions {
  readonly from: number;
  readonly to: number;
  /** Share of the pace. */
  readonly precision: number;
  /** Measured duration of a probe. */
  readonly probeMs: number;
  /** Runs a plan; the ledger has the documents of the runs before. */
  readonly execute: (plan: Plan, documents: DocumentLedger) => Promise<RunResult>;
  readonly onSetUp: () => void;
  readonly onProbe: (probe: ProbeResult) => void;
}

/** Result of a search. */
export interface SearchResult extends PaceRange {
  /** In order; a pace may occur twice. */
  readonly probes: readonly ProbeResult[];
}

/**
 * Finds the highest pace of a job at which its thresholds hold. The steps before the job run once, since they write its
 * documents. A pace that could not be measured is probed once more: another program may have disturbed the machine.
 */
export async function searchPace(plan: Plan, job: RequestJobPlan, options: SearchOptions): Promise<SearchResult> {
  const { execute, probeMs, onSetUp, onProbe } = options;
  const documents = new DocumentLedger(plan.seed);
  const before = stepsBefore(plan, job);
  // The built-in store ends with its run.
  const isEphemeral = isBuiltIn(plan.target);
  if (before.length > 0 && !isEphemeral) {
    onSetUp();
    requireCompleted(await execute({ ...plan, steps: before, thresholds: [] }, documents));
  }
  const probes: ProbeResult[] = [];
  const probe = async (pace: number): Promise<ProbeResult> => {
    const load = { pace, durationMs: probeMs, before: isEphemeral ? before : [] };
    const run = await execute(planProbe(plan, job, load), isEphemeral ? new DocumentLedger(plan.seed) : documents);
    const result = evaluateProbe(pace, job, run);
    probes.push(result);
    onProbe(result);
    return result;
  };
  const range = await findHighestPace(options, async (pace) => {
    const first = await probe(pace);
    const { verdict } = first.verdict === 'invalid' ? await probe(pace) : first;
    return verdict === 'holds';
  });
  return { ...range, probes };
}

/** @throws {LoadbotError} when the jobs before the searched one did not complete */
function requireCompleted({ end, reason }: RunResult): void {
  if (end === 'completed') return;
  throw new LoadbotError('internal', `the jobs before the searched one did not complete: ${reason ?? end}`);
}

import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCount, formatCountOf } from '../../shared/units.ts';
import { requestParts } from '../../shared/job-parts.ts';
import { errorsOf, type JobSnapshot, requestsOf, type Snapshot } from '../../recorder/snapshot.ts';
import { type Annotation, escapeHtml, tagOf } from './annotation-api.ts';
import type { AnnotationWriter, AnnotationHandle } from './annotation-writer.ts';

/** Properties that all annotations of a run share. */
interface AnnotatedRun {
  readonly workload: string;
  readonly agent: string;
  /** Target of the load, without credentials. */
  readonly target: string;
  readonly runId: string;
  /** Tags of every annotation, in addition to its own. */
  readonly tags: readonly string[];
}

/** An open time range. */
interface Open {
  readonly note: AnnotationHandle;
  readonly annotation: Annotation;
}

/** Annotates a run in Grafana: the run, each of its jobs and each phase of the system under test, from start to end. */
export class RunAnnotations {
  readonly #run: AnnotatedRun;
  readonly #writer: Pick<AnnotationWriter, 'add'>;
  /** Current phases and their start times. */
  readonly #inForce = new Map<string, number>();
  readonly #phases = new Map<string, Open>();
  /** By uuid; `undefined`: ended. */
  readonly #jobs = new Map<string, Open | undefined>();
  #whole: Open | undefined;

  constructor(run: AnnotatedRun, writer: Pick<AnnotationWriter, 'add'>) {
    this.#run = run;
    this.#writer = writer;
  }

  /** @param startEpochMs start of the run, milliseconds since the epoch */
  begin(startEpochMs: number): void {
    const { workload, target, runId } = this.#run;
    const text = `<b>${shown(workload)}</b> on ${shown(target)} is running; run ${shown(runId)}`;
    this.#whole = this.#open({ startEpochMs, endEpochMs: undefined, text, tags: this.#tags() });
    for (const [phase, epochMs] of this.#inForce) this.#openPhase(phase, Math.max(epochMs, startEpochMs));
  }

  /** Called about once a second. */
  update({ jobs, epochMs }: Snapshot): void {
    // A mixed job has one snapshot per request type.
    const uuids = new Set(jobs.map(({ uuid }) => uuid));
    for (const uuid of uuids) {
      const parts = jobs.filter((job) => job.uuid === uuid);
      this.#updateJob(uuid, parts, epochMs);
    }
  }

  /** The system under test has entered or left a phase. */
  phase(name: string, isInForce: boolean, epochMs: number): void {
    if (!isInForce) {
      this.#inForce.delete(name);
      this.#closePhase(name, epochMs);
      return;
    }
    this.#inForce.set(name, epochMs);
    if (this.#whole !== undefined) this.#openPhase(name, epochMs);
  }

  /** The load was changed. */
  change(text: string, epochMs: number): void {
    this.#open({
      startEpochMs: epochMs,
      endEpochMs: undefined,
      text: shown(text),
      tags: this.#tags(['change', 'load']),
    });
  }

  /** @param outcome how the run ended, and the reason, in a few words */
  end(final: Snapshot, endEpochMs: number, outcome: string): void {
    const { workload, target, runId } = this.#run;
    const text = `<b>${shown(workload)}</b> on ${shown(target)} ${shown(outcome)}; run ${shown(runId)}`;
    // First, because a killed run has little time for more.
    if (this.#whole !== undefined) close(this.#whole, { endEpochMs, text });
    this.#whole = undefined;
    this.update(final);
    for (const [uuid, open] of this.#jobs) {
      // A killed run does not wait for its jobs.
      if (open !== undefined) close(open, { endEpochMs });
      this.#jobs.set(uuid, undefined);
    }
    for (const name of this.#phases.keys()) this.#closePhase(name, endEpochMs);
  }

  #updateJob(uuid: string, parts: readonly JobSnapshot[], epochMs: number): void {
    const [job] = parts;
    if (job === undefined || !job.opened) return;
    const { status, endedEpochMs, elapsedMs, warmUp } = job;
    const known = this.#jobs.has(uuid);
    if (status === 'warm_up' || status === 'in_progress') {
      if (known) return;
      // The duration of a warm-up is unknown until it ends.
      const startEpochMs = warmUp === undefined ? epochMs - elapsedMs : epochMs;
      this.#jobs.set(uuid, this.#openJob(job, startEpochMs));
      return;
    }
    if (endedEpochMs === undefined || (known && this.#jobs.get(uuid) === undefined)) return;
    const startEpochMs = endedEpochMs - (job.ranMs ?? 0);
    const open = this.#jobs.get(uuid) ?? this.#openJob(job, startEpochMs);
    close(open, { startEpochMs, endEpochMs: endedEpochMs, text: `<b>${shown(job.name)}</b> ${outcomeOf(parts)}` });
    this.#jobs.set(uuid, undefined);
  }

  #openJob({ name, type }: JobSnapshot, startEpochMs: number): Open {
    const text = `<b>${shown(name)}</b> (${type}) is running`;
    return this.#open({ startEpochMs, endEpochMs: undefined, text, tags: this.#tags(['job', name]) });
  }

  #openPhase(name: string, startEpochMs: number): void {
    const text = `phase <b>${shown(name)}</b>`;
    const annotation = { startEpochMs, endEpochMs: undefined, text, tags: this.#tags(['phase', name]) };
    this.#phases.set(name, this.#open(annotation));
  }

  #closePhase(name: string, endEpochMs: number): void {
    const open = this.#phases.get(name);
    if (open !== undefined) close(open, { endEpochMs });
    this.#phases.delete(name);
  }

  #open(annotation: Annotation): Open {
    return { annotation, note: this.#writer.add(annotation) };
  }

  #tags(...own: readonly (readonly [key: string, value: string])[]): readonly string[] {
    const { workload, agent, tags } = this.#run;
    const all = [['workload', workload] as const, ['agent', agent] as const, ...own];
    return ['loadbot-agent', ...all.map(([key, value]) => tagOf(key, sanitizeForTerminal(value))), ...tags];
  }
}

function close({ note, annotation }: Open, changes: Partial<Annotation>): void {
  note.update({ ...annotation, ...changes });
}

/** Outcome of a job, over all its request types. */
function outcomeOf(all: readonly JobSnapshot[]): string {
  const parts = requestParts(all);
  const requests = parts.reduce((total, { measured }) => total + requestsOf(measured), 0);
  const errors = parts.reduce((total, { measured }) => total + errorsOf(measured), 0);
  const failed = errors === 0 ? 'none failed' : `${formatCount(errors)} failed`;
  return `${all[0]?.status ?? ''}: ${formatCountOf(requests, 'request')}, ${failed}`;
}

function shown(text: string): string {
  return escapeHtml(sanitizeForTerminal(text));
}

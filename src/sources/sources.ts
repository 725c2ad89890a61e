import pLimit from 'p-limit';
import { type Timer, startTicker } from '../shared/clock.ts';
import type { SourceCondition, Selector } from '../conditions/condition.ts';
import { selectorsOf } from '../conditions/selectors.ts';
import type { SourcePlan, SourceOrigin } from '../plan/source-plan.ts';
import type { Family } from '../metrics/family.ts';
import { SeriesLabels } from '../metrics/series-labels.ts';
import type { SeriesObservation } from './conditions/evaluate.ts';
import { SourceConditionInput } from './conditions/source-facts.ts';
import { type ConditionChange, ConditionWatch, type Watch } from './conditions/watch.ts';
import { type MeasureOptions, SourceMeasure } from './measures/source-measure.ts';
import { highlightedNames, phasesOf, type SourcePhase } from './profiles/source-phases.ts';
import { Source, type SourceContext } from './source.ts';
import type { SourceResult } from './documents.ts';
import { sourceFamilies } from './source-families.ts';
import { redactUrl } from '../shared/redact.ts';

/**
 * Metrics of the system under test while the load runs. All work happens on the main thread, in chunks of documents; a
 * slow or failing source never affects the load.
 */
export interface Sources {
  /** Reads every source once, then each at its interval. Resolves after the first attempts. Never rejects. */
  start(): Promise<void>;
  /** Reads every source a last time and closes them. Takes as long as the longest timeout. Never rejects. */
  stop(): Promise<void>;
  /**
   * `loadbot_source_*`, without the label `agent`; empty without sources. Describes the last attempts; has no side
   * effect.
   */
  families(): readonly Family[];
  /** Current values of these series, of sources that still respond. */
  current(selector: Selector): readonly SeriesObservation[];
  /**
   * Evaluates a condition after every attempt to read a source. Its time ranges (`[30s]`, `[run]`) begin with this
   * call.
   * @param onChange called with the initial result and after every change
   */
  watch(condition: SourceCondition, onChange?: (change: ConditionChange) => void): Watch;
  /** Measures these series while load runs; the caller marks the start and end of the load. */
  measure(of: MeasureOptions): SourceMeasure;
  /** Phases of the sources' profiles (work in progress). */
  readonly phases: readonly SourcePhase[];
  /**
   * Sources with their values over the run.
   * @param startedMs start of the run on its clock
   */
  toDocument(startedMs: number): readonly SourceResult[];
}

/** Maximum number of concurrent attempts. */
const CONCURRENCY = 8;
/** Maximum number of series in the result, of all sources together. */
const MAX_SERIES = 200;
/** Guaranteed number of series of one source in the result, regardless of the number of sources. */
const MIN_SERIES = 20;
/** Maximum number of points per series in the result. */
const MAX_POINTS = 600;

/** Creates the sources of a plan. Opens nothing before `start`. */
export function openSources(plans: readonly SourcePlan[], context: SourceContext): Sources {
  const { clock } = context;
  const nowMs = (): number => clock.nowMs();
  const maxSeries = Math.max(MIN_SERIES, Math.floor(MAX_SERIES / plans.length));
  const watches = new Set<ConditionWatch>();
  const measures: SourceMeasure[] = [];
  const sources = plans.map(
    (plan) =>
      new Source(plan, { maxSeries, maxPoints: MAX_POINTS }, context, (source, before, { reading }) => {
        for (const watch of watches) watch.update(source, before, reading?.atMs ?? clock.nowMs());
        for (const measure of measures) measure.note(source);
      }),
  );
  for (const { plan, history } of sources) for (const name of highlightedNames(plan.profile)) history.prioritize(name);
  const states = sources.map(({ name, record }) => ({ series: new SeriesLabels({ source: name }), record }));
  const limit = pLimit(CONCURRENCY);
  const waiting = new Set<Source>();
  let tickers: readonly Timer[] = [];
  let stopped: Promise<void> | undefined;

  const read = async (source: Source): Promise<void> => {
    waiting.add(source);
    await limit(() => source.read());
    waiting.delete(source);
  };
  const readAll = async (): Promise<void> => {
    await Promise.all(sources.map(read));
  };
  const finish = async (): Promise<void> => {
    for (const ticker of tickers) ticker.cancel();
    // Pending attempts were started before the load ended.
    await Promise.all(sources.map((source) => source.settle()));
    await readAll();
    await Promise.all(sources.map((source) => source.close()));
  };

  return {
    async start() {
      tickers = sources.map((source) =>
        startTicker(clock, source.plan.intervalMs, () => {
          // When more sources hang than the concurrency limit, each is read less often.
          if (!waiting.has(source)) void read(source);
        }),
      );
      await readAll();
    },
    stop: () => (stopped ??= finish()),
    families: () => sourceFamilies(states),
    current: (selector) => new SourceConditionInput(sources, [], nowMs).now(selector).values,
    watch(condition, onChange = () => {}) {
      for (const { name } of selectorsOf(condition)) for (const { history } of sources) history.prioritize(name);
      const watch = new ConditionWatch(condition, sources, nowMs, onChange);
      watches.add(watch);
      return {
        verdict: () => watch.verdict(),
        unread: () => watch.unread(),
        close: () => void watches.delete(watch),
      };
    },
    measure(of) {
      for (const { history } of sources) history.prioritize(of.selector.name);
      const measure = new SourceMeasure(of, sources, nowMs);
      measures.push(measure);
      return measure;
    },
    phases: phasesOf(plans),
    toDocument: (startedMs) => sources.map((source) => toSourceDocument(source, startedMs)),
  };
}

/** @param startedMs start of the run on its clock */
function toSourceDocument({ plan, record, history }: Source, startedMs: number): SourceResult {
  return {
    name: plan.name,
    url: placeOf(plan.origin),
    profile: plan.profile ?? null,
    interval_seconds: plan.intervalMs / 1000,
    calls: record.calls,
    failures: record.failures,
    bad_lines: record.badLines,
    series: history.series.map(({ series: { name, labels }, type, points }) => ({
      name,
      type: type ?? null,
      labels,
      points: points.map(({ atMs, value }) => [toSeconds(atMs - startedMs), Number.isFinite(value) ? value : null]),
    })),
  };
}

/** Rounded to milliseconds. */
function toSeconds(ms: number): number {
  return Math.round(ms) / 1000;
}

function placeOf(origin: SourceOrigin): string {
  if (origin.kind === 'http') return redactUrl(origin.url);
  return origin.kind === 'file' ? origin.path : (origin.words[0] ?? '');
}

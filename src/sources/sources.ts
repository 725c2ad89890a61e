import pLimit from 'p-limit';
import type { Timer } from '../core/clock.ts';
import type { Condition, Selector } from '../core/condition/condition.ts';
import { selectorsOf } from '../core/condition/selectors.ts';
import type { SourcePlan } from '../core/source-plan.ts';
import { startTicker } from '../core/ticker.ts';
import type { Family } from '../metrics/family.ts';
import type { Seen } from './conditions/evaluate.ts';
import { SourceFacts } from './conditions/source-facts.ts';
import { type ConditionChange, ConditionWatch, type Watch } from './conditions/watch.ts';
import { type MeasureOf, SourceMeasure } from './measures/source-measure.ts';
import { notableNames, phasesOf, type SourcePhase } from './profiles/source-phases.ts';
import { Source, type SourceContext } from './source.ts';
import type { SourceDocument } from './documents.ts';
import { toSourceDocument } from './source-document.ts';
import { sourceFamilies } from './source-families.ts';

/**
 * The system under test as its own metrics show it while the load runs. Everything happens on the main thread, a piece of a
 * document at a time; nothing that a source does, or does not do, reaches the load.
 */
export interface Sources {
  /** Reads every source for the first time, then each at its interval. Resolves once all have been tried. Never rejects. */
  start(): Promise<void>;
  /** Reads every source for the last time and lets go of them. Takes as long as the longest timeout. Never rejects. */
  stop(): Promise<void>;
  /**
   * `loadbot_source_*`, without the label `agent`; none without sources. Describes the last attempts: reading it changes
   * nothing and refreshes nothing.
   */
  families(): readonly Family[];
  /** The values of these series at the last reading, of sources that still answer. */
  current(selector: Selector): readonly Seen[];
  /**
   * Evaluates a condition whenever a source has been read, or could not be. What its spans of time (`[30s]`, `[run]`) are
   * about begins with this call.
   * @param onChange called when another thing is true than at the call before, or at the beginning
   */
  watch(condition: Condition, onChange?: (change: ConditionChange) => void): Watch;
  /** What these series come to while load runs, once it is told when that begins and ends. */
  measure(of: MeasureOf): SourceMeasure;
  /** What the sources' profiles call phases: something is in progress. */
  readonly phases: readonly SourcePhase[];
  /**
   * Each source with its values over the run.
   * @param startedMs when the run began, on its clock
   */
  toDocument(startedMs: number): readonly SourceDocument[];
}

/** Attempts under way at once. */
const CONCURRENCY = 8;
/** Series in the result, of all sources together. */
const MAX_SERIES = 200;
/** Series of one source in the result, however many sources there are. */
const MIN_SERIES = 20;
/** Points of one series in the result. */
const MAX_POINTS = 600;

/** Sources as they were planned. Nothing is opened before they are started. */
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
  for (const { plan, history } of sources) for (const name of notableNames(plan.profile)) history.ask(name);
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
    // What is under way was asked before the load had ended.
    await Promise.all(sources.map((source) => source.settle()));
    await readAll();
    await Promise.all(sources.map((source) => source.close()));
  };

  return {
    async start() {
      tickers = sources.map((source) =>
        startTicker(clock, source.plan.intervalMs, () => {
          // Where more sources hang than can be asked at once, each is asked less often.
          if (!waiting.has(source)) void read(source);
        }),
      );
      await readAll();
    },
    stop: () => (stopped ??= finish()),
    families: () => sourceFamilies(sources),
    current: (selector) => new SourceFacts(sources, [], nowMs).now(selector).values,
    watch(condition, onChange = () => {}) {
      for (const { name } of selectorsOf(condition)) for (const { history } of sources) history.ask(name);
      const watch = new ConditionWatch(condition, sources, nowMs, onChange);
      watches.add(watch);
      return {
        verdict: () => watch.verdict(),
        unread: () => watch.unread(),
        close: () => void watches.delete(watch),
      };
    },
    measure(of) {
      for (const { history } of sources) history.ask(of.selector.name);
      const measure = new SourceMeasure(of, sources, nowMs);
      measures.push(measure);
      return measure;
    },
    phases: phasesOf(plans),
    toDocument: (startedMs) => sources.map((source) => toSourceDocument(source, startedMs)),
  };
}

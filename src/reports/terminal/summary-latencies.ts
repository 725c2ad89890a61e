import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCountOf, formatMs } from '../../shared/units.ts';
import { type Distribution, jobKey, type JobSnapshot, subtractDistribution } from '../../recorder/snapshot.ts';
import type { PhaseIntervals } from '../../analysis/job-timeline.ts';
import { type PercentileInterval, rankInterval } from '../../analysis/percentile-interval.ts';
import { PERCENTILES, supportedPercentileMs } from '../phrases/percentiles.ts';
import { formatDifference, phaseDifference } from '../document/phase-document.ts';
import type { RunResult } from '../report.ts';
import type { Terminal } from './terminal.ts';
import { alignLeft, alignRight } from './text-width.ts';

const INDENT = '  ';
/** Same width as the labels of the counts. */
const LABEL = 17;
const NUMBER = 10;

/**
 * Renders a job's latencies: one column per percentile, one line per kind of time.
 * @param verbose adds 95 % intervals, and the reasons for missing ends
 */
export function renderLatencies(job: JobSnapshot, result: RunResult, screen: Terminal, verbose = false): string[] {
  const { service, response, lag } = job.measured;
  const shown = percentilesFor(screen.columns);
  const titles = [...shown.map((percent) => `p${percent}`), 'max'];
  const intervals = verbose ? (result.courses[jobKey(job)]?.intervals ?? []) : [];
  const latency = (label: string, distribution: Distribution | undefined): string[] => {
    if (distribution === undefined) return [];
    const cells = shown.map((percent) => formatMs(supportedPercentileMs(distribution, percent) ?? NaN));
    const max = distribution.latency.total === 0 ? '-' : formatMs(distribution.maxSeconds * 1000);
    return [line(label, [...cells, max])];
  };
  const ofUsual = renderIntervals(shown, intervals).map((one) => screen.style('dim', one));
  return [
    screen.style('dim', line('', titles)),
    ...latency('service time', service),
    ...(response === undefined ? ofUsual : []),
    ...latency('response time', response),
    ...(response === undefined ? [] : ofUsual),
    ...job.phases.flatMap(({ name, inside }) => {
      const whole = response ?? service;
      const within = inside.response ?? inside.service;
      // Phases with none or all of the requests are left out.
      if (within.latency.total === 0 || within.latency.total === whole.latency.total) return [];
      const without = subtractDistribution(whole, within);
      return [
        ...latency(`in ${sanitizeForTerminal(name)}`, within),
        ...latency(`${INDENT}otherwise`, without),
        line(`${INDENT}difference`, differences(within, without, shown, result.courses[jobKey(job)]?.phases[name])),
      ];
    }),
    ...latency('schedule lag', lag),
    ...renderShortage(response ?? service, shown).map((one) => screen.style('dim', one)),
    ...renderUnsteady(response ?? service, shown, intervals).map((one) => screen.style('dim', one)),
  ];
}

/** Formats the differences of percentiles that both sides have. */
function differences(
  inside: Distribution,
  outside: Distribution,
  shown: readonly number[],
  intervals: PhaseIntervals | undefined,
): string[] {
  return shown.map((percent) => {
    const sides = [inside, outside].map((side) => supportedPercentileMs(side, percent));
    return sides.includes(undefined) ? '-' : formatDifference(phaseDifference(inside, outside, percent, intervals));
  });
}

/** Percentiles that fit the width; a narrow terminal drops p95, p90 and p99.9, in this order. */
function percentilesFor(columns: number): readonly number[] {
  const room = Math.floor((columns - INDENT.length - LABEL) / NUMBER) - 1;
  const given = new Set([95, 90, 99.9].slice(0, Math.max(0, PERCENTILES.length - room)));
  return PERCENTILES.filter((percent) => !given.has(percent));
}

function renderIntervals(shown: readonly number[], intervals: readonly PercentileInterval[]): string[] {
  if (intervals.length === 0) return [];
  const ends = (endOf: (interval: PercentileInterval) => number | undefined): string[] =>
    shown.map((percent) => {
      const interval = intervals.find((one) => one.percent === percent);
      return formatMs(((interval && endOf(interval)) ?? NaN) * 1000);
    });
  return [
    line(
      `${INDENT}95% CI: from`,
      ends(({ low }) => low),
    ),
    line(
      `${INDENT}to`,
      ends(({ high }) => high),
    ),
  ];
}

const ENUMERATION = new Intl.ListFormat('en-GB');

/** Explains empty cells. */
function renderShortage(times: Distribution, shown: readonly number[]): string[] {
  const { total } = times.latency;
  const missing = shown.filter((percent) => supportedPercentileMs(times, percent) === undefined);
  if (total === 0 || missing.length === 0) return [];
  const names = ENUMERATION.format(missing.map((percent) => `p${percent}`));
  return [`${INDENT}${names}: not determinable from ${formatCountOf(total, 'request')}`];
}

/**
 * Few parts may halve the effective number of requests, and chance reduces it a little more; a lower number means that
 * the parts differ.
 */
const ALIKE = 1 / 4;

/** Explains missing ends of intervals that as many independent requests would have. */
function renderUnsteady(
  { latency: { total } }: Distribution,
  shown: readonly number[],
  intervals: readonly PercentileInterval[],
): string[] {
  const isWhole = ({ low, high }: ReturnType<typeof rankInterval>): boolean => low !== undefined && high !== undefined;
  const names = intervals
    .filter((one) => shown.includes(one.percent) && !isWhole(one))
    .filter(({ percent }) => isWhole(rankInterval(total, percent, total * ALIKE)))
    .map(({ percent }) => `p${percent}`);
  if (names.length === 0) return [];
  return [`${INDENT}no full interval for ${ENUMERATION.format(names)}: parts of the run differ too much`];
}

function line(label: string, cells: readonly string[]): string {
  return INDENT + alignLeft(label, LABEL) + cells.map((cell) => alignRight(cell, NUMBER)).join('');
}

import { formatBytes, formatCount, formatCountOf, formatMs, formatRate } from '../core/units.ts';
import { left, right } from '../reports/text-width.ts';
import { samplesNeeded } from '../verdicts/samples-needed.ts';
import { renderAdvice } from './advice.ts';
import type { CalibrationDocument } from './calibration-document.ts';

/** The document for people, made for 80 columns. */
export function renderCalibration(document: CalibrationDocument): string[] {
  return [
    ...renderSubject(document),
    '',
    ...renderFloor(document),
    '',
    ...renderFastest(document),
    ...renderKnee(document),
    '',
    ...renderAdvice(document),
  ];
}

/** Columns of a row's name, and of each number behind it. */
const NAME = 16;
const NUMBER = 10;

function renderSubject({ environment, version, target, threads }: CalibrationDocument): string[] {
  const { cpus, cpu_limit: limit, cpu_model: model, memory_bytes: memory, kernel, arch, node } = environment;
  const processors = `${limit === null ? '' : `${limit} of `}${formatCountOf(cpus, 'CPU')} (${model})`;
  return [
    row('machine', `${processors}, ${formatBytes(memory)}`),
    row('system', `${kernel} ${arch}, Node ${node}, loadbot-agent ${version}`),
    row('target', target ?? 'a null server on loopback, in processes of its own'),
    row('load threads', formatCount(threads)),
  ];
}

type Times = CalibrationDocument['floor']['service_time'];

function renderFloor({ floor, target }: CalibrationDocument): string[] {
  const times = (name: string, { count, percentiles_seconds: of }: Times): string => {
    const cell = (percent: number, seconds: number | null): string =>
      right(formatMs(count < samplesNeeded(percent) || seconds === null ? NaN : seconds * 1000), NUMBER);
    return row(`  ${name}`, cell(50, of.p50) + cell(99, of.p99) + cell(99.9, of.p99_9));
  };
  const { rate, connections, service_time: service, response_time: response, schedule_lag: lag } = floor;
  return [
    `FLOOR: ${formatCount(rate)} requests a second over ${formatCountOf(connections, 'connection')}${target === null ? '' : ', the target included'}`,
    row('', ['p50', 'p99', 'p99.9'].map((name) => right(name, NUMBER)).join('')),
    times('service time', service),
    ...(response === null ? [] : [times('response time', response)]),
    ...(lag === null ? [] : [times('schedule lag', lag)]),
  ];
}

const LIMITS = {
  agent: 'the load threads of this agent, busy all the time',
  machine: 'the processors of this machine, or what it gets of them',
  target: 'the target: this machine and this agent could do more',
} as const;

function renderFastest({ fastest, connections }: CalibrationDocument): string[] {
  return [
    `KNEE: the highest rate that is kept, over ${formatCountOf(connections, 'connection')}`,
    row('  at most', `${formatRate(fastest.rate)} as fast as they can, ${costOf(fastest)}`),
    row('  limited by', LIMITS[fastest.limited_by]),
  ];
}

function renderKnee({ knee, bound, steps }: CalibrationDocument): string[] {
  const kept = `${bound.achieved_share * 100}% of it achieved, schedule lag p99 up to ${formatMs(bound.lag_p99_seconds * 1000)}`;
  const tries = [...steps]
    .sort((a, b) => a.rate - b.rate)
    .map(({ rate, reason }) => row(`  ${formatRate(rate)}`, reason === null ? 'kept' : `not: ${reason}`));
  return [
    row('  knee', knee === null ? 'no rate was kept' : `${formatRate(knee.rate)}, ${costOf(knee)}`),
    row('  kept means', kept),
    ...tries,
  ];
}

function costOf({ requests_per_cpu_second: requests }: { readonly requests_per_cpu_second: number | null }): string {
  return `${requests === null ? '-' : formatCount(requests)} requests per CPU-second of the agent`;
}

function row(name: string, text: string): string {
  return left(name, NAME) + text;
}

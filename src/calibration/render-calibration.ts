import { formatBytes, formatCount, formatCountOf, formatMs, formatRate } from '../shared/units.ts';
import { alignLeft, alignRight } from '../reports/terminal/text-width.ts';
import { minimumSamples } from '../analysis/percentile-interval.ts';
import type { CalibrationDocument } from './calibration-document.ts';

/** Renders the document as text for 80 columns. */
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

/** Column widths of a row's name, and of each number after it. */
const NAME = 16;
const NUMBER = 10;

function renderSubject({ environment, version, target, threads }: CalibrationDocument): string[] {
  const { cpus, cpu_limit: limit, cpu_model: model, memory_bytes: memory, kernel, arch, node } = environment;
  const processors = `${limit === null ? '' : `${limit} of `}${formatCountOf(cpus, 'CPU')} (${model})`;
  return [
    row('machine', `${processors}, ${formatBytes(memory)}`),
    row('system', `${kernel} ${arch}, Node ${node}, loadbot-agent ${version}`),
    row('target', target ?? 'a null server on loopback, in separate processes'),
    row('load threads', formatCount(threads)),
  ];
}

type Times = CalibrationDocument['floor']['service_time'];

function renderFloor({ floor, target }: CalibrationDocument): string[] {
  const times = (name: string, { count, percentiles_seconds: of }: Times): string => {
    const cell = (percent: number, seconds: number | null): string =>
      alignRight(formatMs(count < minimumSamples(percent) || seconds === null ? NaN : seconds * 1000), NUMBER);
    return row(`  ${name}`, cell(50, of.p50) + cell(99, of.p99) + cell(99.9, of.p99_9));
  };
  const { rate, connections, service_time: service, response_time: response, schedule_lag: lag } = floor;
  return [
    `FLOOR: ${formatCount(rate)} requests a second over ${formatCountOf(connections, 'connection')}${target === null ? '' : ', including the target'}`,
    row('', ['p50', 'p99', 'p99.9'].map((name) => alignRight(name, NUMBER)).join('')),
    times('service time', service),
    ...(response === null ? [] : [times('response time', response)]),
    ...(lag === null ? [] : [times('schedule lag', lag)]),
  ];
}

const LIMITS = {
  agent: 'the load threads of this agent, which are saturated',
  machine: 'the CPUs of this machine, or its share of them',
  target: 'the target: this machine and this agent are not saturated',
} as const;

function renderFastest({ fastest, connections }: CalibrationDocument): string[] {
  return [
    `KNEE: the highest sustained rate, over ${formatCountOf(connections, 'connection')}`,
    row('  at most', `${formatRate(fastest.rate)} unpaced, ${costOf(fastest)}`),
    row('  limited by', LIMITS[fastest.limited_by]),
  ];
}

function renderKnee({ knee, bound, steps }: CalibrationDocument): string[] {
  const criteria = `${bound.achieved_share * 100}% of it achieved, schedule lag p99 up to ${formatMs(bound.lag_p99_seconds * 1000)}`;
  const tries = [...steps]
    .sort((a, b) => a.rate - b.rate)
    .map(({ rate, reason }) => row(`  ${formatRate(rate)}`, reason === null ? 'sustained' : `failed: ${reason}`));
  return [
    row('  knee', knee === null ? 'no rate was sustained' : `${formatRate(knee.rate)}, ${costOf(knee)}`),
    row('  sustained', criteria),
    ...tries,
  ];
}

function costOf({ requests_per_cpu_second: requests }: { readonly requests_per_cpu_second: number | null }): string {
  return `${requests === null ? '-' : formatCount(requests)} requests per CPU-second of the agent`;
}

function row(name: string, text: string): string {
  return alignLeft(name, NAME) + text;
}

/** Recommendations of a calibration, one per paragraph; warnings instead if the calibration is unreliable. */
function renderAdvice(document: CalibrationDocument): string[] {
  const { doubts } = document;
  if (doubts.length > 0) return ['UNRELIABLE', ...doubts.map((doubt) => `- ${doubt}`), `- ${AGAIN}`];
  return ['ADVICE', ...[...aboutRate(document), ...aboutLatency(document)].map((line) => `- ${line}`)];
}

const AGAIN = 'calibrate again on an idle machine, or for longer: --duration 1m';

function aboutRate({ knee, fastest, threads, environment, target }: CalibrationDocument): string[] {
  if (knee === null) return [];
  const advice = [`stay below ${formatCount(knee.rate_per_thread)} requests a second per load thread`];
  if (fastest.limited_by === 'target') {
    const whose = target === null ? "the null server's" : "the target's";
    advice.push(`this limit is ${whose}: the agent may reach a higher rate`);
  }
  if (fastest.limited_by === 'agent' && threads < environment.cpus - 1) {
    advice.push(`CPUs are idle: --threads ${threads + 1} may sustain higher rates`);
  }
  return advice;
}

function aboutLatency({ floor, target }: CalibrationDocument): string[] {
  const { count, percentiles_seconds: of } = floor.response_time ?? floor.service_time;
  if (target !== null || of.p50 === null || of.p99 === null) return [];
  const p99 = count < minimumSamples(99) ? '' : `, a p99 below ${formatMs(of.p99 * 1000)}`;
  return [`a p50 of response times below ${formatMs(of.p50 * 1000)}${p99} would measure this machine, not a target`];
}

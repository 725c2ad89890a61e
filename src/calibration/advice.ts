import { formatCount, formatMs } from '../shared/units.ts';
import { minimumSamples } from '../analysis/percentile-interval.ts';
import type { CalibrationDocument } from './calibration-document.ts';

/** Recommendations of a calibration, one per paragraph; warnings instead if the calibration is unreliable. */
export function renderAdvice(document: CalibrationDocument): string[] {
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

import { systemClock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { redactUrl } from '../../shared/redact.ts';
import type { QueryEndpoint } from '../../doctor/examination.ts';
import { examineTarget } from '../../doctor/examine.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PlanOverrides } from '../../workload/flags.ts';
import { openTerminal, type Terminal, type Style } from '../../reports/terminal/terminal.ts';
import { chooseSource, isSourceGiven, type SourceOptions } from '../workload-source.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { planWorkload } from '../../planning/plan-workload.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import type { DoctorFinding } from '../../doctor/examination.ts';
import { wrap, padEnd } from '../../reports/terminal/text-width.ts';
import { isFault } from '../../workload/diagnostics.ts';
import { parseServerUrl } from '../../workload/features/server.ts';
import { requireEnvironmentProxy } from '../../workload/features/connection.ts';

export interface DoctorFlags extends SourceOptions, PlanOverrides {
  readonly query_url?: string;
}

/** Examines the push targets; returns the exit code. */
export async function examineTargets(file: string | undefined, flags: DoctorFlags, io: CommandIo): Promise<number> {
  const query = flags.query_url === undefined ? undefined : readQueryUrl(flags.query_url);
  const plan = await planTargets(file, flags, io);
  return (await examineAll(plan, query, io)) ? EXIT.ok : EXIT.undelivered;
}

/** Flags are parsed against a workload: without a file, against a minimal one. */
async function planTargets(file: string | undefined, flags: DoctorFlags, io: CommandIo): Promise<Plan> {
  const { plan } = isSourceGiven(file, flags)
    ? await planWorkload(chooseSource(file, flags), flags, io)
    : await planWorkload('-', flags, { ...io, readStdin: async () => SMALLEST_WORKLOAD });
  if (plan.metrics.pushTargets.length > 0) return plan;
  throw new LoadbotError('config_invalid', 'there is nothing to examine: metrics are not pushed anywhere', {
    hint: 'give --metrics_export_url, or a workload file that has metrics_export_url or metrics_export_targets',
  });
}

const SMALLEST_WORKLOAD = JSON.stringify({ connection_string: 'embedded:', jobs: [{ type: 'sleep', duration: '1s' }] });

/** Examines one target after the other; returns whether all of them are sound. */
async function examineAll(plan: Plan, query: QueryEndpoint | undefined, io: CommandIo): Promise<boolean> {
  const screen = openTerminal(process.stdout, io.env);
  const { pushTargets, labelRules, pullPort } = plan.metrics;
  let sound = 0;
  for (const target of pushTargets) {
    screen.writeLine(screen.style('bold', redactUrl(target.url)));
    const isSound = await examineTarget(target, {
      agent: plan.agent,
      labelRules,
      query,
      report: (finding) => listFinding(finding, screen).forEach((line) => screen.writeLine(line)),
      clock: systemClock(),
      random: Math.random,
    });
    if (isSound) sound++;
  }
  if (pullPort !== undefined) {
    screen.writeLine(
      'Being scraped (metrics_export_port) cannot be tried from here. It needs honor_labels: true, or job becomes exported_job.',
    );
  }
  const all = pushTargets.length;
  screen.writeLine(
    sound === all
      ? 'metrics arrive'
      : `metrics do not arrive as they should${all > 1 ? ` at ${all - sound} of ${all} targets` : ''}`,
  );
  return sound === all;
}

const MARKS: Readonly<Record<DoctorFinding['verdict'], readonly [mark: string, style: Style]>> = {
  ok: ['ok', 'green'],
  warn: ['warn', 'yellow'],
  fail: ['FAIL', 'red'],
};
const MARK_WIDTH = 4;
/** As wide as `connection`. */
const STEP_WIDTH = 10;
const INDENT = 2 + MARK_WIDTH + 2 + STEP_WIDTH + 2;

/** Formats a finding: mark, step, result, and the remedy on the next line. */
function listFinding({ verdict, step, message, hint }: DoctorFinding, screen: Terminal): string[] {
  const [mark, style] = MARKS[verdict];
  const width = screen.columns - INDENT;
  const lines = wrap(sanitizeForTerminal(message), width);
  if (hint !== undefined) lines.push(...wrap(`hint: ${sanitizeForTerminal(hint)}`, width));
  const head = `  ${screen.style(style, padEnd(mark, MARK_WIDTH))}  ${padEnd(step, STEP_WIDTH)}  `;
  return lines.map((line, index) => (index === 0 ? head : ' '.repeat(INDENT)) + line);
}

/**
 * URL at which `doctor` reads its sample back.
 * @throws {LoadbotError} `config_invalid`; the message does not repeat the URL
 */
export function readQueryUrl(text: string): QueryEndpoint {
  // Paths are appended to it.
  const server = parseServerUrl(text, { query: false });
  if (isFault(server)) {
    const hint = server.hint ?? 'give the base URL of /api/v1/query, such as http://prometheus:9090';
    throw new LoadbotError('config_invalid', `--query_url ${server.message}`, { hint });
  }
  const { url, headers } = server;
  return { url, headers, proxy: requireEnvironmentProxy(url) };
}

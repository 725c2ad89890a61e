import { createControlClient } from '../../agent/control-client.ts';
import { type FileReport, writeFileReports } from '../../reports/file-reports.ts';
import { parseResultDocument } from '../../reports/document/parse-result-document.ts';
import type { AgentFlags } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';
import { requireSeparateOutputs } from '../separate-outputs.ts';
import { filesOf, type ReportFlags } from './report.ts';

export type ResultFlags = ReportFlags & AgentFlags & { readonly out?: string };

/** Fetches the result of an agent's last run, and writes the requested reports. */
export async function fetchResult(flags: ResultFlags, io: CommandIo): Promise<void> {
  const files = placesOf(flags);
  await requireSeparateOutputs(
    files.map(({ kind, path }) => ({ role: kind, path })),
    [],
  );
  const answer = await createControlClient(flags.agentUri).result();
  const document = parseResultDocument(JSON.stringify(answer), `the result of the agent at ${flags.agentUri}`);
  await writeFileReports(files, document, (text) => io.stdout.write(text));
}

/** Prints the result file, unless another report is requested. */
function placesOf({ out, ...flags }: ResultFlags): readonly FileReport[] {
  const isAsked = Object.keys(flags).some((name) => name !== 'agentUri');
  const own: FileReport[] = out === undefined && isAsked ? [] : [{ kind: 'json', path: out ?? '-' }];
  return isAsked ? filesOf(flags, own) : own;
}

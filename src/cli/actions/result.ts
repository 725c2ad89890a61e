import type { FileReport } from '../../reports/file-reports.ts';
import { parseResultDocument } from '../../reports/document/parse-result-document.ts';
import { openClient } from '../agent-client.ts';
import type { AgentFlags } from '../agent-options.ts';
import type { CommandIo } from '../command-io.ts';
import { requireSeparateOutputs } from '../../planning/output-files.ts';
import { filesOf, type ReportFlags, writeReports } from './report.ts';

export type ResultFlags = ReportFlags & AgentFlags & { readonly out?: string };

/**
 * Fetches the result of an agent's run, and writes the requested reports.
 * @param run a past run; `undefined`: the last one
 */
export async function fetchResult(run: string | undefined, flags: ResultFlags, io: CommandIo): Promise<void> {
  const files = placesOf(flags);
  await requireSeparateOutputs(
    files.map(({ kind, path }) => ({ role: kind, path })),
    [],
  );
  const answer = await (await openClient(flags, io)).result(run);
  const document = parseResultDocument(JSON.stringify(answer), `the result of the agent at ${flags.agentUri}`);
  await writeReports(files, document, flags, io);
}

/** Prints the result file, unless another report is requested. */
function placesOf({ out, ...flags }: ResultFlags): readonly FileReport[] {
  const asked = filesOf(flags, out === undefined ? [] : [{ kind: 'json', path: out }]);
  return asked.length === 0 ? [{ kind: 'json', path: '-' }] : asked;
}

import { COORDINATOR, openBus } from '../../compose/open-bus.ts';
import { collectRun as collect } from '../../fleet/coordinator/collect.ts';
import { systemClock } from '../../shared/clock.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { toResultDocument } from '../../reports/document/result-document.ts';
import { renderJson } from '../../reports/formats/json.ts';
import { openOutput } from '../../reports/output/output.ts';
import { renderSummary } from '../../reports/terminal/summary.ts';
import { openTerminal } from '../../reports/terminal/terminal.ts';
import type { CommandIo } from '../command-io.ts';
import type { BusFlags } from '../fleet-options.ts';
import { requireBusSettings } from '../fleet-settings.ts';
import { readBuild } from '../../metrics/read-build.ts';

export interface CollectFlags extends BusFlags {
  readonly out?: string;
}

/** Merges the counts that agents kept of a run whose coordinator is gone; returns the exit code. */
export async function collectRun(run: string, { out, ...flags }: CollectFlags, io: CommandIo): Promise<number> {
  const bus = await openBus(requireBusSettings(flags, io.env), COORDINATOR, systemClock(), {
    warn: (message) => void io.stderr.write(`${message}\n`),
  });
  try {
    const versions = {
      'loadbot-agent': readBuild().version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    };
    const document = toResultDocument(await collect(bus, run, versions));
    if (out !== undefined) {
      const output = await openOutput(out, (text) => void io.stdout.write(text));
      await output.write(renderJson(document));
    }
    if (out !== '-') {
      const screen = openTerminal(process.stdout, io.env);
      for (const line of renderSummary(document, screen, {})) screen.writeLine(line);
    }
    return EXIT.ok;
  } finally {
    await bus.close();
  }
}

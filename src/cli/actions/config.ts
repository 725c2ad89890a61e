import { openClient } from '../agent-client.ts';
import type { AgentFlags } from '../agent-options.ts';
import { readSent, type SentOptions } from '../workload-source.ts';
import type { CommandIo } from '../command-io.ts';

export interface ConfigFlags extends AgentFlags, SentOptions {}

export async function showOrSetConfig(file: string | undefined, flags: ConfigFlags, io: CommandIo): Promise<void> {
  const client = await openClient(flags, io);
  const workload = await readSent(file, flags, io);
  if (workload === undefined) {
    const { text } = await client.config();
    io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    return;
  }
  await client.configure(workload);
  io.stdout.write(
    `configured: ${workload.source} is the workload of the agent at ${flags.agentUri}; loadbot-agent start runs it\n`,
  );
}

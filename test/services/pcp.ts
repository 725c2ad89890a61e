import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinary, PMCD, PMINFO } from '../needs.ts';
import { freePort, type Service, startService } from './service.ts';

export { PMCD, PMINFO };

/** Values of a metric by instance, its name without PCP's number; of a metric without instances, under `''`. */
export type Instances = ReadonlyMap<string, string>;

/** A Performance Co-Pilot of a test's own, with nothing in it but the openmetrics agent. */
export interface PcpService extends Service {
  /** Fetches each metric anew; one that is not there has no entry. */
  read(...metrics: readonly string[]): Promise<ReadonlyMap<string, Instances>>;
}

const ask = promisify(execFile);
const OPENMETRICS = '/usr/lib/pcp/pmdas/openmetrics/pmdaopenmetrics.python';
/** The metric domain that PCP reserves for openmetrics. */
const DOMAIN = 144;

/** @param sources URLs to fetch, by the name that becomes part of the metrics' names */
export async function startPcp(sources: Readonly<Record<string, string>>): Promise<PcpService> {
  const port = await freePort();
  const pminfo = findBinary(PMINFO.name) ?? '';
  const read = async (...metrics: readonly string[]): Promise<ReadonlyMap<string, Instances>> => {
    const args = ['-h', `localhost:${port}`, '--fetch', ...metrics];
    const { stdout } = await ask(pminfo, args, { timeout: 60_000, maxBuffer: 16 * 1024 * 1024 });
    return parseMetrics(stdout);
  };
  const service = await startService({
    binary: PMCD,
    askIfReady: () => read('openmetrics.control.calls'),
    async args(folder) {
      await prepare(folder, sources);
      const options = ['-f', '-A', '-i', '127.0.0.1', '-p', String(port), '-s', join(folder, 'socket')];
      // Started by root it would become a user of its own, who may not enter the folder.
      options.push('-U', userInfo().username);
      return [...options, '-c', join(folder, 'pmcd.conf'), '-n', join(folder, 'pmns'), '-l', join(folder, 'pmcd.log')];
    },
    // Everything that it would write to the system's own folders; and the Python that has Debian's modules.
    env: (folder) => ({
      PCP_VAR_DIR: folder,
      PCP_RUN_DIR: folder,
      PCP_LOG_DIR: folder,
      PCP_TMP_DIR: folder,
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
    }),
  });
  return { ...service, read };
}

async function prepare(folder: string, sources: Readonly<Record<string, string>>): Promise<void> {
  const config = join(folder, 'config.d');
  await mkdir(config);
  // Where PCP remembers the numbers that it gave to instances.
  await mkdir(join(folder, 'config', 'pmda'), { recursive: true });
  for (const [name, url] of Object.entries(sources)) await writeFile(join(config, `${name}.url`), `${url}\n`);
  await writeFile(join(folder, 'pmns'), `root {\n  openmetrics ${DOMAIN}:*:*\n}\n`);
  const command = `/usr/bin/python3 ${OPENMETRICS} -d ${DOMAIN} -c ${config} -l ${join(folder, 'openmetrics.log')}`;
  await writeFile(join(folder, 'pmcd.conf'), `openmetrics ${DOMAIN} pipe binary notready ${command}\n`);
}

/** Reads what `pminfo --fetch` prints: names in the first column, values indented below. */
function parseMetrics(text: string): ReadonlyMap<string, Instances> {
  const metrics = new Map<string, Map<string, string>>();
  let instances = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name] = /^(\S+)$/.exec(line) ?? [];
    if (name !== undefined) {
      instances = new Map();
      metrics.set(name, instances);
    }
    const [, instance = '', value] = /^ {4}(?:inst \[\d+ or "(?:\d+ )?(.*)"\] )?value (.*)$/.exec(line) ?? [];
    if (value !== undefined) instances.set(instance, value.replace(/^"(.*)"$/, '$1'));
  }
  return metrics;
}

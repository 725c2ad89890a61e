import { EmulatedSystem, type Endpoint, servePage } from './emulated-system.ts';

const HOST = 'hostname,domainname,machineid';
const FAMILIES = `
openmetrics_control_status_code gauge ${HOST},instname,instid
openmetrics_control_debug gauge ${HOST}
openmetrics_control_parse_time counter ${HOST},instname,instid
openmetrics_control_fetch_time counter ${HOST},instname,instid
openmetrics_control_calls counter ${HOST},instname,instid`;

const ON_HOST = { hostname: 'db-7', domainname: 'localdomain', machineid: '3d12' };

/** The control metrics of PCP's openmetrics agent with one source, as pmproxy shows them. */
export interface PcpEmulator extends Endpoint {
  readonly system: EmulatedSystem;
  /** The agent reads its source. Whole milliseconds. */
  fetch(statusCode: number, fetchMs: number, parseMs: number): void;
  setDebug(on: boolean): void;
}

export async function startPcpEmulator(): Promise<PcpEmulator> {
  const source = { ...ON_HOST, instname: 'store', instid: '1' };
  const system = new EmulatedSystem(FAMILIES, source);
  return {
    ...(await servePage(() =>
      system.text().replaceAll(/^# HELP (\S+).*$/gm, '# PCP5 $1 144.0.0 u64 144.0 counter none\n$&'),
    )),
    system,
    fetch(statusCode, fetchMs, parseMs) {
      system.set('openmetrics_control_status_code', source, statusCode);
      system.add('openmetrics_control_calls', source);
      system.add('openmetrics_control_fetch_time', source, fetchMs);
      system.add('openmetrics_control_parse_time', source, parseMs);
    },
    setDebug: (on) => system.set('openmetrics_control_debug', ON_HOST, Number(on)),
  };
}

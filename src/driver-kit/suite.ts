import { messageOf } from '../shared/errors.ts';
import type { DriverModule } from '../drivers/driver-entry.ts';
import { type DriverCase, runCase } from './bench.ts';
import { CANCEL_CASES } from './cases/cancel.ts';
import { CONNECTION_CASES } from './cases/connections.ts';
import { REQUEST_CASES } from './cases/requests.ts';
import { sampleOptions, type SampleSettings } from './sample-options.ts';
import type { Subject, SubjectServer } from './subject.ts';

const CASES = { ...REQUEST_CASES, ...CONNECTION_CASES, ...CANCEL_CASES };

/** Default of the time after which something that has not happened never will, in milliseconds. */
const PATIENCE_MS = 5000;

/** The behavior of all drivers, according to their contract. Each case uses a server of its own. */
export function casesOf(subject: Subject, patienceMs = PATIENCE_MS): readonly DriverCase[] {
  return Object.entries(CASES).map(([name, body]) => ({ name, run: () => runCase(subject, patienceMs, body) }));
}

/** A server for a driver under test, in this process. */
export interface TestServer extends Pick<SubjectServer, 'port' | 'served' | 'stop'> {}

/** What the suite needs to know of a driver. */
export interface DriverTestOptions {
  /**
   * Starts a server on a port of 127.0.0.1. Its responses are at least 32 KiB long, and it finds nothing for tickets with
   * an odd number.
   */
  readonly startServer: () => Promise<TestServer>;
  /** Connection string of the server. */
  readonly url: (host: string, port: number) => string;
  /** Command that reads; `#sequence` in it becomes the ticket number. */
  readonly command: NonNullable<Parameters<typeof sampleOptions>[1][number]['statement']>;
  /** `driver_options` of the job; default: none. */
  readonly driverOptions?: SampleSettings['driverOptions'];
  /** Class of a request that is answered with bytes that are not of the protocol; default `protocol`. */
  readonly garbageClass?: Subject['garbageClass'];
  /** Whether odd tickets are a `MISS`; default true. */
  readonly hasMisses?: boolean;
  /** Whether a cancel opens a further connection, to stop the request on the server; default false. */
  readonly cancelsOnServer?: boolean;
  /** Whether the sessions share connections; default false. */
  readonly pooled?: boolean;
  /** Time after which something that has not happened never will, in milliseconds; default 5000. */
  readonly patienceMs?: number;
}

/** A violation of the contract of drivers. */
export interface DriverFault {
  /** Name of the case that found it. */
  readonly case: string;
  readonly message: string;
}

/** Cases of the suite for a driver: one test each, in any test runner. A case rejects with the fault that it finds. */
export function driverCases(driver: DriverModule, options: DriverTestOptions): readonly DriverCase[] {
  const { url, command, driverOptions = {}, startServer, garbageClass = 'protocol' } = options;
  const { hasMisses, cancelsOnServer, pooled } = options;
  const optionsOf: SubjectServer['options'] = (host, port) => {
    const secretUrl = url(host, port);
    return sampleOptions({ driver: driver.title, url: secretUrl, secretUrl }, [{ statement: command }], {
      driverOptions,
    });
  };
  const subject: Subject = {
    name: driver.title,
    factory: driver.create,
    garbageClass,
    hasMisses,
    cancelsOnServer,
    pooled,
    startServer: async () => ({ ...(await startServer()), options: optionsOf }),
  };
  return casesOf(subject, options.patienceMs);
}

/**
 * Runs all cases of the suite for a driver.
 * @returns its faults; empty: the driver conforms. After a fault of the first case, which sends plain requests, no other case
 * runs
 */
export async function checkDriver(driver: DriverModule, options: DriverTestOptions): Promise<readonly DriverFault[]> {
  const faults: DriverFault[] = [];
  for (const [index, { name, run }] of driverCases(driver, options).entries()) {
    try {
      await run();
    } catch (error) {
      faults.push({ case: name, message: messageOf(error) });
      if (index === 0) break;
    }
  }
  return faults;
}

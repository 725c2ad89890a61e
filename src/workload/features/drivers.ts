import { z } from 'zod';
import { DRIVER_OF_SCHEME, loadDriverModule } from '../../driver-catalog.ts';
import type { DriverEntry } from '../../drivers/driver-entry.ts';
import type { RequestJobPlan } from '../../plan/plan.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { findModule } from '../../shared/find-module.ts';
import type { FieldNotes } from '../values.ts';
import type { Path, PathDiagnostic } from '../diagnostics.ts';
import { asObject, jobsOf } from '../entries.ts';
import { spellingOf } from '../flags.ts';
import type { ParsedTexts } from '../parsed-texts.ts';
import type { FileReader } from '../plan-context.ts';
import { optional, text } from '../values.ts';

const SCHEME = /^[a-z][a-z0-9+.-]*:$/;
const scheme = z
  .string()
  .regex(SCHEME, { error: 'must be a URL scheme in lower case with its colon, such as "amqp:"' });

/** Field of the workload: modules of drivers by URL scheme. */
export const driversField = optional(z.record(scheme, text), {
  description:
    'Drivers of protocols that the agent does not have, by URL scheme: each a JavaScript file, relative to this file, or a package that is installed for the folder of this file or the current one. Only with the flag `--allow_drivers`, because a driver is code. See [Drivers](drivers.md).',
  default: {},
  examples: [{ 'line:': './line-driver.mjs', 'amqp:': 'loadbot-driver-amqp' }],
});

/** Field of the workload or of a job: settings of the driver. */
export function driverOptionsField(description: string, without: string): z.ZodOptional<z.ZodRecord<z.ZodString>> {
  const notes: FieldNotes = {
    description: `${description} Fields depend on the driver; only for drivers that have settings.`,
    without,
    examples: [{ acks: 'all' }],
  };
  return optional(z.record(z.string(), z.unknown()), notes);
}

/** Driver modules of a workload. */
interface DriverModules {
  readonly schemes: ParsedTexts['schemes'];
  readonly findings: readonly PathDiagnostic[];
}

interface ModuleOptions {
  readonly isAllowed: boolean;
  readonly directoryOf: (path: Path) => string;
}

/** Loads the driver modules of an unchecked file into this thread. */
export async function loadDriverModules(file: unknown, options: ModuleOptions): Promise<DriverModules> {
  const schemes = new Map<string, string | undefined>();
  const findings: PathDiagnostic[] = [];
  for (const [scheme, name] of Object.entries(asObject(asObject(file)?.['drivers']) ?? {})) {
    const path = ['drivers', scheme];
    if (typeof name !== 'string' || name.trim() === '' || !SCHEME.test(scheme)) continue; // reported by the schema
    const loaded = DRIVER_OF_SCHEME.has(scheme)
      ? refusal(`replaces a driver of the agent, which is not possible`, 'use another scheme')
      : await loadModule(scheme, name, options.directoryOf(path), options.isAllowed);
    schemes.set(scheme, 'driver' in loaded ? loaded.driver : undefined);
    if ('message' in loaded) findings.push({ path, ...loaded });
  }
  return { schemes, findings };
}

type Loaded = { readonly driver: string } | Pick<PathDiagnostic, 'message' | 'hint'>;

function refusal(message: string, hint: string | undefined): Loaded {
  return { message, hint };
}

async function loadModule(scheme: string, name: string, folder: string, isAllowed: boolean): Promise<Loaded> {
  if (!isAllowed) {
    return refusal(
      'is code that would run in this process, and is not allowed',
      `add the flag ${spellingOf('allow_drivers')} if you trust this workload and the driver`,
    );
  }
  try {
    const driver = findModule(name, [folder, '.']);
    if (driver === undefined) {
      return refusal(
        `the module \`${name}\` does not exist`,
        /^\.{0,2}\//.test(name)
          ? 'its path is relative to the workload file'
          : `install it with "npm install ${name}"; for a file write "./${name}"`,
      );
    }
    const { schemes } = await loadDriverModule({ driver });
    if (schemes.includes(scheme)) return { driver };
    return refusal(`the driver is for ${schemes.join(', ')}, not for \`${scheme}\``, `write "${schemes[0]}" here`);
  } catch (error) {
    if (error instanceof LoadbotError) return refusal(error.message, error.hint);
    throw error;
  }
}

/** Reports `driver_options` for drivers that have none. */
export function checkDriverOptions(
  file: unknown,
  { title, hasOptions }: Pick<DriverEntry, 'title' | 'hasOptions'>,
): PathDiagnostic[] {
  if (hasOptions === true) return [];
  return [{ path: [], fields: asObject(file) ?? {} }, ...jobsOf(file)].flatMap(({ path, fields }): PathDiagnostic[] => {
    if (fields['driver_options'] === undefined) return [];
    const message = `\`driver_options\` does not apply to ${title}`;
    return [{ path: [...path, 'driver_options'], part: 'key', message, hint: 'leave it out' }];
  });
}

type DriverSettings = Pick<RequestJobPlan, 'driverOptions' | 'folder'>;
type Options = Readonly<Record<string, unknown>> | undefined;

/**
 * Merges the settings of a driver, those of the job over those of the workload.
 * @param path of the job
 */
export function planDriverOptions(ofWorkload: Options, ofJob: Options, path: Path, reader: FileReader): DriverSettings {
  const at = ofJob === undefined ? ['driver_options'] : [...path, 'driver_options'];
  return {
    driverOptions: { ...ofWorkload, ...ofJob } as RequestJobPlan['driverOptions'], // the parsers make only JSON values
    folder: reader.resolve(at, '.'),
  };
}

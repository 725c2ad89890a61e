import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import { findModule } from '../shared/find-module.ts';
import type { DriverEntry, DriverModule } from './driver-entry.ts';

/** A URL scheme with its colon, in lower case. */
const SCHEME = /^[a-z][a-z0-9+.-]*:$/;

/**
 * Imports the driver of a module and checks it.
 * @param url of the module
 * @throws {LoadbotError} `config_invalid`: the module cannot be loaded, or its default export is not a driver
 */
export async function importDriver(url: string): Promise<DriverEntry> {
  const path = fileURLToPath(url);
  let loaded: { readonly default?: unknown };
  try {
    loaded = (await import(url)) as typeof loaded;
  } catch (error) {
    throw new LoadbotError('config_invalid', `cannot load the driver ${path}: ${messageOf(error)}`, { cause: error });
  }
  const driver = requireDriver(loaded.default, path);
  requireLibrary(driver, path);
  const { create, check = () => {}, schemes, ...traits } = driver;
  const [first = '', ...others] = schemes; // at least one
  return {
    title: traits.title,
    schemes: [first, ...others],
    requestLanguage: 'command',
    command: traits.command ?? { form: 'any' },
    hasOptions: true,
    ...(traits.transactions !== undefined && { transactions: traits.transactions }),
    load: () => Promise.resolve(create),
    loadRequestCheck: () => Promise.resolve(check),
  };
}

/** @throws {LoadbotError} with every problem of the default export */
function requireDriver(given: unknown, path: string): DriverModule {
  const fields = Object(given) as Readonly<Partial<Record<keyof DriverModule, unknown>>>;
  const faults: string[] = [];
  if (given === undefined) faults.push('it has no default export');
  else {
    const { title, schemes, create, check, command } = fields;
    if (typeof title !== 'string' || title === '') faults.push('`title` must be text');
    const isList = Array.isArray(schemes) && schemes.length > 0;
    if (!isList || !schemes.every((scheme) => typeof scheme === 'string' && SCHEME.test(scheme)))
      faults.push('`schemes` must be a list of URL schemes such as "kafka:"');
    if (typeof create !== 'function') faults.push('`create` must be a function');
    if (check !== undefined && typeof check !== 'function') faults.push('`check` must be a function');
    const { form } = Object(command) as { readonly form?: unknown };
    if (command !== undefined && !['object', 'words', 'any'].includes(String(form)))
      faults.push('`command.form` must be object, words or any');
  }
  if (faults.length === 0) return fields as DriverModule; // all fields are checked
  throw new LoadbotError('config_invalid', `${path} is not a driver: ${faults.join('; ')}`, {
    hint: 'its default export must be { title, schemes, create }: see docs/drivers.md',
  });
}

/** @throws {LoadbotError} when the client library is not installed beside the driver */
function requireLibrary({ peer, schemes: [scheme] }: DriverModule, path: string): void {
  if (peer === undefined) return;
  const isThere = findModule(peer.name, [dirname(path)]) !== undefined || isResolved(peer.name, path);
  if (isThere) return;
  throw new LoadbotError('config_invalid', `the driver for ${scheme}// needs the package ${peer.name}`, {
    hint: `npm install ${peer.name}@${peer.major}, in ${dirname(path)} or a folder above`,
  });
}

/** Whether Node resolves a package by itself: one of its own, or one in NODE_PATH. */
function isResolved(name: string, path: string): boolean {
  try {
    createRequire(path).resolve(name);
    return true;
  } catch {
    return false;
  }
}

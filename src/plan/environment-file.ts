import { unreadableReason } from '../config/read/unreadable-reason.ts';
import type { Report } from './place.ts';
import type { Surroundings } from './surroundings.ts';

/** Contents of the file that an environment variable names, if set. An unreadable file is reported. */
export function readEnvironmentFile(variable: string, surroundings: Surroundings, report: Report): string | undefined {
  const path = surroundings.env[variable] || undefined;
  if (path === undefined) return undefined;
  try {
    return surroundings.readFile(path);
  } catch (error) {
    report(variable, `cannot read ${path}: ${unreadableReason(error)}`);
    return undefined;
  }
}

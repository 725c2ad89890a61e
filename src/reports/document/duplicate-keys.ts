import { errorsOf, type JobSnapshot, requestsOf } from '../../recorder/snapshot.ts';
import { formatCount, formatCountOf } from '../../shared/units.ts';
import type { PartialRunResult } from '../report.ts';

/** Status for a document with an existing key, among others (RFC 9110, section 15.5.10). */
const CONFLICT = 409;

/** Describes writes that the target rejected because the key exists; `undefined`: there are none. */
export function describeDuplicates(
  job: JobSnapshot,
  result: PartialRunResult,
): { readonly message: string; readonly hint: string } | undefined {
  const refused = duplicatesOf(job);
  if (refused === 0) return undefined;
  const detail = job.measured.details.duplicate_key === undefined ? 'HTTP 409' : 'duplicate_key';
  const whole = formatCountOf(requestsOf(job.measured), 'request');
  return {
    message: `${formatCount(refused)} of ${whole} failed with ${detail}: the target has documents with these keys already`,
    hint: remedy(job, result),
  };
}

/** Whether all errors of a job are duplicate keys. */
export function isOnlyDuplicates(job: JobSnapshot): boolean {
  return duplicatesOf(job) > 0 && duplicatesOf(job) === errorsOf(job.measured);
}

function duplicatesOf({ type, measured }: JobSnapshot): number {
  if (type !== 'write' && type !== 'bulk_write') return 0;
  const conflicts = Math.min(measured.statuses?.[CONFLICT] ?? 0, measured.errors.status_4xx);
  return (measured.details.duplicate_key ?? 0) + conflicts;
}

/** Returns the likely cause and the remedy, by how the ids of the documents are generated. */
function remedy({ uuid }: JobSnapshot, { seed, isSeedGiven, existing }: PartialRunResult): string {
  const count = existing[uuid];
  const dropFirst = 'begin with a `drop_collection` job';
  if (count !== undefined) {
    const also = isSeedGiven ? ' (and the `seed`)' : '';
    return `with \`existing\` ids follow from the documents' numbers${also}: set \`existing\` of the schema, now ${formatCount(count)}, to the number of documents that are there, or ${dropFirst}`;
  }
  if (isSeedGiven) {
    return `the seed ${seed} is given, and every run with one seed writes the same ids: leave out \`seed\`, ${dropFirst}, or give the schema \`existing\`, the number of documents that are there`;
  }
  return `ids of \`#id\` differ from run to run unless a \`seed\` is given, so look for another unique field, such as one of \`#sequence\`: ${dropFirst}, or give the schema \`existing\`, the number of documents that are there`;
}

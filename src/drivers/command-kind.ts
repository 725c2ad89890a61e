import { LoadbotError } from '../shared/errors.ts';
import type { JsonObject } from '../templates/request-data.ts';
import type { Attempt } from './collect-faults.ts';
import type { Operation } from './driver.ts';
import { commandError } from './driver-settings.ts';

/** Command of an operation, and the one of its fields that names its kind. */
interface KindOfCommand<Kind extends string> {
  readonly fields: JsonObject;
  readonly kind: Kind;
}

/** Commands of a protocol that has no request for an operation without one. */
interface CommandKinds<Kind extends string> {
  /** Name of the protocol in messages. */
  readonly title: string;
  /** A command, as JSON. */
  readonly example: string;
  /** Further fields that each kind may have. */
  readonly kinds: Readonly<Record<Kind, readonly string[]>>;
}

/**
 * Finds the kind of an operation's command. Fields of another kind are faults of the attempt.
 * @throws {LoadbotError} with the field: no command, no kind, or several kinds
 */
export function kindOfCommand<Kind extends string>(
  { statement, type }: Operation,
  { title, example, kinds }: CommandKinds<Kind>,
  attempt: Attempt,
): KindOfCommand<Kind> {
  if (statement === undefined) {
    const hint = `give a \`command\` such as ${example}`;
    throw new LoadbotError('config_invalid', `${title} has no request of its own for ${type}`, {
      field: ['type'],
      hint,
    });
  }
  const fields = statement as JsonObject; // the catalog allows objects only
  const names = Object.keys(kinds) as Kind[];
  const [kind, ...others] = names.filter((name) => fields[name] !== undefined);
  if (kind === undefined || others.length > 0) {
    const fault = `must have ${kind === undefined ? '' : 'only '}one of ${names.join(', ')}`;
    throw new LoadbotError('config_invalid', `\`command\` ${fault}`, { field: ['command'] });
  }
  for (const name of Object.keys(fields)) {
    if (name === kind || kinds[kind].includes(name)) continue;
    attempt(() => {
      throw commandError([name], `is not a part of \`${kind}\``, `it may be ${kinds[kind].join(', ')}`);
    }, undefined);
  }
  return { fields, kind };
}

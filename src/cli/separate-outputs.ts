import { LoadbotError } from '../shared/errors.ts';
import { findConflicts, type NamedFile } from '../reports/output/output-conflicts.ts';

/**
 * Refuses outputs that would overwrite an input or each other.
 * @param outputs role: the flag that names the output
 * @throws {LoadbotError} `config_invalid`, with every problem at once
 */
export async function requireSeparateOutputs(
  outputs: readonly NamedFile[],
  inputs: readonly NamedFile[],
): Promise<void> {
  const problems = await findConflicts(outputs, inputs);
  if (problems.length > 0) throw new LoadbotError('config_invalid', 'the reports cannot be written', { problems });
}

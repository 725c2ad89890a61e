import { workloadJsonSchema } from '../../config/json-schema.ts';
import type { CommandIo } from '../command-io.ts';

export function printSchema(io: CommandIo): void {
  io.stdout.write(`${JSON.stringify(workloadJsonSchema(), null, 2)}\n`);
}

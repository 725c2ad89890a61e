import { editorSchema } from '../../workload/json-schema.ts';
import type { CommandIo } from '../command-io.ts';

export function printSchema(io: CommandIo): void {
  io.stdout.write(`${JSON.stringify(editorSchema(), null, 2)}\n`);
}

import { editorSchema } from '../../src/workload/json-schema.ts';
import { flagOptionTypes } from './flag-option-types.ts';
import { workloadTypes } from './workload-types.ts';

/** Generated files of `src`, whole, by their paths. Deterministic: two calls give the same text. */
export const GENERATED_FILES: Readonly<Record<string, () => string>> = {
  'src/library/workload.ts': () => workloadTypes(editorSchema()),
  'src/library/flag-options.ts': flagOptionTypes,
};

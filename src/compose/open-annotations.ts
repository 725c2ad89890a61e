import type { GrafanaTarget } from '../plan/grafana.ts';
import type { Annotator } from './annotator.ts';
import type { ComposeOptions } from './compose-options.ts';

/**
 * Opens the annotator; `undefined` if annotations are disabled.
 * @param isForOneRun whether the end of a run waits for its pending annotations
 */
export async function openAnnotations(
  grafana: GrafanaTarget | undefined,
  options: ComposeOptions,
  isForOneRun: boolean,
): Promise<Annotator | undefined> {
  const target = grafana?.annotations;
  if (target === undefined) return undefined;
  const { createAnnotator } = await import('./annotator.ts');
  return createAnnotator(target, options, isForOneRun);
}

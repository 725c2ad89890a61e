import type { GrafanaTarget } from '../core/grafana.ts';
import type { Annotator } from './annotator.ts';
import type { ComposeOptions } from './compose-options.ts';

/**
 * Opens what annotations are written with; `undefined` where none are.
 * @param isForOneRun whether the end of a run waits for what is left of its annotations
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

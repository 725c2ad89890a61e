import type { Snapshot } from '../recorder/snapshot.ts';
import type { Exposition } from './family.ts';
import { type Build, infoFamilies } from './info-families.ts';
import type { ProcessMetrics } from './process-metrics.ts';
import { requestFamilies } from './request-families.ts';
import type { Revision } from './revision.ts';

/** What the surface tells beside what is recorded. */
export interface SurfaceOptions {
  readonly build: Build;
  readonly revision: Revision;
  readonly processMetrics: ProcessMetrics;
}

/** Everything that an agent exposes, whatever the format and the way it leaves. */
export interface Surface {
  /** The families of a snapshot, with the state of the process at this moment. */
  collect(snapshot: Snapshot): Promise<Exposition>;
}

export function createSurface({ build, revision, processMetrics }: SurfaceOptions): Surface {
  return {
    async collect(snapshot) {
      const families = [
        ...requestFamilies(snapshot),
        ...infoFamilies(snapshot, build, revision),
        ...(await processMetrics.read(snapshot.agent)),
      ];
      return { epochMs: snapshot.epochMs, families };
    },
  };
}

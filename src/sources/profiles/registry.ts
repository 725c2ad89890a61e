import type { ProfileName } from '../../plan/source-plan.ts';
import { databasus } from './databasus.ts';
import { dragonflyClient } from './dragonfly-client.ts';
import { dragonflyManager } from './dragonfly-manager.ts';
import { dragonflyScheduler } from './dragonfly-scheduler.ts';
import { go } from './go.ts';
import { moco } from './moco.ts';
import { mysqldExporter } from './mysqld-exporter.ts';
import { nodeExporter } from './node-exporter.ts';
import { node } from './node.ts';
import { pcp } from './pcp.ts';
import { postgresExporter } from './postgres-exporter.ts';
import type { Profile } from './profile.ts';

/** Profiles by name. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  moco,
  databasus,
  'dragonfly-client': dragonflyClient,
  'dragonfly-manager': dragonflyManager,
  'dragonfly-scheduler': dragonflyScheduler,
  pcp,
  node,
  go,
  node_exporter: nodeExporter,
  postgres_exporter: postgresExporter,
  mysqld_exporter: mysqldExporter,
};

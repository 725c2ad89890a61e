import type { KeyObject } from 'node:crypto';
import type { AgentFiles } from '../fleet/agent/agent-files.ts';
import type { AgentDemand } from '../fleet/coordinator/selection.ts';
import type { NatsSettings } from '../fleet/bus/nats-settings.ts';

/** Settings of a run on a fleet. */
export interface FleetSettings {
  readonly bus: NatsSettings;
  readonly pool: string;
  readonly demands: readonly AgentDemand[];
  /** How long to wait for free agents, in milliseconds. */
  readonly withinMs: number;
  /** What a lost agent does to the run. */
  readonly onLost: 'stop' | 'continue';
  /** Private key that signs commands; `undefined`: they are not signed. */
  readonly key: KeyObject | undefined;
}

/** Settings of an agent that joins a fleet. */
export interface FleetAgentSettings {
  readonly bus: NatsSettings;
  readonly pool: string;
  readonly threads: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Public keys of coordinators; empty: any coordinator may command. */
  readonly trusted: readonly KeyObject[];
  /** Hosts that runs may send load to, `*.` in front for subdomains; empty: any. */
  readonly allowedTargets: readonly string[];
  readonly allowLinkLocal: boolean;
  /** Folders with the files that connections of runs may use; `undefined`: any. */
  readonly allowedFolders: readonly string[] | undefined;
  /** Access to large files of workloads. */
  readonly files: AgentFiles;
  /** Whether its part of a run is exported, too. */
  readonly exportsRuns: boolean;
}

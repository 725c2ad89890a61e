import { ValidityFindings } from '../../validity/findings.ts';
import type { Detection, Peaks, Validity, ValidityFinding } from '../../validity/finding.ts';
import type { ValidityMonitor } from '../../validity/monitor.ts';
import type { Snapshot } from '../../recorder/snapshot.ts';
import { formatCount, formatMs } from '../../shared/units.ts';
import type { FleetMember } from './fleet-member.ts';

/** Clock bound above which the common start of a job may be visible in its numbers, in milliseconds. */
const CLOCK_LIMIT_MS = 10;
/** Silence of an agent that is worth a note, in milliseconds. */
const SILENT_MS = 3000;
/** Ratio of an agent's median duration to that of the whole fleet above which agents are uneven. */
const UNEVEN_RATIO = 1.5;
const LEAST_REQUESTS = 100;
const PEAKS = ['eventLoopUtilization', 'blocked', 'cpuWait', 'steal', 'throttled', 'openFiles'] as const;

/** Validity of a fleet's run: the findings of all agents, and those of the fleet. One invalid agent makes it invalid. */
export class FleetValidity implements ValidityMonitor {
  readonly #members: () => readonly FleetMember[];
  readonly #silenceOf: (member: FleetMember) => number;
  readonly #own = new Map<string, ValidityFindings>();
  readonly #told = new Set<string>();
  #startEpochMs: number | undefined;
  #lastSeconds = 0;

  /** @param silenceOf milliseconds since the last message of an agent */
  constructor(members: () => readonly FleetMember[], silenceOf: (member: FleetMember) => number) {
    this.#members = members;
    this.#silenceOf = silenceOf;
  }

  get currentValidity(): Validity {
    const members = this.#members();
    const findings = members.flatMap((member) => this.#findingsOf(member));
    const valid = findings.every(({ severity }) => severity !== 'invalid');
    return { valid, findings, peaks: highestPeaks(members) };
  }

  update({ epochMs }: Snapshot): readonly ValidityFinding[] {
    const startEpochMs = (this.#startEpochMs ??= epochMs);
    const seconds = (epochMs - startEpochMs) / 1000;
    const passed = Math.max(0, seconds - this.#lastSeconds);
    this.#lastSeconds = seconds;
    const usual = this.#usualMedian();
    for (const member of this.#members()) {
      for (const detection of this.#detect(member, usual)) {
        const findings = this.#own.get(member.name) ?? new ValidityFindings();
        this.#own.set(member.name, findings);
        findings.add(detection, seconds, passed);
      }
    }
    return this.#untold();
  }

  conclude(final: Snapshot): readonly ValidityFinding[] {
    return this.update(final);
  }

  /** Findings that were not returned before, at their severity. */
  #untold(): readonly ValidityFinding[] {
    const untold = this.currentValidity.findings.filter((finding) => !this.#told.has(keyOf(finding)));
    for (const finding of untold) this.#told.add(keyOf(finding));
    return untold;
  }

  #findingsOf(member: FleetMember): readonly ValidityFinding[] {
    const findings = [...(member.health?.findings ?? []), ...(this.#own.get(member.name)?.all ?? [])];
    return findings.map((finding) => Object.assign({}, finding, { agent: member.name }));
  }

  #detect(member: FleetMember, usual: number | undefined): readonly Detection[] {
    const { loss, health } = member;
    if (loss !== undefined) return [lossOf(loss, this.#rateOf(member))];
    const silentMs = this.#silenceOf(member);
    const clockMs = health?.clockBoundMs ?? 0;
    const detections: Detection[] = [];
    if (silentMs > SILENT_MS) {
      detections.push({
        ...ofAgent('silent', 'note', silentMs / 1000),
        message: `did not report for ${formatMs(silentMs)}; its load went on`,
        hint: 'check the connection between the agent and the bus',
      });
    }
    if (clockMs > CLOCK_LIMIT_MS) {
      detections.push({
        ...ofAgent('clock', 'note', clockMs / 1000),
        message: `its start time is known only to ${formatMs(clockMs)}`,
        hint: 'the way over the bus is slow or busy; it delays the common start, not the measured durations',
      });
    }
    return [...detections, ...detectUneven(member, usual)];
  }

  /** Median of the agents' median durations in seconds; `undefined`: too few have one. */
  #usualMedian(): number | undefined {
    const medians = this.#members()
      .flatMap(({ health }) => ((health?.requests ?? 0) < LEAST_REQUESTS ? [] : (health?.p50Seconds ?? [])))
      .toSorted((a, b) => a - b);
    return medians.length < 2 ? undefined : medians[Math.floor((medians.length - 1) / 2)];
  }

  /** Highest requests per second that an agent may have sent: as many for each thread as the busiest agent. */
  #rateOf({ ranks }: FleetMember): number {
    const rates = this.#members().map((one) => {
      const seconds = (one.reportedMs - (one.startedMs ?? one.reportedMs)) / 1000;
      return seconds <= 0 ? 0 : (one.health?.requests ?? 0) / seconds / one.ranks.length;
    });
    return ranks.length * Math.max(0, ...rates);
  }
}

/** @param usual median duration of most agents in seconds */
function detectUneven({ health }: FleetMember, usual: number | undefined): readonly Detection[] {
  const { p50Seconds = null, requests = 0 } = health ?? {};
  if (usual === undefined || p50Seconds === null || requests < LEAST_REQUESTS) return [];
  if (p50Seconds <= UNEVEN_RATIO * usual) return [];
  return [
    {
      ...ofAgent('uneven', 'note', p50Seconds),
      message: `its median duration is ${formatMs(p50Seconds * 1000)}, that of most agents ${formatMs(usual * 1000)}`,
      hint: 'its machine or its way to the target differs; compare the agents in the result',
    },
  ];
}

function lossOf({ reason, unreportedSeconds }: NonNullable<FleetMember['loss']>, rate: number): Detection {
  const unreported = Math.ceil(rate * unreportedSeconds);
  return {
    ...ofAgent('lost', 'invalid', unreportedSeconds),
    isOfWhole: true,
    message: `it ${reason}: up to ${formatCount(unreported)} requests in the last ${formatMs(unreportedSeconds * 1000)} are unreported`,
    hint: 'its counts up to then are in the result; fewer are missing if its process ended: see its log',
  };
}

function ofAgent(
  signal: Detection['signal'],
  severity: Detection['severity'],
  seconds: number,
): Pick<Detection, 'signal' | 'severity' | 'job' | 'value' | 'unit'> {
  return { signal, severity, job: undefined, value: seconds, unit: 'seconds' };
}

/** Names of agents may have any characters, the other parts have no spaces. */
function keyOf({ agent, signal, job, severity }: ValidityFinding): string {
  return `${signal} ${severity} ${job?.uuid ?? '-'} ${agent}`;
}

/** Returns the maximum of each peak over all agents. */
function highestPeaks(members: readonly FleetMember[]): Peaks {
  const highest: Partial<Record<keyof Peaks, number>> = {};
  for (const { health } of members) {
    const peaks = health?.peaks ?? {};
    for (const name of PEAKS) {
      const peak = peaks[name];
      if (peak !== undefined && peak > (highest[name] ?? -1)) highest[name] = peak;
    }
  }
  return highest;
}

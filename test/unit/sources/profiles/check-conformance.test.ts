import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { systemClock } from '../../../../src/shared/clock.ts';
import { parseCondition } from '../../../../src/conditions/parse.ts';
import { selectorsOf } from '../../../../src/conditions/selectors.ts';
import { PROFILE_NAMES, type ProfileName } from '../../../../src/plan/source-plan.ts';
import { checkConformance, guessProfile } from '../../../../src/sources/profiles/check-conformance.ts';
import { PROFILES } from '../../../../src/sources/profiles/registry.ts';
import { highlightedNames, spellingsOf } from '../../../../src/sources/profiles/source-phases.ts';
import { readOnce } from '../../../../src/sources/source.ts';
import type { SourceScrape } from '../../../../src/sources/attempt.ts';
import { startDatabasus } from '../../../emulators/databasus.ts';
import { startDragonflyClient } from '../../../emulators/dragonfly-client.ts';
import { startDragonflyManager } from '../../../emulators/dragonfly-manager.ts';
import { startDragonflyScheduler } from '../../../emulators/dragonfly-scheduler.ts';
import type { EmulatedSystem, Endpoint } from '../../../emulators/emulated-system.ts';
import { startMoco } from '../../../emulators/moco.ts';
import { startPcpEmulator } from '../../../emulators/pcp.ts';
import { readingOf } from '../reading-of.ts';
import { sourcePlan } from '../source-plan.ts';

type Emulator = Endpoint & { readonly system: EmulatedSystem };

const STARTERS: readonly (readonly [ProfileName, () => Promise<Emulator>, families: number])[] = [
  ['moco', startMoco, 15],
  ['databasus', startDatabasus, 5],
  ['dragonfly-client', startDragonflyClient, 32],
  ['dragonfly-manager', startDragonflyManager, 5],
  ['dragonfly-scheduler', startDragonflyScheduler, 60],
  ['pcp', startPcpEmulator, 5],
];

async function readingFrom(url: string): Promise<SourceScrape> {
  const { reading, reason } = await readOnce(sourcePlan(url), systemClock());
  if (reading === undefined) throw new Error(reason);
  return reading;
}

describe.each(STARTERS)('the documented families of %s', (name, start, families) => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await start();
  });
  afterAll(() => emulator.stop());

  it('equal those of its emulator, in every family, type and label', async () => {
    const reading = await readingFrom(emulator.url);
    expect(guessProfile(reading)?.name).toBe(name);
    expect(checkConformance(PROFILES[name], reading)).toEqual({
      differences: [],
      found: families,
      documented: families,
      others: 0,
    });
  });

  it('are reported if a family is missing', async () => {
    const [gone = ''] = emulator.system.names;
    emulator.system.remove(gone);
    const { differences, found } = checkConformance(PROFILES[name], await readingFrom(emulator.url));
    expect(found).toBe(families - 1);
    expect(differences.map(({ kind, family }) => [kind, family])).toEqual([['missing', gone]]);
  });
});

describe('an endpoint', () => {
  function differencesOf(text: string): string[] {
    const { families, ...rest } = PROFILES.moco;
    const some = families.filter(({ name }) => /dump_backup_(count|duration_seconds|in_progress)/.test(name));
    return checkConformance({ ...rest, families: some }, readingOf(0, text)).differences.map(
      ({ kind, family, message }) => `${kind} ${family.replace('moco_agent_dump_backup_', '')} ${message}`,
    );
  }
  const COUNT = '# TYPE moco_agent_dump_backup_count counter\nmoco_agent_dump_backup_count{cluster_name="a"} 1\n';
  const SECONDS =
    '# TYPE moco_agent_dump_backup_duration_seconds summary\nmoco_agent_dump_backup_duration_seconds{cluster_name="a",quantile="0.5"} 1\nmoco_agent_dump_backup_duration_seconds_sum{cluster_name="a"} 1\nmoco_agent_dump_backup_duration_seconds_count{cluster_name="a"} 1\n';
  const PROGRESS =
    '# TYPE moco_agent_dump_backup_in_progress gauge\nmoco_agent_dump_backup_in_progress{cluster_name="a"} 1\n';

  test.each([
    ['as documented', COUNT + SECONDS + PROGRESS + 'go_goroutines 1\n', []],
    [
      'with other labels',
      COUNT.replaceAll('cluster_name', 'cluster') + SECONDS + PROGRESS.replace('="a"', '="a",pod="b"'),
      [
        'labels count has the label cluster, documented with the label cluster_name',
        'labels in_progress has the labels cluster_name, pod, documented with the label cluster_name',
      ],
    ],
    [
      'with other types',
      COUNT.replace('counter', 'gauge') + SECONDS.replace(/^#.*\n/, '') + PROGRESS.replace('# TYPE', '# type'),
      [
        'type count is a gauge, documented as a counter',
        'type duration_seconds is an untyped, documented as a summary',
        'type in_progress is an untyped, documented as a gauge',
        'extra duration_seconds_sum is not documented',
        'extra duration_seconds_count is not documented',
      ],
    ],
    [
      'of another version',
      `${COUNT + SECONDS}# TYPE moco_agent_dump_backup_size_bytes gauge\nmoco_agent_dump_backup_size_bytes 5\n`,
      ['missing in_progress is missing', 'extra size_bytes is not documented'],
    ],
    ['with a family that has no sample', `${COUNT + SECONDS}# TYPE moco_agent_dump_backup_in_progress gauge\n`, []],
  ])('%s', (_, text, expected) => {
    expect(differencesOf(text)).toEqual(expected);
  });

  it('in OpenMetrics is compared by sample names', () => {
    const text =
      '# TYPE databasus_backups counter\ndatabasus_backups_total{database_type="a",database_id="b",database_name="c",workspace_id="d",status="failed"} 1\n# TYPE build info\nbuild_info{a="b"} 1\n# EOF\n';
    const check = checkConformance(PROFILES.databasus, readingOf(0, text));
    expect(check).toMatchObject({ found: 1, others: 1 });
    expect(check.differences.map(({ kind }) => kind)).toEqual(['missing', 'missing', 'missing', 'missing']);
  });

  it('that matches no profile is not recognized as one', () => {
    expect(guessProfile(readingOf(0, 'something_else 1\n'))).toBeUndefined();
    expect(guessProfile(readingOf(0, 'go_goroutines 1\ngo_threads 1\n'))?.name).toBe('go');
    expect(guessProfile(readingOf(0, 'go_goroutines 1\nnode_load1 1\n'))?.name).toBe('node_exporter');
    expect(guessProfile(readingOf(0, 'go_goroutines 1\nmoco_agent_clone_count{cluster_name="a"} 1\n'))?.name).toBe(
      'moco',
    );
  });
});

describe.each(PROFILE_NAMES)('the profile %s', (name) => {
  const { families, phases, failures, rates, prefix } = PROFILES[name];
  const samples = new Map(
    families.flatMap((family) =>
      spellingsOf(family.name, prefix).flatMap((spelling) =>
        ['', '_sum', '_count', '_bucket'].map((suffix) => [spelling + suffix, family] as const),
      ),
    ),
  );

  it('names each family once', () => {
    expect(PROFILES[name].name).toBe(name);
    expect(new Set(families.map((family) => family.name)).size).toBe(families.length);
  });

  it('has phases that are conditions on its gauges', () => {
    for (const { condition } of phases) {
      const parsed = parseCondition(condition);
      if ('fault' in parsed) throw new Error(`${condition}: ${parsed.fault.message}`);
      for (const selector of selectorsOf(parsed.condition)) {
        expect(['gauge', 'untyped']).toContain(samples.get(selector.name)?.type);
        for (const { label } of selector.matchers) expect(samples.get(selector.name)?.labels).toContain(label);
      }
    }
  });

  it('has failures and rates that are counters of its own', () => {
    for (const selector of [...failures, ...rates]) {
      const [, metric = '', label] = /^(\w+)(?:\{(\w+)="\w+"\})?$/.exec(selector) ?? [];
      expect(samples.get(metric)?.type, selector).not.toBe('gauge');
      if (label !== undefined) expect(samples.get(metric)?.labels).toContain(label);
    }
    expect(highlightedNames(name).every((notable) => samples.has(notable))).toBe(true);
  });

  it('has a phase for every documented gauge of something in progress', () => {
    const inProgress = families.filter((family) => /_in_progress$|^(\w+_)?concurrent_/.test(family.name));
    for (const family of inProgress) {
      expect(
        phases.some(({ condition }) => condition.includes(family.name)),
        family.name,
      ).toBe(true);
    }
  });

  it('lists every documented counter of failures', () => {
    const failing = families.filter(
      (family) => family.type === 'counter' && /_failure(_total|_count)$/.test(family.name),
    );
    expect(failures).toEqual(expect.arrayContaining(failing.map((family) => family.name)));
  });
});

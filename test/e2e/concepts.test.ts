import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Agent, readResult, scratchFile, workloadFile } from './agent.ts';
import { parse } from 'jsonc-parser';

const page = readFileSync(new URL('../../docs/concepts.md', import.meta.url), 'utf8');

function blockOf(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'm').exec(page)?.[1] ?? '';
}

describe('docs/concepts.md', () => {
  test('the example of coordinated omission shows the stall in the response time only', async () => {
    // One stall of 1 s in the 4 s of 800 requests, instead of one of 2 s in every 35 s.
    const flags = blockOf('sh').trim().replace('35s:2s', '4s:1s').split(' ').slice(1);
    const target = new Agent([...flags, '--port', '0']);
    onTestFinished(() => void target.child.kill('SIGTERM'));
    const [url = ''] = await target.sees(/http:\/\/127\.0\.0\.1:\d+/);
    const shown = parse(blockOf('jsonc'), [], { allowTrailingComma: true }) as { jobs: [{ duration?: string }] };
    expect(shown.jobs[0].duration).toBe('60s');
    const out = scratchFile('result.json');
    const workload = {
      ...shown,
      connection_string: url,
      jobs: [{ ...shown.jobs[0], duration: undefined, operations: 800 }],
    };
    await new Agent(['run', workloadFile(workload), '--quiet', '--out', out]).ended;
    const [job] = readResult(out).jobs;
    // 200 of 800 requests were due during the stall; the 10 connections sent 10 of them into it.
    expect(job?.response_time?.percentiles_seconds.p90).toBeGreaterThan(0.3);
    expect(job?.service_time.percentiles_seconds.p90).toBeLessThan(0.3);
  });

  test('the pictures have colors for light and dark themes, and a description', () => {
    const pictures = [...page.matchAll(/\]\((images\/[\w-]+\.svg)\)/g)].map(([, path = '']) => path);
    expect(pictures).toHaveLength(4);
    for (const path of pictures) {
      const text = readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8');
      expect(text).toContain('@media (prefers-color-scheme: dark)');
      expect(text).toMatch(/<title>[^<]{20,}<\/title>/);
    }
  });
});

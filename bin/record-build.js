// Records in dist/build.json which commit was built and when. The last step of `npm run build`.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The commit of this clone; empty outside of one. */
function commit() {
  try {
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}

// https://reproducible-builds.org/docs/source-date-epoch/
const seconds = process.env.SOURCE_DATE_EPOCH;
const builtAt = seconds ? new Date(Number(seconds) * 1000) : new Date();
const build = { commit: commit(), built_at: builtAt.toISOString() };
writeFileSync(new URL('../dist/build.json', import.meta.url), `${JSON.stringify(build)}\n`);

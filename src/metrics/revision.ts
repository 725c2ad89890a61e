/** Git revision of the CI job that runs the load; each field is empty if unknown. */
export interface Revision {
  readonly gitSha: string;
  readonly branch: string;
}

/** Environment variables of CI systems, by precedence. */
const SHA_VARIABLES = [
  'GITHUB_SHA',
  'CI_COMMIT_SHA', // GitLab
  'GIT_COMMIT', // Jenkins
  'BUILDKITE_COMMIT',
  'CIRCLE_SHA1',
  'BITBUCKET_COMMIT',
  'DRONE_COMMIT_SHA',
  'BUILD_SOURCEVERSION', // Azure Pipelines
];
const BRANCH_VARIABLES = [
  'GITHUB_HEAD_REF', // pull request, where GITHUB_REF_NAME is only "12/merge"
  'GITHUB_REF_NAME',
  'CI_COMMIT_REF_NAME',
  'GIT_BRANCH',
  'BUILDKITE_BRANCH',
  'CIRCLE_BRANCH',
  'BITBUCKET_BRANCH',
  'DRONE_BRANCH',
  'BUILD_SOURCEBRANCHNAME',
];

/**
 * Reads the revision from the environment.
 * @param environment environment variables of the process
 */
export function readRevision(environment: Readonly<Record<string, string | undefined>>): Revision {
  const first = (names: readonly string[]): string => names.map((name) => environment[name]).find(Boolean) ?? '';
  return { gitSha: first(SHA_VARIABLES), branch: first(BRANCH_VARIABLES) };
}

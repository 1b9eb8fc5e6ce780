/** A complete environment of a worker; tests spoil one variable of it each. */
export const WORKER_ENVIRONMENT: Readonly<Record<string, string>> = {
  BRANCH_NAME: 'feature/x',
  BRANCH_HEAD: 'a'.repeat(40),
  SPEC_PATH: '.kiro/specs/feature/x',
  WORK_ITEM_ID: 'PVTI_1',
  WORK_ITEM_NUMBER: '7',
  LOCK_KEY: 'octo/app#feature/x',
  LOCK_OWNER: 'owner',
  LOCK_FENCE: '1',
  ATTEMPT: '1',
  ENVIRONMENT: 'test',
  LOCKS_TABLE_NAME: 'locks',
  ARTIFACTS_BUCKET_NAME: 'artifacts',
  GITHUB_PROJECT_CONFIG_PARAMETER_NAME: '/config',
};

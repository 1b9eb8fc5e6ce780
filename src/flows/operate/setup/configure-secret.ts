import type { SecretValues } from '../../../core/ports/setup/settings-store.ts';
import { type Check, isWell } from '../../../core/setup/check.ts';
import type { SecretInput } from '../../../core/setup/secret-input.ts';

export interface Configured {
  readonly checks: readonly Check[];
  /** False where a check stood against it; then everything is as it was. */
  readonly isWritten: boolean;
  /** There was another value before; it is kept as the previous version. */
  readonly isReplaced: boolean;
}

/** Tries a secret, and stores it when nothing stands against it. Throws AWS_REQUEST_FAILED, SECRET_MISSING. */
export async function configureSecret(request: {
  readonly secrets: SecretValues;
  readonly name: string;
  readonly input: SecretInput;
  /** What the value is good for, as far as that can be seen now. */
  readonly tryIt: (input: SecretInput) => Promise<readonly Check[]>;
}): Promise<Configured> {
  const { secrets, name, input, tryIt } = request;
  const checks = await tryIt(input);
  if (!isWell(checks)) return { checks, isWritten: false, isReplaced: false };
  const earlier = await secrets.describe(name);
  await secrets.replace(name, input.value);
  return { checks, isWritten: true, isReplaced: earlier.isSet };
}

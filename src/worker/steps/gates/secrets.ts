import { listPaths } from '../../../core/gates/finding.ts';
import type { GateResult } from '../../../core/gates/gate.ts';
import { verdictOfFindings } from '../../../core/gates/policy.ts';
import { createSecretJudge, secretFindings } from '../../../core/gates/secrets/secret-policy.ts';
import type { Repository } from '../../../core/ports/repository.ts';
import type { RepositorySettings } from '../../../core/repository/repository-file.ts';

/** Lets nothing be handed over whose commits hold a secret. Each commit is looked through before its push; this looks once more at
 *  what all together have added, whoever pushed it and by which rules. */
export async function judgeSecrets(
  { repository }: { readonly repository: Pick<Repository, 'addedSecrets'> },
  { from, head, file }: { from: string; head: string; file: RepositorySettings | null },
): Promise<GateResult<'secrets'>> {
  const judge = createSecretJudge(file);
  const blocking = (await repository.addedSecrets({ since: from, until: head })).filter(
    (one) => judge(one) === 'block',
  );
  const findings = secretFindings(blocking, file?.gates ?? {});
  const detail =
    findings.length === 0
      ? 'Nothing that was added has the shape of a secret.'
      : `What was added has the shape of a secret: ${listPaths(findings)}.`;
  return { gate: 'secrets', verdict: verdictOfFindings(findings), detail, findings };
}

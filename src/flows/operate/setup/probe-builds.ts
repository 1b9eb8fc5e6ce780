import type { BuildService } from '../../../core/ports/builds.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { LogLines } from '../../../core/ports/operate/log-lines.ts';
import type { AccountProbe } from '../../../core/ports/setup/account-probe.ts';

export interface ProbePorts {
  readonly probe: AccountProbe;
  readonly builds: Pick<BuildService, 'get'>;
  readonly logs: LogLines;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

/** Before every line of a script's answer; no line of a script begins with it, since CodeBuild's log shows the script as well. */
const MARK = 'KIRO-PROBE ';

/** Says when it runs, and whether a signal reaches it. */
export const STOP_SCRIPT = `trap 'echo "${MARK}term"; exit 1' TERM
echo "${MARK}ready"
sleep 300 &
wait`;

/** Another user without any variables of the build; the pattern does not match itself. */
export const READS_SCRIPT = `useradd --system kiro-probe
env -i PATH="$PATH" su -s /bin/sh kiro-probe -c '
  ls /root >/dev/null 2>&1 && echo "${MARK}reads /root"
  grep -rlsE "CREDENTIALS_RELATIVE_UR[I]=" /codebuild /etc /opt /run /tmp /var/tmp /proc/[0-9]*/environ | head -20 | sed "s/^/${MARK}finds /"
  echo "${MARK}end"
'`;

const LOOK_EVERY_MS = 10_000;
/** A build waits in the queue for ten minutes at most, and these run for less than five. */
const LOOKS = 90;

/** Runs a script in a build of its own; returns its answer, line by line. */
export async function runProbe(ports: ProbePorts, { log, script }: { log: string; script: string }): Promise<string[]> {
  const id = await ports.probe.startScript(script);
  for (let look = 0; look < LOOKS; look += 1) {
    const [build] = await ports.builds.get([id]);
    if (build === undefined || build.ended) break;
    await ports.clock.sleep(LOOK_EVERY_MS);
  }
  await waitForLine(ports, { log, id, line: 'end', looks: 6 });
  return probeLines(ports, { log, id });
}

/** Waits until the script of a build has said a line; false when it has not. */
export async function waitForLine(
  ports: ProbePorts,
  { log, id, line, looks = LOOKS }: { log: string; id: string; line: string; looks?: number },
): Promise<boolean> {
  for (let look = 0; look < looks; look += 1) {
    if ((await probeLines(ports, { log, id })).includes(line)) return true;
    await ports.clock.sleep(LOOK_EVERY_MS);
  }
  return false;
}

/** What the script of a build has said so far. */
export async function probeLines({ logs }: ProbePorts, { log, id }: { log: string; id: string }): Promise<string[]> {
  const stream = id.slice(id.indexOf(':') + 1);
  const lines = await logs.read({ log, stream, sinceMs: 0 });
  return lines.flatMap(({ text }) => (text.startsWith(MARK) ? [text.slice(MARK.length)] : []));
}

import type { TestCounts } from '../../src/core/gates/junit.ts';
import type { TaskReport } from '../../src/core/report/run-report.ts';

/** The demo's one JSON document. */
export interface DemoResult {
  readonly outcome: string;
  readonly cards: readonly {
    readonly title: string;
    readonly decision: 'picked' | 'left out';
    readonly reason: string;
    readonly detail: string;
  }[];
  readonly tasks: readonly Pick<TaskReport, 'id' | 'title' | 'status' | 'commit'>[];
  readonly tests: TestCounts | null;
  readonly coverage: { readonly linesPct: number | null; readonly threshold: number } | null;
  readonly pullRequest: {
    readonly number: number;
    readonly url: string;
    readonly body: string;
    readonly draft: boolean;
  };
  readonly card: { readonly status: string | null };
  readonly lock: { readonly released: boolean };
  readonly runDirectory: string;
  readonly durationMs: number;
}

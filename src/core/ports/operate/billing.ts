import type { DayCost } from '../../operate/costs.ts';

/** What an environment cost. Every method throws AWS_REQUEST_FAILED. */
export interface Billing {
  /** Per service and day, from `fromDay` (included) to `toDay` (not included); none where the tags are not active. */
  costs(period: { readonly fromDay: string; readonly toDay: string }): Promise<DayCost[]>;
  /** Sum of one of our metrics per day. */
  sums(metric: string, period: { readonly fromDay: string; readonly toDay: string }): Promise<Record<string, number>>;
}

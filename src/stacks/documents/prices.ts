/** A list price in US dollars. */
interface Price {
  readonly usd: number;
  readonly per: string;
  /** Title of the page that says it. */
  readonly source: string;
  /** When somebody compared it with that page; null: from memory, unverified. */
  readonly checkedOn: string | null;
}

/** Region of these prices; most others differ by a few percent. */
export const PRICE_REGION = 'us-east-1';

/** List prices of everything that an environment without a running build uses. */
export const PRICES = {
  key: { usd: 1, per: 'key and month', source: 'AWS Key Management Service pricing', checkedOn: null },
  secret: { usd: 0.4, per: 'secret and month', source: 'AWS Secrets Manager pricing', checkedOn: null },
  alarmMetric: {
    usd: 0.1,
    per: 'metric of a standard-resolution alarm and month',
    source: 'Amazon CloudWatch pricing',
    checkedOn: null,
  },
  customMetric: {
    usd: 0.3,
    per: 'custom metric and month, by the hours in which it has data',
    source: 'Amazon CloudWatch pricing',
    checkedOn: null,
  },
  dashboard: {
    usd: 3,
    per: 'dashboard and month (three are free per account)',
    source: 'Amazon CloudWatch pricing',
    checkedOn: null,
  },
  secretRequests: { usd: 0.05 / 10_000, per: 'request', source: 'AWS Secrets Manager pricing', checkedOn: null },
  keyRequests: { usd: 0.03 / 10_000, per: 'request', source: 'AWS Key Management Service pricing', checkedOn: null },
  functionSeconds: {
    usd: 0.000_013_333_4,
    per: 'GB-second on arm64 (x86_64: a quarter more)',
    source: 'AWS Lambda pricing',
    checkedOn: null,
  },
  functionRequests: { usd: 0.2 / 1_000_000, per: 'request', source: 'AWS Lambda pricing', checkedOn: null },
  logs: { usd: 0.5, per: 'GB ingested', source: 'Amazon CloudWatch pricing', checkedOn: null },
  traces: { usd: 5 / 1_000_000, per: 'trace', source: 'AWS X-Ray pricing', checkedOn: null },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

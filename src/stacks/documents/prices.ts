/** A list price in US dollars. */
interface Price {
  readonly usd: number;
  readonly per: string;
  /** Address of the page that says it, and of who has quoted it where the page itself shows no figure without a browser. */
  readonly source: string;
  /** Date of the text that was read; null: from memory, unverified. */
  readonly asOf: string | null;
}

const KMS = 'aws.amazon.com/kms/pricing';
const LAMBDA = 'aws.amazon.com/lambda/pricing';
const CLOUDWATCH = 'aws.amazon.com/cloudwatch/pricing';
const SECRETS_MANAGER =
  'aws.amazon.com/secrets-manager/pricing, transcribed by github.com/api-evangelist/amazon-secrets-manager';
const FACTUAL_MINDS = 'factualminds.com/blog';

/** Region of these prices; most others differ by a few percent. */
export const PRICE_REGION = 'us-east-1';

/** List prices of everything that an environment without a running build uses. */
export const PRICES = {
  key: {
    usd: 1,
    per: 'key and month',
    source: `${KMS}, quoted by cloudburn.io/blog/aws-kms-pricing`,
    asOf: '2026-03-14',
  },
  secret: { usd: 0.4, per: 'secret and month', source: SECRETS_MANAGER, asOf: '2026-09-20' },
  alarmMetric: {
    usd: 0.1,
    per: 'metric of a standard-resolution alarm and month',
    source: CLOUDWATCH,
    asOf: null,
  },
  customMetric: {
    usd: 0.3,
    per: 'custom metric and month, by the hours in which it has data',
    source: `${CLOUDWATCH}, quoted by signoz.io/guides/cloudwatch-pricing`,
    asOf: '2026-02-15',
  },
  dashboard: {
    usd: 3,
    per: 'dashboard and month (three are free per account)',
    source: `${CLOUDWATCH}, quoted by ${FACTUAL_MINDS}/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards`,
    asOf: '2026-06-13',
  },
  secretRequests: { usd: 0.05 / 10_000, per: 'request', source: SECRETS_MANAGER, asOf: '2026-09-20' },
  keyRequests: {
    usd: 0.03 / 10_000,
    per: 'request',
    source: `${KMS}, quoted by ${FACTUAL_MINDS}/aws-kms-pricing-keys-requests-multi-region`,
    asOf: '2026-06-13',
  },
  functionSeconds: {
    usd: 0.000_013_333_4,
    per: 'GB-second on arm64 (x86_64: a quarter more)',
    source: `${LAMBDA}, quoted by cloudchipr.com/blog/aws-lambda-pricing`,
    asOf: '2024',
  },
  functionRequests: {
    usd: 0.2 / 1_000_000,
    per: 'request',
    source: LAMBDA,
    asOf: null,
  },
  logs: {
    usd: 0.5,
    per: 'GB ingested',
    source: `${CLOUDWATCH}, quoted by ${FACTUAL_MINDS}/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards`,
    asOf: '2026-06-13',
  },
  traces: {
    usd: 5 / 1_000_000,
    per: 'trace (100,000 a month are free)',
    source: 'aws.amazon.com/xray/pricing (a copy without a date says so)',
    asOf: null,
  },
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

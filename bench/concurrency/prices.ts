/** One price of AWS's list, without free tiers and discounts. */
export interface Price {
  /** What is counted, such as `state transitions`. */
  readonly unit: string;
  /** US dollars for `per` units. */
  readonly dollars: number;
  readonly per: number;
  readonly source: string;
}

/** Region and day for which the prices were read. */
export const PRICES_OF = { region: 'us-east-1', readOn: '2026-11-21' } as const;

/** Prices of all that a rollout uses beside its own tasks, builds and pipelines. */
export const PRICES = {
  transitions: {
    unit: 'Step Functions transitions',
    dollars: 0.025,
    per: 1000,
    source: 'https://aws.amazon.com/step-functions/pricing/',
  },
  invocations: {
    unit: 'Lambda requests',
    dollars: 0.2,
    per: 1_000_000,
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  gigabyteSeconds: {
    unit: 'Lambda GB-seconds (arm64)',
    dollars: 0.0000133334,
    per: 1,
    source: 'https://aws.amazon.com/lambda/pricing/',
  },
  metricsRead: {
    unit: 'metrics asked by GetMetricData',
    dollars: 0.01,
    per: 1000,
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  logMegabytes: {
    unit: 'MB of function logs written',
    dollars: 0.5,
    per: 1024,
    source: 'https://aws.amazon.com/cloudwatch/pricing/',
  },
  writeUnits: {
    unit: 'DynamoDB write request units',
    dollars: 0.625,
    per: 1_000_000,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  readUnits: {
    unit: 'DynamoDB read request units',
    dollars: 0.125,
    per: 1_000_000,
    source: 'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  },
  messages: {
    unit: 'SNS messages published',
    dollars: 0.5,
    per: 1_000_000,
    source: 'https://aws.amazon.com/sns/pricing/',
  },
} as const satisfies Record<string, Price>;

/** Amounts by what they are priced as. */
export type Usage = Readonly<Record<keyof typeof PRICES, number>>;

/** Inputs of the CloudWatch Logs operations; times are milliseconds since the Unix epoch, as on AWS. */
export interface LogsInput {
  readonly logGroupName?: string;
  readonly logGroupIdentifier?: string;
  readonly logGroupNamePrefix?: string;
  /** ARN of a log group, for its tags. */
  readonly resourceArn?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly logStreamName?: string;
  readonly logStreamNames?: readonly string[];
  readonly logStreamNamePrefix?: string;
  readonly retentionInDays?: number;
  readonly logEvents?: readonly { readonly timestamp?: number; readonly message?: string }[];
  readonly filterPattern?: string;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly startFromHead?: boolean;
  readonly orderBy?: 'LogStreamName' | 'LastEventTime';
  readonly descending?: boolean;
  readonly limit?: number;
  readonly nextToken?: string;
}

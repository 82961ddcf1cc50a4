import { ApiError } from '../../api';

/** What Publish is given, once the wire is read. */
export interface PublishInput {
  readonly TopicArn?: unknown;
  readonly TargetArn?: unknown;
  readonly Subject?: unknown;
  readonly Message?: unknown;
  readonly MessageAttributes?: Readonly<
    Record<
      string,
      { readonly DataType?: string; readonly StringValue?: string; readonly BinaryValue?: string }
    >
  >;
}

const MAX_BYTES = 262_144;
const MAX_SUBJECT = 100;

function refuse(problem: string): never {
  throw new ApiError('InvalidParameter', `Invalid parameter: ${problem}`);
}

/** @throws ApiError `InvalidParameter` for what is no topic name. */
export function checkedName(name: unknown): string {
  if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,256}$/.test(name)) return refuse('Topic Name');
  return name;
}

/** @throws ApiError `InvalidParameter` for a message that SNS would refuse. */
export function checkPublish(input: PublishInput): void {
  const message = typeof input.Message === 'string' ? input.Message : '';
  if (message === '') refuse('Empty message');
  const attributes = Object.entries(input.MessageAttributes ?? {});
  if (Buffer.byteLength(message) + Buffer.byteLength(JSON.stringify(attributes)) > MAX_BYTES)
    refuse('Message too long');
  if (typeof input.Subject === 'string' && !isSubject(input.Subject)) refuse('Subject');
  for (const [name, { DataType }] of attributes) {
    if (!DataType) refuse(`The message attribute '${name}' must contain non-empty message attribute type.`);
  }
}

/** ASCII of one line that begins with a letter, number or punctuation mark. */
function isSubject(subject: string): boolean {
  return subject.length <= MAX_SUBJECT && /^(?:[\x21-\x7e][\x20-\x7e]*)?$/.test(subject);
}

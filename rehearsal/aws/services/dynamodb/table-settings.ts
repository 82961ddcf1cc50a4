import { ApiError } from '../../api';
import type { DynaliteClient } from './dynalite-client';

interface SettingsInput {
  readonly TableName?: string;
  readonly TimeToLiveSpecification?: { readonly Enabled?: boolean; readonly AttributeName?: string };
  readonly PointInTimeRecoverySpecification?: { readonly PointInTimeRecoveryEnabled?: boolean };
}

/** Time to live and point-in-time recovery: remembered and described, without effect on the data. */
export class TableSettings {
  readonly #timeToLive = new Map<string, string>();
  readonly #recovery = new Set<string>();

  constructor(
    private readonly engine: DynaliteClient,
    private readonly arnOf: (table: string) => string,
  ) {}

  async describeTimeToLive(input: SettingsInput): Promise<unknown> {
    const AttributeName = this.#timeToLive.get(await this.#known(input));
    return {
      TimeToLiveDescription:
        AttributeName === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName },
    };
  }

  async updateTimeToLive(input: SettingsInput): Promise<unknown> {
    const table = await this.#known(input);
    const { Enabled = false, AttributeName = '' } = input.TimeToLiveSpecification ?? {};
    const before = this.#timeToLive.get(table);
    if (Enabled === (before !== undefined))
      throw new ApiError('ValidationException', `TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`);
    if (Enabled) this.#timeToLive.set(table, AttributeName);
    else this.#timeToLive.delete(table);
    return { TimeToLiveSpecification: { Enabled, AttributeName } };
  }

  async describeBackups(input: SettingsInput): Promise<unknown> {
    const isOn = this.#recovery.has(await this.#known(input));
    return {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: isOn ? 'ENABLED' : 'DISABLED' },
      },
    };
  }

  async updateBackups(input: SettingsInput): Promise<unknown> {
    const table = await this.#known(input);
    if (input.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true)
      this.#recovery.add(table);
    else this.#recovery.delete(table);
    return this.describeBackups(input);
  }

  /** The table's ARN. @throws ApiError `ResourceNotFoundException`. */
  async #known({ TableName = '' }: SettingsInput): Promise<string> {
    const name = TableName.startsWith('arn:') ? TableName.split('/')[1] : TableName;
    await this.engine.call('DescribeTable', { TableName: name });
    return this.arnOf(TableName);
  }
}

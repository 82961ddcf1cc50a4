import { createHash } from 'node:crypto';
import { type ApiContext, ApiError } from '../../api';

/** One version of a parameter. */
export interface ParameterVersion {
  readonly version: number;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly tier: 'Standard' | 'Advanced';
  readonly dataType: string;
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
  readonly keyId?: string | undefined;
  readonly modifiedAt: Date;
}

/** A parameter with its history, oldest version first. */
export interface StoredParameter {
  readonly name: string;
  readonly arn: string;
  readonly tags: Map<string, string>;
  readonly versions: ParameterVersion[];
}

const MAX_VERSIONS = 100;

/** Holds the parameters of the account. */
export class ParameterStore {
  readonly #byName = new Map<string, StoredParameter>();

  constructor(readonly context: ApiContext) {}

  /** ARN of a parameter or a path; a leading slash of the name is not doubled. An ARN is its own. */
  arn(name: string): string {
    if (name.startsWith('arn:')) return name;
    const { region, account } = this.context;
    return `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;
  }

  find(name: string): StoredParameter | undefined {
    if (!name.startsWith('arn:')) return this.#byName.get(name);
    return this.all().find(({ arn }) => arn === name);
  }

  /** Every parameter, by name. */
  all(): readonly StoredParameter[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Adds a version, and the parameter with its first; the oldest version is dropped above 100. */
  put(name: string, content: Omit<ParameterVersion, 'version' | 'modifiedAt'>): ParameterVersion {
    const parameter: StoredParameter = this.#byName.get(name) ?? {
      name,
      arn: this.arn(name),
      tags: new Map(),
      versions: [],
    };
    const version = (parameter.versions.at(-1)?.version ?? 0) + 1;
    const added = { ...content, version, modifiedAt: new Date(this.context.clock.now()) };
    parameter.versions.push(added);
    if (parameter.versions.length > MAX_VERSIONS) parameter.versions.shift();
    this.#byName.set(name, parameter);
    this.context.changed(parameter.arn);
    return added;
  }

  /** @returns whether there was one. */
  remove(name: string): boolean {
    const parameter = this.find(name);
    if (!parameter) return false;
    this.#byName.delete(parameter.name);
    this.context.changed(parameter.arn);
    return true;
  }
}

/** A parameter as a reference such as `/a/b:3` finds it. */
export interface FoundVersion {
  readonly parameter: StoredParameter;
  readonly version: ParameterVersion;
  /** `:3`, when the reference chose a version. */
  readonly selector?: string;
}

/**
 * Finds what a reference with an optional version selector names.
 * @throws ApiError `ParameterNotFound`, or `ParameterVersionNotFound`; labels are not in the rehearsal.
 */
export function findVersion(store: ParameterStore, reference: string): FoundVersion {
  const { name, selector } = splitReference(reference);
  const parameter = store.find(name);
  const latest = parameter?.versions.at(-1);
  if (!parameter || !latest) throw new ApiError('ParameterNotFound', `there is no parameter "${reference}"`);
  if (selector === undefined) return { parameter, version: latest };
  const version = parameter.versions.find((each) => String(each.version) === selector);
  if (version) return { parameter, version, selector: `:${selector}` };
  throw new ApiError(
    'ParameterVersionNotFound',
    `parameter "${parameter.name}" has no version "${selector}"; it has ${parameter.versions[0]?.version} to ${latest.version}`,
  );
}

const ARN_PREFIX = /^arn:[^/]*\//;

/** Cuts a version selector off a name or an ARN, whose own colons are none. */
export function splitReference(reference: string): { readonly name: string; readonly selector?: string } {
  const prefix = ARN_PREFIX.exec(reference)?.[0] ?? '';
  const [local = '', selector] = reference.slice(prefix.length).split(':');
  return selector === undefined ? { name: reference } : { name: prefix + local, selector };
}

/** What a caller without decryption sees of a secure string: text that means nothing to it. */
export function ciphertext(value: string): string {
  return createHash('sha256').update(value).digest('base64');
}

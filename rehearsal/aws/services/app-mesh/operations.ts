import * as z from 'zod';
import { type ApiContext, ApiError, type ApiOperation } from '../../api';
import { parseInput, textOf } from '../../server/validation';
import { pageOf } from '../paging';
import { ClientTokens } from './idempotency';
import { KINDS, type Kind, type KindRow, lineage } from './kinds';
import { authorization } from './permissions';
import { checkQuota, checkSpec, checkUnused } from './rules';
import { resourceName } from './schemas/common';
import type { MeshStore } from './store';
import { mergeTags, tagList } from './tags';
import { describeResource, summarizeResource } from './views';

const PAGE = { defaultSize: 100, maxSize: 100, tokenError: 'BadRequestException' };

/** Generates create, describe, update, delete and list of every kind. */
export function resourceOperations(store: MeshStore, context: ApiContext): Record<string, ApiOperation> {
  const tokens = new ClientTokens();
  return Object.fromEntries(
    Object.values(KINDS).flatMap((row) =>
      Object.entries(new KindOperations(row, store, context, tokens).table()),
    ),
  );
}

type Input = Record<string, unknown>;

/** The operations of one kind. */
class KindOperations {
  readonly #kind: Kind;

  constructor(
    private readonly row: KindRow,
    private readonly store: MeshStore,
    private readonly context: ApiContext,
    private readonly tokens: ClientTokens,
  ) {
    this.#kind = row.kind;
  }

  table(): Record<string, ApiOperation> {
    const { title, plural } = this.row;
    const runs: Record<string, (input: Input) => unknown> = {
      [`Create${title}`]: (input) => this.#create(input),
      [`Describe${title}`]: (input) => this.#describe(input),
      [`Update${title}`]: (input) => this.#update(input),
      [`Delete${title}`]: (input) => this.#delete(input),
      [`List${plural}`]: (input) => this.#list(input),
    };
    return Object.fromEntries(
      Object.entries(runs).map(([operation, run]) => [
        operation,
        { ...authorization(operation, this.row, this.store), run },
      ]),
    );
  }

  #create(input: Input): unknown {
    const { names, spec, clientToken, tags } = this.#parseWrite(input);
    const request = ['create', this.#kind, names, spec, tags];
    const existing = this.store.find(this.#kind, names);
    if (this.tokens.isRepeat(clientToken, request) && existing) return this.#view(existing);
    if (this.row.parent) this.store.get(this.row.parent, names.slice(0, -1));
    if (existing)
      throw new ApiError(
        'ConflictException',
        `${this.row.title} with name "${names.at(-1)}" already exists; update it or choose another name`,
        409,
      );
    checkQuota(this.store, this.#kind, names.slice(0, -1));
    checkSpec(this.store, { kind: this.#kind, names, spec });
    const created = this.store.add(this.#kind, names, spec, mergeTags(new Map(), tags));
    this.tokens.remember(clientToken, request);
    return this.#view(created);
  }

  #describe(input: Input): unknown {
    return this.#view(this.store.get(this.#kind, this.#parseNames(input)));
  }

  #update(input: Input): unknown {
    const { names, spec, clientToken } = this.#parseWrite(input);
    const request = ['update', this.#kind, names, spec];
    const resource = this.store.get(this.#kind, names);
    if (this.tokens.isRepeat(clientToken, request)) return this.#view(resource);
    checkSpec(this.store, { kind: this.#kind, names, spec });
    this.store.replaceSpec(resource, spec);
    this.tokens.remember(clientToken, request);
    return this.#view(resource);
  }

  #delete(input: Input): unknown {
    const resource = this.store.get(this.#kind, this.#parseNames(input));
    checkUnused(this.store, resource);
    this.store.remove(resource);
    return describeResource(resource, this.context.account, 'DELETED');
  }

  #list(input: Input): unknown {
    const parents = lineage(this.#kind).slice(0, -1);
    const schema = z.object({
      ...nameMembers(parents),
      limit: z.coerce.number().int().min(1).max(100).optional(),
      nextToken: z.string().optional(),
    });
    const parsed = parseInput(schema, input, 'BadRequestException') as Input;
    this.#requireOwnMesh(input);
    const parentNames = namesIn(parents, parsed);
    if (this.row.parent) this.store.get(this.row.parent, parentNames);
    const page = pageOf(
      this.store.list(this.#kind, parentNames),
      parsed.nextToken as string | undefined,
      parsed.limit as number | undefined,
      PAGE,
    );
    const member = this.row.plural.charAt(0).toLowerCase() + this.row.plural.slice(1);
    return {
      [member]: page.items.map((resource) => summarizeResource(resource, this.context.account)),
      nextToken: page.nextToken,
    };
  }

  #view(resource: Parameters<typeof describeResource>[0]): unknown {
    return describeResource(resource, this.context.account, 'ACTIVE');
  }

  #parseNames(input: Input): readonly string[] {
    const kinds = lineage(this.#kind);
    const parsed = parseInput(z.object(nameMembers(kinds)), input, 'BadRequestException');
    this.#requireOwnMesh(input);
    return namesIn(kinds, parsed);
  }

  #parseWrite(input: Input) {
    const names = this.#parseNames(input);
    const schema = z.object({
      spec: this.row.isSpecOptional ? this.row.spec.optional() : this.row.spec,
      clientToken: z.string().optional(),
      tags: tagList.optional(),
    });
    const { spec, clientToken, tags } = parseInput(schema, input, 'BadRequestException');
    return { names, spec: spec ?? {}, clientToken, tags: tags ?? [] };
  }

  #requireOwnMesh({ meshOwner, meshName }: Input): void {
    if (meshOwner === undefined || meshOwner === this.context.account) return;
    throw new ApiError(
      'NotFoundException',
      `Mesh with name "${textOf(meshName)}" of account ${textOf(meshOwner)} does not exist; the rehearsal has account ${this.context.account} alone`,
      404,
    );
  }
}

function nameMembers(kinds: readonly Kind[]): Record<string, typeof resourceName> {
  return Object.fromEntries(kinds.map((kind) => [KINDS[kind].nameMember, resourceName]));
}

function namesIn(kinds: readonly Kind[], input: Input): readonly string[] {
  return kinds.map((kind) => textOf(input[KINDS[kind].nameMember]));
}

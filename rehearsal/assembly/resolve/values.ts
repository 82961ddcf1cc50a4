import { AssemblyRefused, messageOf, Unresolvable } from '../errors';
import type { Assembly, AssemblyStack } from '../read-assembly';
import type { ResourceFacts } from '../resource-types/resource-type';
import { resourceTypeOf } from '../resource-types/table';
import type { TemplateResource } from '../template';
import { evaluate, holds, type Scope } from './intrinsics';
import { digestOf, generatedName, generatedUuid } from './names';
import { pseudoParameters } from './pseudo-parameters';

/** What a service gave a resource when it was created, in place of what was foreseen. */
export interface AssignedValues {
  readonly ref?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Assigned values by `resourceKey`. */
export type Assignments = ReadonlyMap<string, AssignedValues>;

/** One resource that is deployed, and its values. */
export interface AssemblyResource extends ResourceFacts {
  readonly definition: TemplateResource;
  /** What `Ref` returns. */
  readonly physicalId: string;
  attribute(name: string): unknown;
  /** Every property, resolved. */
  properties(): Readonly<Record<string, unknown>>;
}

/** Names a resource within an assembly. */
export function resourceKey(stack: string, logicalId: string): string {
  return `${stack}/${logicalId}`;
}

/** Works out the values of an assembly's templates, offline. Nothing is worked out before it is asked for. */
export class AssemblyValues {
  private readonly exports: ReadonlyMap<string, { readonly stack: AssemblyStack; readonly value: unknown }>;

  /**
   * @param assignments read whenever a value is asked for, so a deployment may add to it as it goes.
   * @throws AssemblyRefused when an export cannot be named, or two stacks export one name.
   */
  constructor(
    readonly assembly: Assembly,
    private readonly assignments: Assignments = new Map(),
  ) {
    this.exports = this.collectExports();
  }

  /** Every resource whose condition holds, stacks and resources in order. */
  resources(): readonly AssemblyResource[] {
    return this.assembly.stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources)
        .filter(([, { Condition }]) => Condition === undefined || this.isTrue(stack, Condition))
        .map(([logicalId, definition]) => this.resource(stack, logicalId, definition)),
    );
  }

  /** The outputs of one stack whose condition holds. @throws Unresolvable */
  outputs(name: string): readonly { key: string; value: unknown; exportName: unknown }[] {
    return this.assembly.stacks
      .filter((stack) => stack.name === name)
      .flatMap((stack) =>
        Object.entries(stack.template.Outputs)
          .filter(([, { Condition }]) => Condition === undefined || this.isTrue(stack, Condition))
          .map(([key, { Value, Export }]) => ({
            key,
            value: evaluate(Value, this.scope(stack)),
            exportName: Export === undefined ? undefined : evaluate(Export.Name, this.scope(stack)),
          })),
      );
  }

  private resource(stack: AssemblyStack, logicalId: string, definition: TemplateResource): AssemblyResource {
    const facts = this.facts(stack, logicalId, definition);
    const assigned = () => this.assignments.get(resourceKey(stack.name, logicalId));
    return {
      ...facts,
      definition,
      get physicalId() {
        return assigned()?.ref ?? resourceTypeOf(definition.Type).ref(facts);
      },
      attribute: (name) => assigned()?.attributes?.[name] ?? attributeOf(facts, name),
      properties: () => evaluate(definition.Properties, this.scope(stack)) as Record<string, unknown>,
    };
  }

  private facts(stack: AssemblyStack, logicalId: string, definition: TemplateResource): ResourceFacts {
    const property = (name: string) => evaluate(definition.Properties[name], this.scope(stack));
    const hex = (length: number) => digestOf(stack.name, logicalId).slice(0, length);
    return {
      stack: stack.name,
      logicalId,
      type: definition.Type,
      account: stack.account,
      region: stack.region,
      partition: String(pseudoParameters(stack)['AWS::Partition']),
      property,
      text: (name) => requireText(property(name), name),
      name: (name, maxLength) => {
        const given = property(name);
        return given === undefined
          ? generatedName(stack.name, logicalId, maxLength)
          : requireText(given, name);
      },
      id: (prefix) => `${prefix}-0${hex(16)}`,
      hex,
      uuid: () => generatedUuid(stack.name, logicalId),
    };
  }

  private scope(stack: AssemblyStack): Scope {
    const { template } = stack;
    return {
      region: stack.region,
      ref: (name) => this.ref(stack, name),
      attribute: (logicalId, attribute) => this.existing(stack, logicalId).attribute(attribute),
      importValue: (name) => this.importValue(name),
      condition: (name) => {
        if (Object.hasOwn(template.Conditions, name)) {
          return template.Conditions[name];
        }
        throw new Unresolvable(
          `condition "${name}" is not in the template; it holds ${namesOf(template.Conditions)}`,
        );
      },
      mapping: (map, top, second) => {
        const found = template.Mappings[map]?.[top]?.[second];
        if (found !== undefined) {
          return found;
        }
        throw new Unresolvable(`mapping "${map}" holds no value for "${top}", "${second}"; add it in lib/`);
      },
    };
  }

  private ref(stack: AssemblyStack, name: string): unknown {
    const pseudo = pseudoParameters(stack);
    if (Object.hasOwn(pseudo, name)) {
      return pseudo[name];
    }
    const parameter = stack.template.Parameters[name];
    return parameter === undefined
      ? this.existing(stack, name).physicalId
      : parameterValue(name, parameter.Type, parameter.Default);
  }

  private existing(stack: AssemblyStack, logicalId: string): AssemblyResource {
    const definition = stack.template.Resources[logicalId];
    if (definition === undefined) {
      throw new Unresolvable(
        `"${logicalId}" is neither a resource nor a parameter of stack "${stack.name}", nor a pseudo parameter that the rehearsal knows`,
      );
    }
    if (definition.Condition !== undefined && !this.isTrue(stack, definition.Condition)) {
      throw new Unresolvable(
        `"${logicalId}" is not deployed: its condition "${definition.Condition}" does not hold; guard the reference with Fn::If`,
      );
    }
    return this.resource(stack, logicalId, definition);
  }

  private isTrue(stack: AssemblyStack, condition: string): boolean {
    return holds({ Condition: condition }, this.scope(stack));
  }

  private importValue(name: string): unknown {
    const found = this.exports.get(name);
    if (found === undefined) {
      throw new Unresolvable(
        `no stack of the assembly exports "${name}"; exported are ${[...this.exports.keys()].join(', ')}`,
      );
    }
    return evaluate(found.value, this.scope(found.stack));
  }

  private collectExports(): AssemblyValues['exports'] {
    const exports = new Map<string, { stack: AssemblyStack; value: unknown }>();
    const problems: string[] = [];
    for (const stack of this.assembly.stacks) {
      for (const [output, { Value, Export, Condition }] of Object.entries(stack.template.Outputs)) {
        if (Export === undefined || (Condition !== undefined && !this.isTrue(stack, Condition))) {
          continue;
        }
        try {
          const name = requireText(evaluate(Export.Name, this.scope(stack)), 'Export.Name');
          const other = exports.get(name);
          if (other !== undefined) {
            throw new Unresolvable(
              `"${name}" is exported by stack "${other.stack.name}" too; give each export its own name`,
            );
          }
          exports.set(name, { stack, value: Value });
        } catch (error) {
          problems.push(`stack "${stack.name}", output "${output}": ${messageOf(error)}`);
        }
      }
    }
    if (problems.length > 0) {
      throw new AssemblyRefused(problems);
    }
    return exports;
  }
}

function attributeOf(facts: ResourceFacts, name: string): unknown {
  const { attributes } = resourceTypeOf(facts.type);
  const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (attribute === undefined) {
    throw new Unresolvable(
      `attribute "${name}" of ${facts.type} is not known to the rehearsal; known are ${namesOf(attributes)}; add it in rehearsal/assembly/resource-types/`,
    );
  }
  return attribute(facts);
}

function parameterValue(name: string, type: string, value: unknown): unknown {
  if (type.startsWith('AWS::SSM::Parameter::')) {
    throw new Unresolvable(
      `parameter "${name}" (${type}) is read from AWS at deployment; pass its value at synth time instead`,
    );
  }
  if (value === undefined) {
    throw new Unresolvable(
      `parameter "${name}" has no default; the rehearsal gives no parameters, so give it one`,
    );
  }
  return type === 'CommaDelimitedList' || type.startsWith('List<') ? String(value).split(',') : value;
}

function requireText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') {
    return value;
  }
  throw new Unresolvable(`property "${name}" must be text, received ${JSON.stringify(value)}`);
}

function namesOf(table: object): string {
  return Object.keys(table).join(', ') || 'none';
}

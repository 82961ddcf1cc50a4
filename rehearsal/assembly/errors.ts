/** The cloud assembly cannot be read: a file is missing or is not what `cdk synth` writes. */
export class AssemblyUnreadable extends Error {
  readonly code = 'AssemblyUnreadable';
  constructor(what: string, options?: ErrorOptions) {
    super(`${what}; run "make synth" to write the assembly anew`, options);
    this.name = this.code;
  }
}

/** The assembly was read, but asks for things that the rehearsal does not know; nothing was guessed. */
export class AssemblyRefused extends Error {
  readonly code = 'AssemblyRefused';
  constructor(
    /** One sentence for each resource that cannot be rehearsed. */
    readonly problems: readonly string[],
  ) {
    super(
      `the assembly cannot be rehearsed as it stands:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    );
    this.name = this.code;
  }
}

/** One thing in a template that the rehearsal cannot work out; whoever knows the place adds it. */
export class Unresolvable extends Error {
  readonly code = 'Unresolvable';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = this.code;
  }
}

/** A resource could not be created, as CloudFormation would report it; what was created before is left in place. */
export class DeploymentFailed extends Error {
  readonly code = 'DeploymentFailed';
  constructor(
    readonly resource: { readonly stack: string; readonly logicalId: string; readonly type: string },
    /** AWS's error code, such as `NotFoundException`; `InternalFailure` when the rehearsal itself failed. */
    readonly awsCode: string,
    /** AWS's own words. */
    readonly awsMessage: string,
    options?: ErrorOptions,
  ) {
    super(
      `stack "${resource.stack}": creating "${resource.logicalId}" (${resource.type}) failed with ${awsCode}: ${awsMessage}; ` +
        (awsCode === 'InternalFailure'
          ? 'this is a fault of the rehearsal: see the cause'
          : 'AWS would fail the same way: correct the stack in lib/'),
      options,
    );
    this.name = this.code;
  }
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

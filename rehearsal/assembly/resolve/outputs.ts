import type { AssemblyValues } from './values';

/** One output of a stack, as CloudFormation shows it. */
export interface StackOutput {
  readonly OutputKey: string;
  readonly OutputValue: string;
  readonly ExportName?: string;
}

/** The outputs of one stack, worked out. @throws Unresolvable */
export function evaluateOutputs(values: AssemblyValues, stack: string): readonly StackOutput[] {
  return values.outputs(stack).map(({ key, value, exportName }) => ({
    OutputKey: key,
    OutputValue: String(value),
    ...(exportName === undefined ? {} : { ExportName: String(exportName) }),
  }));
}

import {
  DockerfileParser,
  type Instruction,
  ModifiableInstruction,
  PropertyInstruction,
} from 'dockerfile-ast';
import { ImageBuildError } from './types';

/** One instruction, its continuation lines joined. */
export interface DockerStep {
  readonly keyword: string;
  /** From 1. */
  readonly line: number;
  /** Such as `from` of COPY; without value: the empty string. */
  readonly flags: Readonly<Record<string, string>>;
  /** All after the keyword and its flags. */
  readonly text: string;
  /** The exec form's strings, when the instruction has one. */
  readonly json?: readonly string[];
  /** Names and values of ENV, ARG and LABEL; an ARG without default has none. */
  readonly properties: readonly { readonly name: string; readonly value?: string }[];
}

/** A FROM and what follows it. */
export interface DockerStage {
  readonly index: number;
  /** Image or stage that it starts from, variables not yet filled in. */
  readonly from: string;
  readonly name?: string;
  readonly line: number;
  readonly steps: readonly DockerStep[];
}

/** A parsed Dockerfile. */
export interface ParsedDockerfile {
  /** ARGs before the first FROM. */
  readonly globalArgs: readonly DockerStep[];
  readonly stages: readonly DockerStage[];
}

const SUPPORTED = new Set([
  'FROM',
  'ARG',
  'ENV',
  'WORKDIR',
  'COPY',
  'ADD',
  'RUN',
  'CMD',
  'ENTRYPOINT',
  'EXPOSE',
  'USER',
  'LABEL',
  'VOLUME',
  'HEALTHCHECK',
  'SHELL',
  'STOPSIGNAL',
  'MAINTAINER',
]);

/**
 * Reads a Dockerfile.
 * @throws ImageBuildError for instructions that cannot be carried out here, with the line.
 */
export function parseDockerfile(content: string): ParsedDockerfile {
  const globalArgs: DockerStep[] = [];
  const stages: (DockerStage & { steps: DockerStep[] })[] = [];
  for (const instruction of DockerfileParser.parse(content).getInstructions()) {
    const step = readStep(instruction);
    const stage = stages.at(-1);
    if (step.keyword === 'FROM') stages.push(openStage(step, stages.length));
    else if (stage !== undefined) stage.steps.push(step);
    else if (step.keyword === 'ARG') globalArgs.push(step);
    else
      throw new ImageBuildError(`${step.keyword} stands before the first FROM; begin with FROM`, step.line);
  }
  if (stages.length === 0) throw new ImageBuildError('there is no FROM; begin with FROM <image>');
  return { globalArgs, stages };
}

function openStage(step: DockerStep, index: number): DockerStage & { steps: DockerStep[] } {
  const [from, as, name, ...rest] = step.text.split(/\s+/);
  const isNamed = as !== undefined && as.toUpperCase() === 'AS' && name !== undefined;
  if (from === undefined || from === '' || rest.length > 0 || (as !== undefined && !isNamed)) {
    throw new ImageBuildError(`FROM ${step.text}: expected FROM <image> [AS <name>]`, step.line);
  }
  return { index, from, line: step.line, steps: [], ...(isNamed ? { name: name.toLowerCase() } : {}) };
}

function readStep(instruction: Instruction): DockerStep {
  const keyword = instruction.getKeyword();
  const line = instruction.getRange().start.line + 1;
  const text = joinLines(instruction.getRawArgumentsContent() ?? '');
  if (!SUPPORTED.has(keyword)) {
    throw new ImageBuildError(
      `${keyword} cannot be rehearsed; supported are ${[...SUPPORTED].join(', ')}`,
      line,
    );
  }
  if (text === '') throw new ImageBuildError(`${keyword} has no arguments`, line);
  if (/<<-?["']?[A-Za-z_]/.test(text) && ['RUN', 'COPY', 'ADD'].includes(keyword)) {
    throw new ImageBuildError(`${keyword} with a here-document cannot be rehearsed; use a script file`, line);
  }
  const json = readJson(text);
  return {
    keyword,
    line,
    text,
    flags: readFlags(instruction),
    ...(json === undefined ? {} : { json }),
    properties: instruction instanceof PropertyInstruction ? readProperties(instruction) : [],
  };
}

/** Takes comment lines out and joins what a backslash continues. */
function joinLines(raw: string): string {
  const lines = raw.split(/\r?\n/).filter((line, index) => index === 0 || !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replace(/\\[ \t]*\n\s*/g, ' ')
    .trim();
}

function readFlags(instruction: Instruction): Record<string, string> {
  if (!(instruction instanceof ModifiableInstruction) && instruction.getKeyword() !== 'FROM') return {};
  const { getFlags } = instruction as unknown as {
    getFlags?: () => ReturnType<ModifiableInstruction['getFlags']>;
  };
  const flags = getFlags === undefined ? [] : getFlags.call(instruction);
  // `--mount=type=cache,target=/x` is split further by the parser: its text has all of it.
  return Object.fromEntries(
    flags.map((flag) => [flag.getName(), flag.toString().split('=').slice(1).join('=')]),
  );
}

function readProperties(instruction: PropertyInstruction): DockerStep['properties'] {
  return instruction.getProperties().map((property) => {
    const value = property.getValue();
    return value === null ? { name: property.getName() } : { name: property.getName(), value };
  });
}

function readJson(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    const isExecForm = Array.isArray(parsed) && parsed.every((part) => typeof part === 'string');
    return isExecForm ? (parsed as string[]) : undefined;
  } catch {
    // Docker takes what is not valid JSON as shell form, too.
    return undefined;
  }
}

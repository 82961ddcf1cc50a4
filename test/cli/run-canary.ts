import { main } from '../../cli/main';

/** What a command line printed and how it ended. */
export interface Ran {
  readonly exitCode: number;
  readonly printed: string;
  readonly told: string;
}

/** Runs `canary` in this process. */
export async function runCanary(...argv: string[]): Promise<Ran> {
  const printed: string[] = [];
  const told: string[] = [];
  const exitCode = await main(argv, {
    print: (line) => void printed.push(line),
    tell: (line) => void told.push(line),
  });
  return { exitCode, printed: printed.join('\n'), told: told.join('\n') };
}

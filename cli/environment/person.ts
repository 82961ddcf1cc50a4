import { createInterface } from 'node:readline/promises';

/** How a command speaks with the person at the keyboard, and waits. Replaced in tests. */
export interface Person {
  /** Shows a question and returns the line that was typed; null when nobody is there to answer. */
  ask(question: string): Promise<string | null>;
  /** Waits for real. */
  sleep(millis: number): Promise<void>;
}

/** The person at the terminal. Without a terminal there is nobody. */
export const PERSON: Person = {
  ask: async (question) => {
    if (!process.stdin.isTTY) {
      return null;
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
      return await terminal.question(question);
    } finally {
      terminal.close();
    }
  },
  sleep: (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
};

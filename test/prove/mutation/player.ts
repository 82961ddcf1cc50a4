import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { Answer, Ask, Search, Sighting } from './messages';

/** What a search came to. */
export interface Searched {
  readonly plays: number;
  readonly sighting: Sighting | null;
}

/** Seconds beside the plays: the process starts, and the last play takes its time. */
const SPARE_SECONDS = 120;

/** A process that plays in a tree, with whatever rules stand there when it starts. */
export class Player {
  private readonly child: ChildProcess;
  private stderr = '';
  private receive: (answer: Answer) => void = () => undefined;
  private fail: (error: Error) => void = () => undefined;

  constructor(folder: string) {
    this.child = fork(join(folder, 'test/prove/mutation/look.ts'), [], {
      cwd: folder,
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.child.stderr?.on('data', (part: Buffer) => {
      this.stderr += part.toString();
    });
    this.child.on('message', (answer: Answer) => this.receive(answer));
    this.child.on('error', (error) => this.fail(error));
    this.child.on('close', (code) => {
      this.fail(
        new Error(
          `the process that plays ended with exit code ${code}: ${this.stderr.trim().slice(0, 1000)}`,
        ),
      );
    });
  }

  /**
   * Plays until something breaks that `counts`.
   * @throws {Error} when the exploration itself fails or does not end.
   */
  async search(search: Search, counts: (sighting: Sighting) => Promise<boolean>): Promise<Searched> {
    const end = Date.now() + (search.maxSeconds + SPARE_SECONDS) * 1000;
    let found: Sighting | null = null;
    let answer = await this.ask({ type: 'search', ...search }, end);
    while (answer.type === 'sighted') {
      const isCounted: boolean = await counts(answer.sighting);
      found = isCounted ? answer.sighting : found;
      answer = await this.ask({ type: 'counts', counts: isCounted }, end);
    }
    return { plays: answer.type === 'searched' ? answer.plays : 0, sighting: found };
  }

  /** Plays one play; null when nothing breaks. */
  async replay(play: string): Promise<Sighting | null> {
    const answer = await this.ask({ type: 'replay', play }, Date.now() + SPARE_SECONDS * 1000);
    return answer.type === 'replayed' ? answer.sighting : null;
  }

  stop(): void {
    this.fail = () => undefined;
    this.child.kill();
  }

  private ask(ask: Ask, end: number): Promise<Answer> {
    const answer = this.next(end);
    this.child.send(ask);
    return answer;
  }

  private next(end: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('a play does not end')), Math.max(0, end - Date.now()));
      this.fail = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      this.receive = (answer) => {
        clearTimeout(timer);
        if (answer.type === 'failed') {
          reject(new Error(answer.message));
        } else {
          resolve(answer);
        }
      };
    });
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { examineNumber, type Found } from './examine';
import { allSubjects } from './subjects/index';

/** Documents of one subject, by their numbers. */
export interface BatchRequest {
  readonly subject: string;
  readonly seed: number;
  readonly from: number;
  /** The first that is not examined. */
  readonly to: number;
}

/** What a batch tells its parent: what it begins with, and what came of it. */
export type BatchNews =
  | { readonly kind: 'begins'; readonly index: number }
  | {
      readonly kind: 'examined';
      readonly verdict: 'accepted' | 'refused' | 'finding';
      readonly found: Found | null;
    }
  | { readonly kind: 'done' };

/** Examines documents one after the other, and says so: who stays silent too long hangs. */
async function runBatch({ subject: name, seed, from, to }: BatchRequest): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'input-'));
  const tell = (news: BatchNews): void => void process.send?.(news);
  try {
    const subject = allSubjects(folder).find((each) => each.name === name);
    if (subject === undefined) {
      throw new Error(`there is no subject "${name}"`);
    }
    for (let index = from; index < to; index += 1) {
      tell({ kind: 'begins', index });
      const { verdict, found } = await examineNumber(subject, seed, index, 'any');
      tell({ kind: 'examined', verdict: verdict.kind, found });
    }
    tell({ kind: 'done' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.once('message', (request: BatchRequest) => {
  void runBatch(request).finally(() => process.disconnect());
});

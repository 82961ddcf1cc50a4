import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateDocs, staleDocs, writeDocs } from '../../tools/docs/generate';
import { schemaRows } from '../../tools/docs/schema-rows';
import { type Definition, flowchart } from '../../tools/docs/state-machine-page';

const ROOT = join(__dirname, '../..');

describe('generated docs', () => {
  it('say what their sources say', async () => {
    expect(await staleDocs(ROOT)).toEqual([]);
  });

  it('are named when they are missing or were changed, and written again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docs-'));
    try {
      mkdirSync(join(folder, 'state-machine'));
      mkdirSync(join(folder, 'test'));
      symlinkSync(join(ROOT, 'test/drills'), join(folder, 'test/drills'));
      symlinkSync(join(ROOT, 'cdk.out'), join(folder, 'cdk.out'));
      for (const file of ['state-machine/rollout.asl.json', 'state-machine/split.asl.json']) {
        writeFileSync(join(folder, file), readFileSync(join(ROOT, file)));
      }
      const all = (await generateDocs(folder)).map((file) => file.path);
      expect(await writeDocs(folder)).toEqual(all);
      writeFileSync(join(folder, 'docs/reference/errors.md'), 'changed');
      rmSync(join(folder, 'docs/schemas/deploy.schema.json'));

      const stale = await staleDocs(folder);
      expect([...stale].sort()).toEqual(['docs/reference/errors.md', 'docs/schemas/deploy.schema.json']);
      await writeDocs(folder);
      expect(await staleDocs(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('need the templates that list the roles', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'docs-'));
    try {
      await expect(generateDocs(folder)).rejects.toThrow(
        /made from cdk.out, which is not there; run `make synth`/,
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('describe every key of what people write', async () => {
    for (const name of ['deploy', 'taskdef', 'platform', 'rollout']) {
      const schema = JSON.parse(readFileSync(join(ROOT, `docs/schemas/${name}.schema.json`), 'utf8'));
      const bare = schemaRows(schema).filter((row) => row.meaning === '' && !isPlain(row.key));

      expect(bare.map((row) => `${name}: ${row.key}`)).toEqual([]);
    }
  });
});

/** A metric's namespace and name are what CloudWatch calls them; a group says what it is by its members. */
function isPlain(key: string): boolean {
  return (
    (/\.(namespace|name)$/.test(key) && key.includes('metric')) ||
    /(^|\.)(container|network|email)$/.test(key)
  );
}

describe('flowchart', () => {
  it('draws every transition of every state', () => {
    const definition: Definition = {
      StartAt: 'A',
      States: {
        A: { Type: 'Task', Next: 'B', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'C' }] },
        B: { Type: 'Choice', Choices: [{ Variable: '$.x', StringEquals: 'go', Next: 'A' }], Default: 'C' },
        C: { Type: 'Fail' },
      },
    };

    expect(
      flowchart(definition)
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'flowchart TD',
      'Start((start)) --> A',
      'A[A]',
      'B{B}',
      'C([C])',
      'A --> B',
      'A -. any error .-> C',
      'B -- go --> A',
      'B -- otherwise --> C',
    ]);
  });
});

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderFileProblem } from '../../documents/file-problem';
import { parseText } from '../../documents/parse-text';
import { checkServiceFolder, readServiceDocuments } from '../../documents/service-documents';

const SAMPLE = join(__dirname, '../../microservices/yelb-appserver');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-'));
  cpSync(join(SAMPLE, 'specfiles'), join(folder, 'specfiles'), { recursive: true });
  cpSync(join(SAMPLE, 'Dockerfile'), join(folder, 'Dockerfile'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, text: string): void {
  writeFileSync(join(folder, file), text);
}

function found(): readonly string[] {
  return checkServiceFolder(folder).map(renderFileProblem);
}

describe('checkServiceFolder', () => {
  it.each(['yelb-ui', 'yelb-appserver', 'yelb-db', 'yelb-redisserver'])('finds nothing in %s', (name) => {
    expect(checkServiceFolder(join(SAMPLE, '..', name))).toEqual([]);
  });

  it('lists every problem of every file at once, with its line and column', () => {
    write(
      'specfiles/deploy.json',
      '{\n  "percent_step": 0,\n  "wait_tme": 60,\n  "health": {\n    "checks": [\n      {"type": "latency", "max_millis": "fast"}\n    ]\n  }\n}\n',
    );
    write('specfiles/taskdef.json', '{\n  "cpu": 256,\n  "memory": 4096\n}\n');
    write('specfiles/build.yml', 'version: 0.1\nphases: {}\n');
    rmSync(join(folder, 'Dockerfile'));

    expect(found()).toEqual([
      expect.stringMatching(
        /^specfiles\/deploy\.json:2:3: percent_step: got 0; allowed: at least 1; raise it$/,
      ),
      expect.stringMatching(/^specfiles\/deploy\.json:6:27: health\.checks\[0\]\.max_millis: got "fast"/),
      expect.stringMatching(/^specfiles\/deploy\.json:3:3: wait_tme: got 60; .*remove "wait_tme"/),
      expect.stringMatching(/^specfiles\/taskdef\.json:3:3: memory: got 4096/),
      expect.stringMatching(/^specfiles\/build\.yml:1:1: version: got 0\.1; allowed: 0\.2/),
      expect.stringMatching(/^specfiles\/build\.yml:2:1: phases: got \{\}; allowed: at least one phase/),
      expect.stringMatching(/^Dockerfile: \(document\): got no file/),
    ]);
  });

  it('names every file that is missing', () => {
    rmSync(join(folder, 'specfiles'), { recursive: true });

    expect(found()).toEqual([
      expect.stringContaining('specfiles/deploy.json: (document): got no file'),
      expect.stringContaining('specfiles/taskdef.json: (document): got no file'),
      expect.stringContaining('specfiles/build.yml: (document): got no file'),
    ]);
  });

  it('says which line is no JSON, and which key is written twice', () => {
    write('specfiles/deploy.json', '{\n  "wait_time": 60,\n  "bake_time": \n}\n');
    write('specfiles/taskdef.json', '{\n\t"cpu": 256,\n\t"cpu": 512\n}\n');

    expect(found()).toEqual([
      expect.stringMatching(/^specfiles\/deploy\.json:4:1: .*valid JSON/),
      expect.stringMatching(/^specfiles\/taskdef\.json:3:2: .*unique/),
    ]);
  });

  it('takes JSON that tabs indent', () => {
    write('specfiles/deploy.json', '{\n\t"wait_time": 60,\n\t"health": {\n\t\t"interval": 60\n\t}\n}\n');

    expect(found()).toEqual([]);
  });
});

describe('readServiceDocuments', () => {
  it('gives the documents as written, without defaults', () => {
    const { documents, problems } = readServiceDocuments(SAMPLE);

    expect(problems).toEqual([]);
    expect(documents.deploy).toMatchObject({ percent_step: 10 });
    expect(documents.deploy).not.toHaveProperty('strategy');
  });
});

describe('parseText', () => {
  it('finds keys with dots, and the closest ancestor of what is missing', () => {
    const { placeOf } = parseText('a:\n  b.c:\n    - x: 1\n    - y: 2\n', 'yaml');

    expect(['a.b.c', 'a.b.c[1].y', 'a.b.c[1].z', 'a.q', ''].map(placeOf)).toEqual([
      { line: 2, column: 3 },
      { line: 4, column: 7 },
      { line: 4, column: 7 },
      { line: 1, column: 1 },
      { line: 1, column: 1 },
    ]);
  });

  it('refuses aliases that grow without measure', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );

    expect(parseText(['l0: &l0 [x]', ...levels].join('\n'), 'yaml').mistakes).toHaveLength(1);
  });
});

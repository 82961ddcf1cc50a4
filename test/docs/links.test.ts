import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { projectFiles } from '../../tools/checks/project-files';
import { aPlatform, synthesize } from '../lib/templates';

const ROOT = join(__dirname, '../..');

/** Pages that people read: ours, not those of the sample's dependencies. */
async function pages(): Promise<readonly string[]> {
  return (await projectFiles(ROOT)).filter((file) => file.endsWith('.md'));
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** A page without code, in which brackets mean something else. */
function prose(page: string): string {
  return read(page).replaceAll(/```[\s\S]*?```|`[^`\n]*`/g, '');
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('documentation', () => {
  it('links to pages and headings that exist', async () => {
    const broken: string[] = [];
    for (const page of await pages()) {
      for (const [, target = ''] of prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^(https?|mailto):/.test(target)) {
          continue;
        }
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        const isThere = existsSync(resolve(ROOT, file));
        if (!isThere || (anchor !== undefined && !anchorsOf(file).includes(anchor))) {
          broken.push(`${page}: ${target}`);
        }
      }
    }
    expect(broken).toEqual([]);
  });

  it('has a runbook entry with description, investigation and resolution for every alarm', () => {
    const alarms = synthesize(aPlatform()).resources('AWS::CloudWatch::Alarm');
    const runbook = read('docs/runbook.md');

    expect(alarms.length).toBeGreaterThan(0);
    for (const [, { Properties }] of alarms) {
      const anchor = /docs\/runbook\.md#([\w-]+)/.exec(String(Properties.AlarmDescription))?.[1] ?? '(none)';
      expect(anchorsOf('docs/runbook.md')).toContain(anchor);
      const entry = runbook.split(`## ${anchor}\n`)[1]?.split('\n## ')[0] ?? '';
      for (const part of ['**Description.**', '**Investigation.**', '**Resolution.**']) {
        expect(entry).toContain(part);
      }
    }
  });

  it('keeps the README within 150 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(151);
  });
});

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { deploySchema } from '../../core/config/deploy-schema';
import { rolloutInputSchema } from '../../core/config/rollout-input-schema';
import { taskDefinitionSchema } from '../../core/config/task-definition-schema';

const FOLDER = resolve(__dirname, '../../microservices');
const SERVICES = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

describe.each(SERVICES)('specfiles of %s', (service) => {
  const file = (name: string) => join(FOLDER, service, 'specfiles', name);
  const readJson = (name: string): unknown => JSON.parse(readFileSync(file(name), 'utf8'));

  it('keeps to the schemas', () => {
    expect(deploySchema.safeParse(readJson('deploy.json'))).toMatchObject({ success: true });
    expect(taskDefinitionSchema.safeParse(readJson('taskdef.json'))).toMatchObject({ success: true });
  });

  it('has a build that ends with writing the rollout of this service', () => {
    const build = parse(readFileSync(file('build.yml'), 'utf8'));
    expect(build.version).toBe(0.2);
    expect(build.phases.post_build.commands.at(-1)).toContain(`specfiles/write-rollout.mjs ${service} `);
    expect(build.artifacts.files).toEqual(['rollout.json']);
  });

  it('writes a rollout that the state machine takes', () => {
    const copy = mkdtempSync(join(tmpdir(), 'specfiles-test-'));
    cpSync(join(FOLDER, service, 'specfiles'), join(copy, 'specfiles'), { recursive: true });
    const commit = 'ab12cd34'.repeat(5);
    const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/demo/${service}:${commit}`;
    execFileSync(process.execPath, ['specfiles/write-rollout.mjs', service, commit, image], { cwd: copy });
    const written = JSON.parse(readFileSync(join(copy, 'rollout.json'), 'utf8'));
    rmSync(copy, { recursive: true });
    expect(written).toMatchObject({ service, commit, image });
    expect(rolloutInputSchema.safeParse(written)).toMatchObject({ success: true });
  });
});

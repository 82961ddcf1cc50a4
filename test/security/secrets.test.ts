import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderMessage } from '../../adapters/notify/sns/message';
import { buildEnvironment } from '../../rehearsal/images/run-command';
import { taskEnvironment } from '../../rehearsal/tasks/environment';

const ROOT = join(__dirname, '../..');
const ASSEMBLY = join(ROOT, 'cdk.out');

const HOST = {
  PATH: '/usr/bin',
  HOME: '/root',
  AWS_SECRET_ACCESS_KEY: 'hidden',
  AWS_SESSION_TOKEN: 'hidden',
  GITHUB_TOKEN: 'hidden',
  GH_PAT: 'hidden',
  OPENWEATHER_APIKEY: 'hidden',
  PGPASSWORD: 'hidden',
  SSH_AUTH_SOCK: 'hidden',
  'npm_config_//host/:_authToken': 'hidden',
};

describe('what a person keeps secret', () => {
  it('is not handed to what a repository builds', () => {
    expect(buildEnvironment(HOST)).toEqual({ PATH: '/usr/bin', HOME: '/root' });
  });

  it('is not handed to what a version runs', () => {
    const environment = taskEnvironment(
      { environment: [{ name: 'LEVEL', value: 'info' }] },
      { image: { env: {} }, ip: '127.0.0.2', home: '/tmp/task', mounts: [], secrets: () => undefined },
    );

    expect(Object.keys(environment).sort()).toEqual(['HOME', 'HOST', 'HOSTNAME', 'LANG', 'LEVEL', 'TMPDIR']);
  });
});

describe('what is deployed', () => {
  const SECRETS =
    /AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|-----BEGIN [A-Z ]*PRIVATE KEY|"(?:Secret|Master)?Password"\s*:|"SecretString"\s*:/;

  const files = (): readonly string[] =>
    readdirSync(ASSEMBLY, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(template\.json|js|mjs)$/.test(file))
      .map((file) => join(ASSEMBLY, file));

  it('was synthesized, templates and bundles', () => {
    expect(existsSync(ASSEMBLY)).toBe(true);
    expect(files().filter((file) => file.endsWith('.template.json')).length).toBeGreaterThan(4);
    expect(files().filter((file) => file.endsWith('.js')).length).toBeGreaterThan(10);
  });

  it('holds no secret and no folder of the machine that made it', () => {
    const folder = new RegExp(`${ROOT.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}[/"]`);
    const guilty = files().filter((file) => {
      const text = readFileSync(file, 'utf8');
      return SECRETS.test(text) || folder.test(text);
    });

    expect(guilty).toEqual([]);
  });
});

describe('a message to people', () => {
  it('keeps a reason from outside within its line', () => {
    const { text, subject } = renderMessage({
      type: 'RolloutCompleted',
      at: '2026-01-01T00:00:00.000Z',
      environment: 'demo',
      service: 'web',
      rollout: 'web-1',
      version: 'bbbbbbbb',
      outcome: 'RolledBack',
      reason: 'exit 1; its last lines: bad\r\nOutcome: Promoted\u2028Service: other\u001b[2J\u202e',
      leftovers: [],
    });

    expect(text.split(/[\r\n\u2028]/).filter((line) => line.startsWith('Outcome: '))).toEqual([
      'Outcome: RolledBack',
    ]);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}|\p{Zl}/u);
    expect(subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });
});

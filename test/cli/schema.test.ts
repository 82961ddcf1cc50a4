import Ajv from 'ajv';
import { DOCUMENT_KIND_NAMES } from '../../cli/schema-catalogue';
import deploy from '../../microservices/yelb-appserver/specfiles/deploy.json';
import { runCanary } from './run-canary';

describe('canary schema', () => {
  it.each(DOCUMENT_KIND_NAMES)('prints JSON Schema of %s that a validator takes', async (name) => {
    const { exitCode, printed } = await runCanary('schema', name);

    expect(exitCode).toBe(0);
    expect(() =>
      new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(printed)),
    ).not.toThrow();
  });

  it('accepts what may be left out and refuses what may not be written', async () => {
    const { printed } = await runCanary('schema', 'deploy');
    const validate = new Ajv({ strict: false }).compile(JSON.parse(printed));

    expect(validate(deploy)).toBe(true);
    expect(validate({})).toBe(true);
    expect(validate({ wait_tme: 60 })).toBe(false);
    expect(validate({ wait_time: 1 })).toBe(false);
  });

  it('refuses an unknown name with 2 and lists the known ones', async () => {
    const { exitCode, told } = await runCanary('schema', 'deply');

    expect(exitCode).toBe(2);
    expect(told).toContain(
      'NAME: got "deply"; allowed: deploy, taskdef, platform, rollout, scenario, report',
    );
  });

  it('refuses to guess when no name is given', async () => {
    expect((await runCanary('schema')).exitCode).toBe(2);
  });
});

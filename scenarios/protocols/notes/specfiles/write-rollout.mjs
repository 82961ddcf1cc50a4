/**
 * Writes `rollout.json`, the input of the rollout: `node specfiles/write-rollout.mjs SERVICE COMMIT IMAGE SEQUENCE`.
 * SEQUENCE rises with each build, so that a slow build of an older commit does not undo a newer release.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const [service = '', commit = '', image = '', sequence = ''] = process.argv.slice(2);
demand('SERVICE', service, /^[a-z][a-z0-9-]*$/, "the service's name in platform.yaml");
demand('COMMIT', commit, /^[0-9a-f]{40}$/, '40 hexadecimal digits');
demand('IMAGE', image, /^[^\s:]+[^\s]*:[^\s:]+$/, 'an image with its tag');
demand('SEQUENCE', sequence, /^[0-9]{1,15}$/, 'a whole number');
const rollout = {
  service,
  commit,
  image,
  sequence: Number(sequence),
  deploy: read('deploy.json'),
  task_definition: read('taskdef.json'),
};
writeFileSync('rollout.json', `${JSON.stringify(rollout, null, 2)}\n`);
console.log(`rollout.json written: ${service} ${commit.slice(0, 8)}`);

function demand(name, value, pattern, allowed) {
  if (!pattern.test(value)) {
    fail(`${name} is "${value}"; allowed: ${allowed}; see the last command of specfiles/build.yml`);
  }
}

function read(name) {
  try {
    return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
  } catch (error) {
    return fail(`specfiles/${name} is not readable JSON: ${error.message}`);
  }
}

function fail(message) {
  console.error(message);
  process.exit(2);
}

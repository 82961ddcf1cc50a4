/** Writes `rollout.json`: `node specfiles/write-rollout.mjs SERVICE COMMIT IMAGE`. */
import { readFileSync, writeFileSync } from 'node:fs';

const [service, commit = '', image] = process.argv.slice(2);
if (image === undefined || !/^[0-9a-f]{40}$/.test(commit)) {
  console.error('usage: node specfiles/write-rollout.mjs SERVICE COMMIT IMAGE; COMMIT has 40 hex digits');
  process.exit(2);
}
const rollout = {
  service,
  commit,
  image,
  deploy: read('deploy.json'),
  task_definition: read('taskdef.json'),
};
writeFileSync('rollout.json', `${JSON.stringify(rollout, null, 2)}\n`);
console.log(`rollout.json written: ${service} ${commit.slice(0, 8)}`);

function read(name) {
  try {
    return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
  } catch (error) {
    console.error(`specfiles/${name} is not readable JSON: ${error.message}`);
    process.exit(2);
  }
}

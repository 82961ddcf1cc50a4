import { main } from '../cli/main';

/** What still runs this long after a command has ended must not keep the person waiting. */
const GRACE_MILLIS = 1000;

main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), GRACE_MILLIS).unref();
});

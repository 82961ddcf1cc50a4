import { main } from '../cli/main';

// The SDK's notice about future Node versions says nothing about this command; its clients read it when they load.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** What still runs this long after a command has ended must not keep the person waiting. */
const GRACE_MILLIS = 1000;

main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
  setTimeout(() => process.exit(), GRACE_MILLIS).unref();
});

import { join } from 'node:path';

/** List of the grants that `make permissions` proved, in the words of any environment. */
export const PROVEN_FILE = join(__dirname, 'proven-grants.json');

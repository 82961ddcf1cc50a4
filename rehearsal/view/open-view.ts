import type { LiveView } from './snapshot';
import { createTerminalView } from './terminal-view';

/** The terminal's view; with `json` only problems are shown, on standard error, for standard output is the report's. */
export function openView(options: { readonly json: boolean }): LiveView {
  return options.json
    ? { update: () => undefined, line: (text) => process.stderr.write(`${text}\n`), close: () => undefined }
    : createTerminalView({ out: process.stdout });
}

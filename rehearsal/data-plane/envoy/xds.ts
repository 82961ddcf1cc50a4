import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { PlanRejected } from '../errors';
import type { EnvoyAdmin, Stats } from './admin';
import type { XdsFiles } from './bootstrap';
import type { EnvoyProcess } from './process';
import { ANCHOR_PREFIX, type Json, ROUTES_NAME } from './types';

/** Which of the watched files. */
export type XdsPart = keyof XdsFiles;

/** Resources of one file by name; routes are one resource. */
export type Resources = ReadonlyMap<string, Json>;

const SCOPES: Readonly<Record<XdsPart, string>> = {
  clusters: 'cluster_manager.cds',
  listeners: 'listener_manager.lds',
  routes: `http.${ANCHOR_PREFIX}.rds.${ROUTES_NAME}`,
};
/** What is not in effect yet although acknowledged; routes are at once, whatever else still warms. */
const WARMING: Readonly<Partial<Record<XdsPart, string>>> = {
  clusters: 'cluster_manager.warming_clusters',
  listeners: 'listener_manager.total_listeners_warming',
};
const ACK_LIMIT_MILLIS = 5000;
/** Longest wait for first health checks of changed clusters; one that hangs must not hold up everybody's traffic. */
const WARM_LIMIT_MILLIS = 1000;
const WATCHED =
  '\\.(version_text|update_rejected|update_failure)$|^cluster_manager\\.warming_clusters$|^listener_manager\\.total_listeners_warming$';

function fingerprint(resources: Resources): string {
  return JSON.stringify([...resources]);
}

/** Replaces the files that Envoy watches and waits until Envoy says which version it follows. */
export class XdsWriter {
  private readonly current = new Map<XdsPart, Resources>();
  private readonly prints = new Map<XdsPart, string>();
  private version = 0;

  constructor(
    private readonly files: XdsFiles,
    private readonly admin: EnvoyAdmin,
    private readonly process: EnvoyProcess,
  ) {}

  /** What Envoy follows now, as far as it acknowledged. */
  now(part: XdsPart): Resources {
    return this.current.get(part) ?? new Map();
  }

  /** Writes what Envoy reads at its first start. */
  async begin(part: XdsPart, resources: Resources): Promise<void> {
    this.current.set(part, resources);
    await this.writeOnly(part, resources);
  }

  private async writeOnly(part: XdsPart, resources: Resources): Promise<string> {
    this.version += 1;
    const version = String(this.version);
    const file = this.files[part];
    await writeFile(
      `${file}.new`,
      JSON.stringify({ version_info: version, resources: [...resources.values()] }),
    );
    await rename(`${file}.new`, file);
    return version;
  }

  /** Writes what Envoy acknowledged last, for one that starts again: what it refused must not meet it then. */
  async restore(): Promise<void> {
    for (const [part, resources] of this.current) await this.writeOnly(part, resources);
  }

  /**
   * Makes Envoy follow `resources`; does nothing when it does already.
   * @throws {PlanRejected} with Envoy's reason when it refuses them.
   */
  async write(part: XdsPart, resources: Resources): Promise<void> {
    const print = fingerprint(resources);
    if (this.prints.get(part) === print) return;
    const before = await this.admin.stats(WATCHED);
    const mark = this.process.mark();
    // After a refusal Envoy may follow a part of it: forget, so that the next write is sent in any case.
    this.prints.delete(part);
    const version = await this.writeOnly(part, resources);
    await this.acknowledged(part, version, before, mark);
    this.current.set(part, resources);
    this.prints.set(part, print);
    await this.settled(part);
  }

  private async acknowledged(part: XdsPart, version: string, before: Stats, mark: number): Promise<void> {
    const scope = SCOPES[part];
    const refusals = (stats: Stats): number =>
      Number(stats.values.get(`${scope}.update_rejected`) ?? 0) +
      Number(stats.values.get(`${scope}.update_failure`) ?? 0);
    for (const end = performance.now() + ACK_LIMIT_MILLIS; performance.now() < end; await wait(1)) {
      if (this.process.failure !== undefined) {
        throw new PlanRejected(part, `envoy is no longer running: ${this.process.failure}`);
      }
      const stats = await this.admin.stats(WATCHED);
      if (stats.values.get(`${scope}.version_text`) === version) return;
      if (refusals(stats) > refusals(before)) throw new PlanRejected(part, await this.reason(mark));
    }
    throw new PlanRejected(part, `envoy did not acknowledge it within ${ACK_LIMIT_MILLIS / 1000} s`);
  }

  private async reason(mark: number): Promise<string> {
    // The log comes through a pipe and may be later than the statistics.
    for (let tries = 0; tries < 50; tries++, await wait(5)) {
      const text = this.process.linesSince(mark).join('\n');
      const found = /(?:rejected|error adding listener[^:]*|update failed|update failure): ?([\s\S]*)/i.exec(
        text,
      )?.[1];
      if (found !== undefined && found.trim() !== '') return found.trim().slice(0, 500);
    }
    const tail = this.process.linesSince(mark).slice(-3).join(' | ').slice(0, 500);
    return tail === '' ? 'envoy gave no reason' : `envoy's last lines: ${tail}`;
  }

  private async settled(part: XdsPart): Promise<void> {
    const gauge = WARMING[part];
    if (gauge === undefined) return;
    for (const end = performance.now() + WARM_LIMIT_MILLIS; performance.now() < end; await wait(1)) {
      const { values } = await this.admin.stats(WATCHED);
      if (Number(values.get(gauge) ?? 0) === 0) return;
    }
  }
}

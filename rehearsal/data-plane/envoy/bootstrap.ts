import path from 'node:path';
import type { Address } from '../plan/model';
import { sharedRouteListener } from './listeners';
import { ANCHOR_PREFIX, type Json, socketAddress } from './types';

/** The three files that Envoy watches; each costs one inotify instance, however large the mesh. */
export interface XdsFiles {
  readonly clusters: string;
  readonly listeners: string;
  readonly routes: string;
}

/** Paths of the watched files inside `dir`. */
export function xdsFiles(dir: string): XdsFiles {
  return {
    clusters: path.join(dir, 'clusters.json'),
    listeners: path.join(dir, 'listeners.json'),
    routes: path.join(dir, 'routes.json'),
  };
}

function fileSource(file: string): Json {
  return { resource_api_version: 'V3', path_config_source: { path: file } };
}

/**
 * What Envoy starts with. The anchor listener serves nobody: it keeps the route configuration subscribed from the
 * start under a statistics name that never changes, so that each update's acknowledgement can be read.
 */
export function bootstrap(files: XdsFiles, admin: Address, anchor: Address): Json {
  const { '@type': _type, ...anchorListener } = sharedRouteListener(
    ANCHOR_PREFIX,
    anchor,
    {},
    { routesFile: files.routes },
  );
  return {
    node: { id: 'rehearsal', cluster: 'rehearsal' },
    // Histograms are merged when statistics are read, not every 5 s.
    stats_flush_on_admin: true,
    admin: { address: socketAddress(admin) },
    static_resources: { listeners: [anchorListener] },
    dynamic_resources: { cds_config: fileSource(files.clusters), lds_config: fileSource(files.listeners) },
  };
}

/**
 * The command line of an Envoy that reads this configuration.
 * @param drainSeconds wall seconds that old connections of a changed or removed listener may last.
 */
export function envoyArgs(config: string, drainSeconds: number): readonly string[] {
  const drain = ['--drain-time-s', String(drainSeconds), '--drain-strategy', 'immediate'];
  const strict = ['--disable-hot-restart', '--reject-unknown-dynamic-fields'];
  return ['--config-path', config, ...strict, '--concurrency', '1', '--log-level', 'warning', ...drain];
}

import type { Theatre } from './theatre';

/** Notes whenever tasks of two versions are alive at once: right after each call that may start one. */
export function neverTwo(theatre: Theatre): {
  readonly theatre: Theatre;
  readonly together: readonly string[];
} {
  const { workload } = theatre.service;
  const together: string[] = [];
  const note = () => {
    if (workload.alive().length > 1) {
      together.push(workload.alive().join(' and '));
    }
  };
  const create = workload.create.bind(workload);
  const scale = workload.scale.bind(workload);
  workload.create = (spec) => create(spec).finally(note);
  workload.scale = (version, desired) => scale(version, desired).finally(note);
  return { theatre, together };
}

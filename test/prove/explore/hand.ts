import { only, type Weights } from '../../../core/traffic/split';
import type { Theatre } from '../../_helpers/theatre';
import type { Chronicle } from './chronicle';
import type { Kind } from './disturbance';

/** Somebody who edits the router by hand. */
export class Hand {
  constructor(
    private readonly theatre: Theatre,
    private readonly chronicle: Chronicle,
  ) {}

  /** Edits that would change something now. */
  edits(): readonly Kind[] {
    return (['edit-half', 'edit-all'] as const).filter((kind) => this.weightsFor(kind) !== null);
  }

  /** Sets another split at once. */
  edit(kind: Kind): void {
    const weights = this.weightsFor(kind);
    const { router } = this.theatre.service;
    const before = router.current().weights;
    if (weights !== null) {
      void router.setSplit({ weights });
      this.chronicle.noteEdit(before, weights);
    }
  }

  /** The split that a hand would set: half each for the two newest targets, or all for the newest. */
  private weightsFor(kind: Kind): Weights | null {
    const { router } = this.theatre.service;
    const [other, newest] = router.knownTargets().slice(-2);
    const { weights } = router.current();
    const last = newest ?? other;
    if (last === undefined) {
      return null;
    }
    if (kind === 'edit-all') {
      return weights[last] === 100 ? null : only(last).weights;
    }
    const isHalf = weights[last] === 50 && Object.keys(weights).length === 2;
    return other === undefined || newest === undefined || isHalf ? null : { [other]: 50, [newest]: 50 };
  }
}

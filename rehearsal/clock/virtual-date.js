'use strict';

/**
 * Plain CommonJS, because the function worker loads it as it is, without a compiler.
 * Types and documentation for callers: `virtual-date.d.ts`.
 */

function installVirtualDate({ now, target = globalThis }) {
  const RealDate = target.Date;

  class VirtualDate extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(Math.floor(now()));
      else super(...given);
    }

    static now() {
      return Math.floor(now());
    }
  }
  // `instanceof Date` must stay true for dates that native code or another realm made with the real constructor.
  Object.defineProperty(VirtualDate, Symbol.hasInstance, { value: (value) => value instanceof RealDate });
  Object.defineProperty(VirtualDate, 'name', { value: 'Date' });

  target.Date = new Proxy(VirtualDate, {
    // Without `new`, Date returns the present time as text, whatever it is given.
    apply: () => new VirtualDate().toString(),
  });
  target.Date.prototype.constructor = target.Date;
  return () => {
    target.Date = RealDate;
  };
}

module.exports = { installVirtualDate };

/**
 * Changes `target`'s children into what `markup` says and touches nothing else: focus, scroll positions and what is
 * being read by a screen reader stay. Elements are known by `id` or `data-key`, others by their place and name.
 */
export function morph(target: Element, markup: string): void {
  const template = document.createElement('template');
  template.innerHTML = markup;
  morphChildren(target, template.content);
}

function morphChildren(target: Node, wanted: Node): void {
  const keyed = new Map<string, Element>();
  for (const child of target.childNodes) {
    const key = keyOf(child);
    if (key !== null) {
      keyed.set(key, child as Element);
    }
  }
  let place = target.firstChild;
  for (const next of [...wanted.childNodes]) {
    const known = matching(next, place, keyed);
    if (known === null) {
      target.insertBefore(next, place);
      continue;
    }
    if (known === place) {
      place = place.nextSibling;
    } else {
      target.insertBefore(known, place);
    }
    morphNode(known, next);
  }
  while (place !== null) {
    const after = place.nextSibling;
    place.remove();
    place = after as ChildNode | null;
  }
}

function matching(next: Node, place: Node | null, keyed: ReadonlyMap<string, Element>): ChildNode | null {
  const key = keyOf(next);
  if (key !== null) {
    const known = keyed.get(key);
    return known !== undefined && known.nodeName === next.nodeName ? known : null;
  }
  return place !== null && keyOf(place) === null && place.nodeName === next.nodeName
    ? (place as ChildNode)
    : null;
}

function keyOf(node: Node): string | null {
  return node instanceof Element ? node.getAttribute('id') || node.getAttribute('data-key') : null;
}

function morphNode(known: Node, next: Node): void {
  if (!(known instanceof Element) || !(next instanceof Element)) {
    if (known.nodeValue !== next.nodeValue) {
      known.nodeValue = next.nodeValue;
    }
    return;
  }
  morphAttributes(known, next);
  morphChildren(known, next);
}

function morphAttributes(known: Element, next: Element): void {
  // Whether details are open is their reader's choice.
  const isKept = (name: string): boolean => name === 'open' && known.nodeName === 'DETAILS';
  for (const { name, value } of next.attributes) {
    if (!isKept(name) && known.getAttribute(name) !== value) {
      known.setAttribute(name, value);
    }
  }
  for (const { name } of [...known.attributes]) {
    if (!isKept(name) && !next.hasAttribute(name)) {
      known.removeAttribute(name);
    }
  }
}

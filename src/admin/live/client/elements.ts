import { type PageElement, page } from './browser';

/** Finds an element of the static markup. */
export function byId(id: string): PageElement {
  const element = page.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** Creates an element. Children are inserted as text: nothing from a request is ever parsed as markup. */
export function element(tag: string, className: string, ...children: readonly (PageElement | string)[]): PageElement {
  const made = page.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/** Writes only if the text changes, so that a mouse selection is preserved. */
export function setText(target: PageElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export function setShown(target: PageElement, isShown: boolean): void {
  if (target.hidden === isShown) target.hidden = !isShown;
}

/** Replaces the children of `parent`, and moves only those that are in another position. */
export function setChildren(parent: PageElement, children: readonly PageElement[]): void {
  let place = parent.firstChild;
  for (const child of children) {
    if (place === child) place = place.nextSibling;
    else parent.insertBefore(child, place);
  }
  while (place !== null) {
    const next: PageElement | null = place.nextSibling;
    place.remove();
    place = next;
  }
}

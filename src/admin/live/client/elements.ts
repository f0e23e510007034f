import { type PageElement, page } from './browser';

/** An element of the page's own markup. */
export function byId(id: string): PageElement {
  const element = page.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}

/** A new element. Text is text: nothing that comes from a request is ever read as markup. */
export function element(tag: string, className: string, ...children: readonly (PageElement | string)[]): PageElement {
  const made = page.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/** Writes only where something changes: what a person has selected with the mouse stays selected. */
export function setText(target: PageElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

export function setShown(target: PageElement, isShown: boolean): void {
  if (target.hidden === isShown) target.hidden = !isShown;
}

/** Makes `children` the children of `parent`, and moves only those that stand elsewhere. */
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

/**
 * An event of the browser.
 *
 * This file declares the part of the browser API that the page uses. TypeScript's `lib.dom` can only be enabled for a
 * whole program. In this program its globals (`name`, `status`, `close`, `origin`) would hide typing errors in the
 * tunnel. Tests run the page in a browser, which verifies these declarations.
 */
interface PageEvent {
  preventDefault(): void;
}

export interface KeyEvent extends PageEvent {
  readonly key: string;
  readonly target: PageElement;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export interface PageElement {
  readonly tagName: string;
  readonly clientWidth: number;
  readonly firstChild: PageElement | null;
  readonly nextSibling: PageElement | null;
  readonly style: { setProperty(name: string, value: string): void };
  className: string;
  textContent: string;
  title: string;
  hidden: boolean;
  append(...children: readonly (PageElement | string)[]): void;
  insertBefore(child: PageElement, before: PageElement | null): void;
  remove(): void;
  setAttribute(name: string, value: string): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
  focus(): void;
  blur(): void;
}

export interface InputElement extends PageElement {
  value: string;
}

export interface DialogElement extends PageElement {
  readonly open: boolean;
  showModal(): void;
  close(): void;
}

interface MessageStream {
  /** The state of the connection. 2 means closed permanently; in the other states the browser reconnects by itself. */
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data: string }) => void): void;
  close(): void;
}

interface PageDocument {
  readonly documentElement: PageElement;
  readonly hidden: boolean;
  title: string;
  getElementById(id: string): PageElement | null;
  createElement(tag: string): PageElement;
  addEventListener(type: 'keydown', listener: (event: KeyEvent) => void): void;
  addEventListener(type: 'visibilitychange', listener: () => void): void;
}

interface Browser {
  readonly document: PageDocument;
  readonly devicePixelRatio: number;
  readonly EventSource: new (url: string) => MessageStream;
  readonly ResizeObserver: new (onResize: () => void) => { observe(element: PageElement): void };
  matchMedia(query: string): { addEventListener(type: 'change', listener: () => void): void };
  getComputedStyle(element: PageElement): { getPropertyValue(name: string): string };
}

declare const window: Browser;

export const browser = window;
export const page = window.document;

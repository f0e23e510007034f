/**
 * The part of the browser that the page uses. TypeScript's own `lib.dom` can only be given to a whole program, and in this one its
 * globals (`name`, `status`, `close`, `origin`) would turn slips in the tunnel into values of the browser. The page is tested in
 * a browser, which shows these declarations to be true.
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
  /** 2: closed for good; it is told apart from a connection that the browser makes again by itself. */
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
